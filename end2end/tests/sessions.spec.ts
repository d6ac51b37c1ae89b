import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { PASSWORD } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(401));

test('account settings asks for a sign-in first, and goes on there afterwards', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/account/email');
  await berit.isAskedToSignIn();
  await berit.typesAddress(FINNES);
  await berit.typesPassword(FINNES_PASSWORD);
  await expect(berit.page).toHaveURL(/\/account/);
});

test('a session that ended while account settings was open leads to the sign-in', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);

  const elsewhere = await someone();
  await elsewhere.resetsPassword(await elsewhere.forgetsPassword(FINNES), PASSWORD);

  await berit.control('Endre e-postadresse').click();
  await berit.sees('Logg på');
  await berit.open('/account');
  await berit.isAskedToSignIn();
});

test('signing out ends the session on the server, not only in the browser', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const cookies = await berit.page.context().cookies();
  await berit.signsOut();
  await berit.page.context().addCookies(cookies);
  await berit.open('/account');
  await berit.isAskedToSignIn();
});

test('the session token changes when somebody signs in', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/login');
  const before = await berit.page.context().cookies(berit.demo.kobling);
  await berit.typesAddress(FINNES);
  await berit.typesPassword(FINNES_PASSWORD);
  await berit.sees('Kontoinnstillinger');

  const old = await someone();
  await old.page.context().addCookies(before);
  await old.open('/account');
  await old.isAskedToSignIn();
});

test('the back button after signing out shows nothing of the account', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.signsOut();
  await berit.page.goBack();
  await expect(berit.region('Profil')).toBeHidden();
});
