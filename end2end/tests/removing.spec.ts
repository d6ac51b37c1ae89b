import { KNOWN } from '../support/eid.ts';
import { FINNES, FINNES_PASSWORD, linksExistingAccount } from '../support/existing.ts';
import { expectFieldError, type Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(401, 403, 409, 422));

/** Signed in with the password to an account that has BankID linked. */
async function inSettings(someone: (options?: { javaScriptEnabled?: boolean }) => Promise<Person>): Promise<Person> {
  const first = await someone();
  await linksExistingAccount(first);
  await first.page.context().close();
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await expect(berit.button('Fjern BankID')).toHaveCount(1);
  return berit;
}

function inDialog(person: Person, name: string) {
  return person.dialog.getByRole('button', { name, exact: true });
}

test('the last way in is not removed, and a sentence says what to do instead', async ({ someone }) => {
  const kari = await someone();
  await kari.signsInWithEid(KNOWN);
  await kari.button('Koble til').click();
  await kari.seesStartPage();
  await kari.open('/account');
  await kari.isHydrated();
  await kari.button('Fjern BankID').click();
  await expect(kari.dialog).toBeVisible();
  if (await inDialog(kari, 'Fjern').isVisible()) await inDialog(kari, 'Fjern').click();
  await expect(kari.dialog).toContainText(/passord/i);
  await expect(kari.dialog.getByLabel('Passord', { exact: true })).toBeHidden();
  await expect(inDialog(kari, 'Bekreft')).toBeHidden();
  await kari.looks('removing, refused');

  await kari.open('/account');
  await expect(kari.button('Fjern BankID')).toHaveCount(1);
});

test('Avbryt keeps the link', async ({ someone }) => {
  const berit = await inSettings(someone);
  await berit.button('Fjern BankID').click();
  await inDialog(berit, 'Avbryt').click();
  await expect(berit.dialog).toBeHidden();

  await berit.button('Fjern BankID').click();
  await inDialog(berit, 'Fjern').click();
  await expect(berit.dialog.getByLabel('Passord', { exact: true })).toBeVisible();
  await inDialog(berit, 'Avbryt').click();
  await expect(berit.dialog).toBeHidden();
  await expect(berit.button('Fjern BankID')).toHaveCount(1);
});

test('Escape closes the dialog, and the focus goes back to the trash can', async ({ someone }) => {
  const berit = await inSettings(someone);
  await berit.isHydrated();
  await berit.button('Fjern BankID').click();
  await expect(inDialog(berit, 'Fjern')).toBeVisible();
  await berit.page.keyboard.press('Escape');
  await expect(berit.dialog).toBeHidden();
  await expect(berit.button('Fjern BankID')).toBeFocused();
});

test('a wrong password keeps the dialog, with the error beside the field', async ({ someone }) => {
  const berit = await inSettings(someone);
  await berit.removesBankId('noe helt annet enn det riktige');
  const field = berit.dialog.getByLabel('Passord', { exact: true });
  await expectFieldError(field);
  await expect(field).toHaveValue('');
  await berit.looks('removing, wrong password');
  await field.fill(FINNES_PASSWORD);
  await inDialog(berit, 'Bekreft').click();
  await expect(berit.button('Fjern BankID')).toBeHidden();
});

test('without JavaScript the dialog asks, refuses a wrong password, and removes', async ({ someone }) => {
  const first = await someone();
  await linksExistingAccount(first);
  const berit = await someone({ javaScriptEnabled: false });
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.button('Fjern BankID').click();
  await inDialog(berit, 'Avbryt').click();
  await expect(berit.dialog).toBeHidden();
  await berit.removesBankId('noe helt annet enn det riktige');
  await expectFieldError(berit.dialog.getByLabel('Passord', { exact: true }));
  await berit.dialog.getByLabel('Passord', { exact: true }).fill(FINNES_PASSWORD);
  await inDialog(berit, 'Bekreft').click();
  await expect(berit.button('Fjern BankID')).toBeHidden();
});

test('sessions born from the eID end, others live, and the mailbox is told', async ({ someone, mailbox }) => {
  const byEid = await someone();
  await linksExistingAccount(byEid);
  await byEid.open('/account');
  await byEid.sees('Kontoinnstillinger');

  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const mark = await mailbox.mark();
  await berit.removesBankId(FINNES_PASSWORD);
  await expect(berit.button('Fjern BankID')).toBeHidden();

  await byEid.open('/account');
  await byEid.isAskedToSignIn();
  await berit.open('/account');
  await berit.sees('Kontoinnstillinger');
  await mailbox.newest(FINNES, mark, ({ subject }) => subject.includes('BankID er fjernet'));
});

test('removing takes three requests: each answer carries the next page', async ({ someone }) => {
  const berit = await inSettings(someone);
  await berit.isHydrated();
  const requests: string[] = [];
  berit.page.on('request', (request) => {
    if (request.resourceType() === 'fetch') requests.push(new URL(request.url()).pathname);
  });
  await berit.removesBankId(FINNES_PASSWORD);
  await expect(berit.button('Fjern BankID')).toBeHidden();
  await berit.page.waitForLoadState('networkidle');
  expect(requests).toEqual(['/ui/begin-removal', '/ui/confirm-removal', '/ui/finish-removal']);
});

test('an answer that another one has overtaken does not bring back what it saw', async ({ someone }) => {
  const berit = await inSettings(someone);
  await berit.isHydrated();
  const others = berit.button('Logg ut alle andre steder');
  await expect(others).toBeVisible();
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let holds = () => {};
  const held = new Promise<void>((resolve) => (holds = resolve));
  await berit.page.route('**/ui/set-name', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    holds();
    await released;
    await route.fulfill({ response });
  });
  await berit.page.getByLabel('Navn').fill('Berit Finnes');
  await berit.button('Lagre navn').click();
  await held;
  await others.click();
  await expect(others).toBeHidden();
  const fetched = berit.page.waitForRequest('**/ui/view');
  release();
  await fetched;
  await expect(berit.page.getByLabel('Navn')).toHaveValue('Berit Finnes');
  await expect(others).toBeHidden();
});

test('relinking works at once', async ({ someone }) => {
  const berit = await inSettings(someone);
  await berit.removesBankId(FINNES_PASSWORD);
  await expect(berit.button('Fjern BankID')).toBeHidden();
  const again = await someone();
  await linksExistingAccount(again);
  await berit.open('/account');
  await expect(berit.button('Fjern BankID')).toHaveCount(1);
});

test('a link that was removed in another window is gone here too', async ({ someone }) => {
  const berit = await inSettings(someone);
  const tab = await berit.inNewTab();
  await tab.open('/account');
  await tab.button('Fjern BankID').click();
  await inDialog(tab, 'Fjern').click();
  await expect(tab.dialog.getByLabel('Passord', { exact: true })).toBeVisible();

  await berit.removesBankId(FINNES_PASSWORD);
  await expect(berit.button('Fjern BankID')).toBeHidden();

  await tab.dialog.getByLabel('Passord', { exact: true }).fill(FINNES_PASSWORD);
  await inDialog(tab, 'Bekreft').click();
  await expect(tab.button('Fjern BankID')).toBeHidden();
  await expect(tab.page.getByRole('heading', { level: 1 })).toBeVisible();
});
