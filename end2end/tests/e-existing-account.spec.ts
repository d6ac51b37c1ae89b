import { HAS_ACCOUNT, UNKNOWN } from '../support/eid.ts';
import { expect, test } from '../support/test.ts';
import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';

test('E: an account that exists is linked, never duplicated', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithEid(HAS_ACCOUNT);
  await berit.links(FINNES);
  await berit.seesStartPage(FINNES);

  await berit.open('/account');
  await expect(berit.region('Profil')).toContainText(FINNES);
  await expect(berit.button('Fjern BankID')).toHaveCount(1);

  const elsewhere = await someone();
  await elsewhere.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await expect(elsewhere.region('Profil')).toContainText(FINNES);
  await expect(elsewhere.button('Fjern BankID')).toHaveCount(1);
  await elsewhere.looks('account settings, password and link');
});

test("E: nobody gets hold of somebody else's account by typing its address", async ({ someone }) => {
  const thief = await someone();
  await thief.signsInWithEid(UNKNOWN);
  await thief.asksForCode(FINNES);
  await thief.page.goto(thief.demo.startPage);
  await expect(thief.page.getByRole('heading', { name: 'Startside' })).toBeHidden();
  await thief.open('/account');
  await thief.isAskedToSignIn();

  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await expect(berit.button('Fjern BankID')).toBeHidden();
});
