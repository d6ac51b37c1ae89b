import { Actions } from '../support/actions.ts';
import { expectFieldError } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { landsOnWrongAddress, RIGHT } from '../support/wrong-address.ts';

const MOST = 3;

test('C2: linked to the wrong address, repaired the short way', async ({ someone, mailbox }) => {
  const ola = await someone();
  await landsOnWrongAddress(ola);
  const actions = new Actions();
  const mark = await mailbox.mark();

  await ola.isHydrated();
  await actions.type(ola.field('E-postadresse'), RIGHT);
  await actions.press(ola.button('Send kode'));
  await ola.isHydrated();
  await actions.type(ola.field('Engangskode'), await mailbox.code(RIGHT, mark));

  await ola.seesStartPage(RIGHT);
  console.log(`C2: ${actions.count} actions`);
  expect(actions.count).toBeLessThanOrEqual(MOST);
});

test('C2: the pages on the way', async ({ someone }) => {
  const ola = await someone();
  await landsOnWrongAddress(ola);
  await ola.button('Send kode').click();
  await expectFieldError(ola.field('E-postadresse'));
  await ola.field('E-postadresse').fill('ikke en adresse');
  await ola.button('Send kode').click();
  await expectFieldError(ola.field('E-postadresse'));
  await expect(ola.field('E-postadresse')).toHaveValue('ikke en adresse');
  await ola.looks('no access, another address');
  const code = await ola.asksForCode(RIGHT);
  await ola.looks('link to another address, code');
  await ola.entersCode(code);
  await ola.seesStartPage(RIGHT);
});

test('C2: afterwards the eID belongs to the new address alone', async ({ someone }) => {
  const ola = await someone();
  await landsOnWrongAddress(ola);
  await ola.entersCode(await ola.asksForCode(RIGHT));
  await ola.seesStartPage(RIGHT);
  await ola.open('/account');
  await expect(ola.region('Profil')).toContainText(RIGHT);
  await expect(ola.button('Fjern BankID')).toHaveCount(1);
});
