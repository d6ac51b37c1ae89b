import { BROWSERS } from '../support/browsers.ts';
import { HAS_ACCOUNT } from '../support/eid.ts';
import { FINNES, FINNES_PASSWORD, linksExistingAccount } from '../support/existing.ts';
import { expectFieldError, PASSWORD, type Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(401, 403, 409, 422));

function dialog(person: Person) {
  return person.by('dialog', 'Koble til elektronisk ID');
}

function inDialog(person: Person, name: string) {
  return dialog(person).getByRole('button', { name, exact: true });
}

for (const { kind, options } of BROWSERS) {
  test(`an eID is added with the password alone, however recent the sign-in is, ${kind}`, async ({ someone, mailbox }) => {
    const berit = await someone(options);
    await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
    if (berit.scripted) await berit.isHydrated();
    await berit.button('Koble til BankID').click();
    const field = dialog(berit).getByLabel('Passord', { exact: true });
    await expect(field).toBeVisible();
    await berit.looks('adding an eID, the password');
    await field.fill('noe helt annet enn det riktige');
    await inDialog(berit, 'Bekreft').click();
    await expectFieldError(field);
    await expect(field).toHaveValue('');
    const mark = await mailbox.mark();
    await field.fill(FINNES_PASSWORD);
    await inDialog(berit, 'Bekreft').click();
    await berit.eid.choose(HAS_ACCOUNT);
    await expect(berit.button('Fjern BankID')).toBeVisible();
    await expect(berit.button('Koble til BankID')).toBeHidden();
    await expect(berit.main).toContainText('BankID er koblet til kontoen.');
    await mailbox.newest(FINNES, mark, ({ subject }) => subject.includes('BankID er koblet'));
  });

  test(`after a reset the eIDs are listed, and one press removes one, ${kind}`, async ({ someone, mailbox }) => {
    const byEid = await someone();
    await linksExistingAccount(byEid);
    const berit = await someone();
    const link = await berit.forgetsPassword(FINNES);
    const reader = await someone(options);
    await reader.resetsPassword(link, PASSWORD);
    await expect(reader.main).toContainText('Disse kan også brukes til å logge på kontoen. Fjern dem du ikke kjenner igjen.');
    await expect(reader.main).toContainText('Sist brukt');
    await reader.looks('after a reset, the eIDs');
    if (reader.scripted) await reader.isHydrated();
    const mark = await mailbox.mark();
    await reader.button('Fjern BankID').click();
    await expect(reader.button('Fjern BankID')).toBeHidden();
    await expect(reader.main).toContainText('Tilknytningen er fjernet.');
    await reader.looks('after a reset, an eID removed');
    await mailbox.newest(FINNES, mark, ({ subject }) => subject.includes('BankID er fjernet'));
    await reader.toSignIn.click();
    await reader.typesPassword(PASSWORD);
    await reader.sees('Kontoinnstillinger');
    await expect(reader.button('Koble til BankID')).toBeVisible();
  });
}

test('Escape closes the dialog, and the focus goes back to the button', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.isHydrated();
  await berit.button('Koble til BankID').click();
  await expect(dialog(berit).getByLabel('Passord', { exact: true })).toBeFocused();
  await berit.page.keyboard.press('Escape');
  await expect(dialog(berit)).toBeHidden();
  await expect(berit.button('Koble til BankID')).toBeFocused();
});

test('who comes back from the eID without a sign-in there is asked for a proof again', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.button('Koble til BankID').click();
  await dialog(berit).getByLabel('Passord', { exact: true }).fill(FINNES_PASSWORD);
  await inDialog(berit, 'Bekreft').click();
  await berit.eid.cancel();
  await berit.sees('Kontoinnstillinger');
  await expect(dialog(berit)).toBeHidden();
  await berit.button('Koble til BankID').click();
  await expect(dialog(berit).getByLabel('Passord', { exact: true })).toBeVisible();
  await expect(berit.button('Fjern BankID')).toBeHidden();
});
