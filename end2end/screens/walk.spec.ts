import { KNOWN, UNKNOWN } from '../support/eid.ts';
import { FINNES, FINNES_PASSWORD, linksExistingAccount } from '../support/existing.ts';
import { PASSWORD } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { en } from '../support/words.ts';
import { landsOnWrongAddress } from '../support/wrong-address.ts';
import { picture } from './pages.ts';

test.beforeEach(({ watch }) => watch.allowStatus(400, 401, 403, 404, 409, 410, 422));

test('sign in and forgotten password @walk', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/login');
  await berit.sees('Logg på');
  await picture(berit.page, 'login-1');
  await berit.typesAddress(FINNES);
  await picture(berit.page, 'login-2');
  await berit.typesPassword('noe helt annet enn det riktige');
  await expect(berit.field('Passord')).toHaveAttribute('aria-invalid', 'true');
  await picture(berit.page, 'login-2-wrong');
  await berit.link('Glemt ditt passord?').click();
  await berit.sees('Tilbakestill passord');
  await picture(berit.page, 'forgot-password');
  const link = await berit.ordersReset(FINNES);
  await picture(berit.page, 'forgot-password-sent');
  await berit.page.goto(link);
  await berit.isHydrated();
  await picture(berit.page, 'reset-password');
  await berit.field('Nytt passord').fill('Blå sykkel');
  await picture(berit.page, 'reset-password-halfway');
  await berit.resetsPassword(link, PASSWORD);
  await picture(berit.page, 'reset-password-saved');
  await berit.page.goto(link);
  await picture(berit.page, 'reset-password-dead');
  await berit.page.goto(berit.demo.mailbox);
  await picture(berit.page, 'mailbox');
});

test('linking @walk', async ({ someone }) => {
  const kari = await someone();
  await kari.goesToEid();
  await picture(kari.page, 'eid');
  await kari.eid.choose(KNOWN);
  await kari.sees('Koble BankID til kontoen din');
  await picture(kari.page, 'link-vouched');
  await kari.button('Koble til').click();
  await kari.seesStartPage();
  await picture(kari.page, 'start-page');

  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  await ola.isAskedForAddress();
  await picture(ola.page, 'link-address');
  const code = await ola.asksForCode('privat.ukjent@example.example');
  await picture(ola.page, 'link-code');
  await ola.entersCode(code);
  await expect(ola.field('Navn')).toBeVisible();
  await picture(ola.page, 'link-name');
});

test('no access @walk', async ({ someone }) => {
  const ola = await someone();
  await landsOnWrongAddress(ola);
  await picture(ola.page, 'no-access');
  await ola.button('Koble BankID til en annen adresse').click();
  await ola.isAskedForAddress();
  await picture(ola.page, 'link-another');
  await ola.open('/account');
  await ola.button('Fjern BankID').click();
  await expect(ola.dialog).toBeVisible();
  await picture(ola.page, 'removing-refused');
});

test('adding an eID @walk', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.button('Koble til BankID').click();
  await expect(berit.field('Passord')).toBeVisible();
  await picture(berit.page, 'adding');
});

test('after a reset @walk', async ({ someone }) => {
  await linksExistingAccount(await someone());
  const berit = await someone();
  await berit.resetsPassword(await berit.forgetsPassword(FINNES), PASSWORD);
  await picture(berit.page, 'reset-password-eids');
  await berit.button('Fjern BankID').click();
  await expect(berit.button('Fjern BankID')).toBeHidden();
  await picture(berit.page, 'reset-password-eid-removed');
});

test('account settings @walk', async ({ someone }) => {
  await linksExistingAccount(await someone());
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await picture(berit.page, 'account');
  await berit.button('Fjern BankID').click();
  await expect(berit.dialog).toBeVisible();
  await picture(berit.page, 'removing-1');
  await berit.dialog.getByRole('button', { name: 'Fjern', exact: true }).click();
  await expect(berit.dialog.getByLabel('Passord', { exact: true })).toBeVisible();
  await picture(berit.page, 'removing-2');
  await berit.open('/account/email');
  await picture(berit.page, 'account-email');
  await berit.open('/account/password');
  await picture(berit.page, 'account-password');
  await berit.signsOut();
  await picture(berit.page, 'signed-out');
});

test('a change of address undone @walk', async ({ someone, mailbox }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.open('/account/email');
  await picture(berit.page, 'account-email-closes');
  const mark = await mailbox.mark();
  await berit.field('Ny e-postadresse').fill('berit.ny@nordvik.example');
  await berit.button('Send kode').click();
  await berit.entersCode(await mailbox.code('berit.ny@nordvik.example', mark));
  await berit.sees('Kontoinnstillinger');
  const link = await mailbox.link(FINNES, mark, '/undo-email');
  const owner = await someone();
  await owner.page.goto(link);
  await picture(owner.page, 'undo-email');
  await owner.button('Angre endringen').click();
  await owner.sees('Kontoen har fått tilbake adressen');
  await picture(owner.page, 'undo-email-done');
  await owner.page.goto(link);
  await picture(owner.page, 'undo-email-dead');
});

test('what goes wrong @walk', async ({ someone }) => {
  const kari = await someone();
  await kari.goesToEid();
  await kari.eid.cancel();
  await expect(kari.page.getByRole('heading', { level: 1 })).toBeVisible();
  await picture(kari.page, 'eid-cancelled');
  await kari.open('/link?flow=01990000-0000-7000-8000-000000000000');
  await picture(kari.page, 'flow-unknown');
  await kari.open('/finnes-ikke');
  await picture(kari.page, 'not-found');
});

test('in English @walk', async ({ someone }) => {
  const berit = await someone({ locale: 'en-GB', words: en });
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await picture(berit.page, 'account-english');
});
