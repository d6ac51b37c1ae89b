import { KNOWN } from '../support/eid.ts';
import { expect, test } from '../support/test.ts';
import { landsOnWrongAddress, WRONG } from '../support/wrong-address.ts';

test('D: from no access, account settings opens without another sign-in and shows the address', async ({ someone }) => {
  const ola = await someone();
  await landsOnWrongAddress(ola);
  await ola.open('/account');
  await ola.sees('Kontoinnstillinger');
  await expect(ola.region('Profil')).toContainText(WRONG);
  await expect(ola.identities).toContainText('BankID');
  await expect(ola.button('Fjern BankID')).toHaveCount(1);
  await ola.looks('account settings, without a password');
});

test('D: the button on the no-access page leads to the same place', async ({ someone }) => {
  const ola = await someone();
  await landsOnWrongAddress(ola);
  await ola.button('Gå til kontoinnstillinger').click();
  await ola.sees('Kontoinnstillinger');
  await expect(ola.region('Profil')).toContainText(WRONG);
});

test('D: so it is after the start page', async ({ someone }) => {
  const kari = await someone();
  await kari.signsInWithEid(KNOWN);
  await kari.button('Koble til').click();
  await kari.seesStartPage();
  await kari.open('/account');
  await kari.sees('Kontoinnstillinger');
  await expect(kari.region('Profil')).toContainText('kjent@nordvik.example');
});

test('D: signing out works for somebody without access', async ({ someone }) => {
  const ola = await someone();
  await landsOnWrongAddress(ola);
  await ola.signsOut();
  await ola.open('/account');
  await ola.isAskedToSignIn();
});
