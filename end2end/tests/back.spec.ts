import type { Locator } from '@playwright/test';
import { BROWSERS } from '../support/browsers.ts';
import { UNKNOWN } from '../support/eid.ts';
import { FINNES, FINNES_PASSWORD, linksExistingAccount } from '../support/existing.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { landsOnWrongAddress, RIGHT, WRONG } from '../support/wrong-address.ts';

test.beforeEach(({ watch }) => watch.allowStatus(401, 403, 409, 422, 429));

/** A step, by its heading and title. */
async function isAt(person: Person, step: string): Promise<void> {
  await expect(person.by('heading', step)).toBeVisible();
  await expect(person.page).toHaveTitle(new RegExp(`^${step} – `));
}

function status(person: Person, text: string | RegExp): Locator {
  return person.page.getByRole('status').filter({ hasText: text });
}

async function back(person: Person): Promise<void> {
  await person.page.goBack();
}

async function forward(person: Person): Promise<void> {
  await person.page.goForward();
}

/** Reloads, which changes nothing. */
async function reloads(person: Person, step: string): Promise<void> {
  await person.page.reload();
  await isAt(person, step);
}

/** Whatever the page is, it says what it is and does not claim that the person was away. */
async function isNotLost(person: Person): Promise<void> {
  await expect(person.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(person.main).not.toContainText(/ikke i bruk lenger|borte for lenge|utløpt|gikk ikke|gikk galt|allerede brukt/);
  await expect(person.main.getByRole('link').or(person.main.getByRole('button')).first()).toBeVisible();
}

/** From the start page in a browser that the eID provider still knows: it answers without a page. */
async function startsAgain(person: Person): Promise<void> {
  await person.page.goto(person.demo.startPage);
  const login = person.control('Logg på med BankID');
  await expect(login.or(person.button('Send kode'))).toBeVisible();
  if (await login.isVisible()) await login.click();
}

async function isToldLinked(person: Person, email: string): Promise<void> {
  await person.sees(`BankID er allerede koblet til ${email}`);
  await person.link('Fortsett til Startside').click();
  await person.seesStartPage(email);
}

for (const { kind, options } of BROWSERS) {
  test.describe(kind, () => {
    test('sign-in: from the password back to the address, and forward', async ({ someone }) => {
      const berit = await someone(options);
      await berit.open('/account');
      await isAt(berit, 'Steg 1 av 2: Skriv e-postadressen');
      await berit.sees('Logg på');
      await reloads(berit, 'Steg 1 av 2: Skriv e-postadressen');
      await berit.typesAddress(FINNES);
      await isAt(berit, 'Steg 2 av 2: Skriv passordet');
      await berit.sees('Logg på');
      await reloads(berit, 'Steg 2 av 2: Skriv passordet');
      await back(berit);
      await isAt(berit, 'Steg 1 av 2: Skriv e-postadressen');
      await forward(berit);
      await isAt(berit, 'Steg 2 av 2: Skriv passordet');
      await berit.typesPassword('feil passord her');
      await expect(berit.field('Passord')).toHaveAttribute('aria-invalid', 'true');
      await back(berit);
      await isNotLost(berit);
      await berit.open('/account');
      await berit.field('E-postadresse').fill(FINNES);
      await berit.button('Neste').dblclick();
      await isAt(berit, 'Steg 2 av 2: Skriv passordet');
      await berit.typesPassword(FINNES_PASSWORD);
      await berit.sees('Kontoinnstillinger');
      await back(berit);
      await isNotLost(berit);
    });

    test('a forgotten password: each step, and back to the sign-in that it came from', async ({ someone }) => {
      const berit = await someone(options);
      await berit.open('/account');
      await berit.typesAddress(FINNES);
      await berit.link('Glemt ditt passord?').click();
      await isAt(berit, 'Steg 1 av 3: Skriv e-postadressen');
      await berit.sees('Tilbakestill passord');
      await expect(berit.field('E-postadresse')).toHaveValue(FINNES);
      await berit.link('Tilbake til pålogging').click();
      await expect(berit.field('E-postadresse')).toHaveValue(FINNES);
      await back(berit);
      await isAt(berit, 'Steg 1 av 3: Skriv e-postadressen');
      const link = await berit.ordersReset(FINNES);
      await isAt(berit, 'Steg 2 av 3: Åpne lenken i e-posten');
      await expect(status(berit, FINNES)).toBeVisible();
      await reloads(berit, 'Steg 2 av 3: Åpne lenken i e-posten');
      await berit.page.goto(link);
      await isAt(berit, 'Steg 3 av 3: Velg et nytt passord');
      await berit.sees('Opprett nytt passord');
      await back(berit);
      await isAt(berit, 'Steg 2 av 3: Åpne lenken i e-posten');
    });

    test('first link: from the code back to the address, and from the end to what is said of it', async ({ someone }) => {
      const ola = await someone(options);
      await ola.signsInWithEid(UNKNOWN);
      await isAt(ola, 'Steg 1 av 3: Skriv e-postadressen');
      await ola.sees('Koble BankID til kontoen din');
      await reloads(ola, 'Steg 1 av 3: Skriv e-postadressen');
      await ola.asksForCode(WRONG);
      await isAt(ola, 'Steg 2 av 3: Skriv koden');
      await expect(status(ola, WRONG)).toBeVisible();
      await reloads(ola, 'Steg 2 av 3: Skriv koden');

      await back(ola);
      await isAt(ola, 'Steg 1 av 3: Skriv e-postadressen');
      await expect(ola.field('E-postadresse')).toHaveValue(WRONG);
      await ola.link('Skriv koden').click();
      await isAt(ola, 'Steg 2 av 3: Skriv koden');
      await back(ola);
      const code = await ola.asksForCode(RIGHT);
      await expect(status(ola, RIGHT)).toBeVisible();
      await ola.entersCode(code);
      await ola.seesStartPage(RIGHT);

      await back(ola);
      await isToldLinked(ola, RIGHT);
    });

    test('first link: back from the first step after the eID', async ({ someone }) => {
      const ola = await someone(options);
      await ola.signsInWithEid(UNKNOWN);
      await isAt(ola, 'Steg 1 av 3: Skriv e-postadressen');
      await back(ola);
      await isNotLost(ola);
      await forward(ola);
      await isAt(ola, 'Steg 1 av 3: Skriv e-postadressen');
      await ola.control('Avbryt').click();
      await ola.isAskedToSignIn();
      await expect(ola.main).toContainText('Startside');
      await back(ola);
      await ola.isAskedToSignIn();
      await ola.control('Logg på med BankID').click();
      await ola.links(RIGHT);
      await ola.seesStartPage(RIGHT);
    });

    test('first link: a new code says that the former one no longer works', async ({ someone, mailbox }) => {
      const ola = await someone(options);
      await ola.signsInWithEid(UNKNOWN);
      await ola.asksForCode(RIGHT);
      const mark = await mailbox.mark();
      await ola.button('Send ny kode').click();
      await expect(status(ola, 'Ny kode er sendt. Den forrige virker ikke lenger.')).toContainText(RIGHT);
      await ola.entersCode(await mailbox.code(RIGHT, mark));
      await ola.seesStartPage(RIGHT);
    });

    test('first link: from the caution and the name back to the address', async ({ someone }) => {
      const ola = await someone(options);
      await ola.signsInWithEid(UNKNOWN);
      await ola.entersCode(await ola.asksForCode(WRONG));
      await ola.sees('Denne adressen gir ikke tilgang til Startside');
      await expect(ola.page).toHaveTitle(/^Denne adressen gir ikke tilgang til Startside – /);
      await expect(status(ola, 'Adressen er bekreftet.')).toBeVisible();
      await back(ola);
      await isAt(ola, 'Steg 1 av 3: Skriv e-postadressen');
      await ola.link('Fortsett').click();
      await ola.button('Fortsett likevel').click();
      await isAt(ola, 'Steg 3 av 3: Skriv navnet ditt');
      await expect(status(ola, 'Adressen er bekreftet.')).toBeVisible();
      await reloads(ola, 'Steg 3 av 3: Skriv navnet ditt');
      await back(ola);
      await isAt(ola, 'Steg 1 av 3: Skriv e-postadressen');
      await expect(ola.main).toContainText('Adressen er bekreftet.');
      await ola.link('Fortsett').click();
      await ola.givesName('Ola Nordmann');
      await ola.seesNoAccess(WRONG);
      await back(ola);
      await ola.seesNoAccess(WRONG);
    });

    test('relinking: back and Avbryt lead to the refusal', async ({ someone }) => {
      const ola = await someone(options);
      await landsOnWrongAddress(ola);
      await ola.asksForCode(FINNES);
      await isAt(ola, 'Steg 2 av 3: Skriv koden');
      await back(ola);
      await ola.seesNoAccess(WRONG);
      await expect(ola.field('E-postadresse')).toHaveValue(FINNES);
      await forward(ola);
      await isAt(ola, 'Steg 2 av 3: Skriv koden');
      await ola.control('Avbryt').click();
      await ola.seesNoAccess(WRONG);
      await ola.entersCode(await ola.asksForCode(RIGHT));
      await ola.seesStartPage(RIGHT);
      await back(ola);
      await isToldLinked(ola, RIGHT);
    });

    test('a change of address: back, a new code, and Avbryt', async ({ someone, mailbox }) => {
      const berit = await someone(options);
      await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
      await berit.open('/account/email');
      await isAt(berit, 'Steg 1 av 2: Skriv den nye adressen');
      await berit.sees('Endre e-postadresse');
      const fresh = 'finnes.ny@nordvik.example';
      await berit.field('Ny e-postadresse').fill(fresh);
      await berit.button('Send kode').dblclick();
      await isAt(berit, 'Steg 2 av 2: Skriv koden');
      await expect(status(berit, fresh)).toBeVisible();
      await reloads(berit, 'Steg 2 av 2: Skriv koden');
      await back(berit);
      await isAt(berit, 'Steg 1 av 2: Skriv den nye adressen');
      await forward(berit);
      const mark = await mailbox.mark();
      await berit.button('Send ny kode').click();
      await expect(status(berit, 'Ny kode er sendt. Den forrige virker ikke lenger.')).toContainText(fresh);
      const code = await mailbox.code(fresh, mark);
      await berit.link('Avbryt').click();
      await berit.sees('Kontoinnstillinger');
      await back(berit);
      await isAt(berit, 'Steg 2 av 2: Skriv koden');
      await berit.entersCode(code);
      await berit.sees('Kontoinnstillinger');
      await expect(berit.region('Profil')).toContainText(fresh);
      await back(berit);
      await isNotLost(berit);
    });

    test('removing: from the proof back to the question', async ({ someone }) => {
      const berit = await someone(options);
      await linksExistingAccount(berit);
      await berit.open('/account');
      await berit.button('Fjern BankID').click();
      await berit.dialog.getByRole('button', { name: 'Fjern', exact: true }).click();
      await expect(berit.dialog.getByLabel('Passord', { exact: true })).toBeVisible();
      await back(berit);
      await expect(berit.dialog.getByRole('button', { name: 'Fjern', exact: true })).toBeVisible();
      await forward(berit);
      await expect(berit.dialog.getByLabel('Passord', { exact: true })).toBeVisible();
      await berit.dialog.getByRole('button', { name: 'Avbryt' }).click();
      await berit.sees('Kontoinnstillinger');
      await expect(berit.dialog).toBeHidden();
      await back(berit);
      await berit.sees('Kontoinnstillinger');
      await expect(berit.dialog).toBeHidden();
    });

    test('a second window that was faster', async ({ someone }) => {
      const ola = await someone(options);
      await ola.signsInWithEid(UNKNOWN);
      await ola.isAskedForAddress();
      const other = await ola.inNewTab();
      await startsAgain(other);
      await other.links(RIGHT);
      await other.seesStartPage(RIGHT);

      await ola.field('E-postadresse').fill(RIGHT);
      await ola.button('Send kode').click();
      await ola.sees(`BankID er allerede koblet til ${RIGHT}`);
      await ola.page.reload();
      await isToldLinked(ola, RIGHT);
    });

    test('a second window with the same step', async ({ someone }) => {
      const ola = await someone(options);
      await ola.signsInWithEid(UNKNOWN);
      const code = await ola.asksForCode(RIGHT);
      const other = await ola.inNewTab();
      await other.page.goto(ola.page.url());
      await other.entersCode(code);
      await other.seesStartPage(RIGHT);
      await ola.button('Bekreft').click();
      await isToldLinked(ola, RIGHT);
    });

    test('pressing twice counts once', async ({ someone, mailbox }) => {
      const ola = await someone(options);
      await ola.signsInWithEid(UNKNOWN);
      const mark = await mailbox.mark();
      await ola.field('E-postadresse').fill(WRONG);
      await ola.button('Send kode').dblclick();
      await isAt(ola, 'Steg 2 av 3: Skriv koden');
      await mailbox.code(WRONG, mark);
      const again = await mailbox.mark();
      await ola.button('Send ny kode').click();
      await expect(status(ola, 'Ny kode er sendt.')).toBeVisible();
      const code = await mailbox.code(WRONG, again);
      if (ola.scripted) {
        await ola.entersCode(code);
      } else {
        await ola.field('Engangskode').fill(code);
        await ola.button('Bekreft').dblclick();
      }
      await ola.sees('Denne adressen gir ikke tilgang til Startside');
      await ola.button('Fortsett likevel').dblclick();
      await isAt(ola, 'Steg 3 av 3: Skriv navnet ditt');
      await ola.field('Navn').fill('Ola Nordmann');
      await ola.button('Fortsett').dblclick();
      await ola.seesNoAccess(WRONG);
    });
  });
}

test('the heading of a step has the focus, and what has happened describes it', async ({ someone }) => {
  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  await ola.isHydrated();
  await ola.asksForCode(WRONG);
  const code = ola.by('heading', 'Steg 2 av 3: Skriv koden');
  await expect(code).toBeFocused();
  await expect(code).toHaveAccessibleDescription(new RegExp(`Vi har sendt en kode .* til ${WRONG}`));
  await ola.looks('first link, code sent');
  await ola.button('Send ny kode').click();
  await expect(code).toBeFocused();
  await expect(code).toHaveAccessibleDescription(/^Ny kode er sendt\. Den forrige virker ikke lenger\./);
  await back(ola);
  await expect(ola.by('heading', 'Steg 1 av 3: Skriv e-postadressen')).toBeFocused();
  await forward(ola);
  await expect(code).toBeFocused();
});

test('a wrong code has the focus, not the heading', async ({ someone }) => {
  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  const code = await ola.asksForCode(RIGHT);
  await ola.entersCode(String((Number(code) + 1) % 100_000_000).padStart(8, '0'));
  await expect(ola.field('Engangskode')).toHaveAttribute('aria-invalid', 'true');
  await expect(ola.field('Engangskode')).toBeFocused();
});
