import { BROWSERS } from '../support/browsers.ts';
import { KNOWN } from '../support/eid.ts';
import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { PASSWORD, type Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { landsOnWrongAddress, WRONG } from '../support/wrong-address.ts';

const KJENT = 'kjent@nordvik.example';
const SERVICES = 'Dette har du tilgang til, og hvorfor';

test.beforeEach(({ watch }) => watch.allowStatus(401, 403, 422));

/** Kari, who has an eID and no password, in account settings. */
async function opensSettings(kari: Person): Promise<void> {
  await kari.signsInWithEid(KNOWN);
  await kari.button('Koble til').click();
  await kari.seesStartPage(KJENT);
  await kari.open('/account');
  if (kari.scripted) await kari.isHydrated();
}

/** Every session of the account ends, by a reset of its password in another browser. */
async function endsElsewhere(person: Person): Promise<void> {
  await person.resetsPassword(await person.forgetsPassword(FINNES), PASSWORD);
}

/** On the sign-in page after a form whose session had ended. */
async function signsInAgain(person: Person): Promise<void> {
  await person.isAskedToSignIn();
  await expect(person.page.getByRole('status').filter({ hasText: 'Du er blitt logget ut' })).toBeVisible();
  await expect(person.page.getByRole('alert')).toHaveCount(0);
  await person.typesAddress(FINNES);
  await person.typesPassword(PASSWORD);
}

for (const { kind, options } of BROWSERS) {
  test(`a password is created in account settings, and the session goes on, ${kind}`, async ({ someone, mailbox }) => {
    const kari = await someone(options);
    await opensSettings(kari);
    await kari.link('Opprett passord').click();
    await kari.sees('Opprett passord');
    await expect(kari.page).toHaveURL(/\/account\/password/);
    await expect(kari.by('checkbox', 'Jeg er ikke en robot')).toHaveCount(0);
    const mark = await mailbox.mark();
    await kari.field('Nytt passord').fill(PASSWORD);
    await kari.field('Bekreft passord').fill(PASSWORD);
    await kari.button('Lagre passord').click();
    await kari.sees('Kontoinnstillinger');
    await expect(kari.main).toContainText('Passordet er opprettet.');
    await expect(kari.link('Endre passord')).toBeVisible();
    const mail = await mailbox.newest(KJENT, mark, ({ subject }) => subject.includes('passord'));
    expect(mail.text).toContain('opprettet et passord');
    expect(mail.text).not.toContain('ikke endret');

    const elsewhere = await someone();
    await elsewhere.signsInWithPassword(KJENT, PASSWORD);
  });

  test(`a name that was typed is still there after a session that ended elsewhere, ${kind}`, async ({ someone }) => {
    const berit = await someone(options);
    await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
    if (berit.scripted) await berit.isHydrated();
    await endsElsewhere(await someone());

    await berit.field('Navn').fill('Berit Fjell');
    await berit.button('Lagre navn').click();
    await signsInAgain(berit);
    await berit.sees('Kontoinnstillinger');
    await expect(berit.field('Navn')).toHaveValue('Berit Fjell');
    expect(berit.page.url()).not.toContain('Fjell');
    await berit.button('Lagre navn').click();
    await expect(berit.main).toContainText('Navnet er lagret.');
  });

  test(`a new address is still there after a session that ended elsewhere, ${kind}`, async ({ someone }) => {
    const berit = await someone(options);
    await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
    await berit.link('Endre e-postadresse').click();
    await berit.sees('Endre e-postadresse');
    if (berit.scripted) await berit.isHydrated();
    await endsElsewhere(await someone());

    await berit.field('Ny e-postadresse').fill('ny@nordvik.example');
    await berit.button('Send kode').click();
    await signsInAgain(berit);
    await berit.sees('Endre e-postadresse');
    await expect(berit.field('Ny e-postadresse')).toHaveValue('ny@nordvik.example');
    await berit.button('Send kode').click();
    await expect(berit.field('Engangskode')).toBeVisible();
  });

  test(`the overview says what is open and why, ${kind}`, async ({ someone }) => {
    const kari = await someone(options);
    await opensSettings(kari);
    await expect(kari.region('Profil')).toContainText(/BankID er koblet til kjent@nordvik\.example siden \d+\. /);
    const service = kari.region(SERVICES).getByRole('listitem').filter({ hasText: 'Startside' });
    await expect(service).toContainText(`Gjennom Nordvik kommune, med adressen ${KJENT}.`);
    const session = kari.by('list', 'Her er du logget på').getByRole('listitem');
    await expect(session).toContainText('Brukt til å logge på Startside');
    await expect(session).toContainText(/Sist brukt (akkurat nå|for 1 minutt siden)/);
    await service.getByRole('link', { name: 'Gå til Startside', exact: true }).click();
    await kari.seesStartPage(KJENT);
  });
}

test('the overview says why a service is not open', async ({ someone }) => {
  const ola = await someone();
  await landsOnWrongAddress(ola);
  await ola.open('/account');
  const service = ola.region(SERVICES).getByRole('listitem').filter({ hasText: 'Startside' });
  await expect(service).toContainText('Ikke tilgang');
  await expect(service).toContainText('Nordvik kommune');
  await expect(ola.region('Profil')).toContainText(`BankID er koblet til ${WRONG} siden`);
});

test('four sessions are told apart by the names of their buttons', async ({ someone }) => {
  const others = [await someone(), await someone(), await someone()];
  for (const other of others) await other.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.isHydrated();
  const buttons = berit.by('list', 'Her er du logget på').getByRole('button');
  await expect(buttons).toHaveCount(3);
  const names = await buttons.allTextContents();
  expect(new Set(names).size).toBe(3);
  for (const name of names) expect(name).toMatch(/^Logg ut .+, logget på \d+\. .+ kl\. \d\d\.\d\d$/);
  await berit.button(names[1] ?? '').click();
  await expect(buttons).toHaveCount(2);
});

test('the reference is copied, and the contact gets it by mail', async ({ someone }) => {
  const ola = await someone({ permissions: ['clipboard-read', 'clipboard-write'] });
  await landsOnWrongAddress(ola);
  await ola.isHydrated();
  const reference = (await ola.main.locator('.k-reference').textContent()) ?? '';
  expect(reference).toMatch(/^[0-9A-F]{12}$/);
  const mail = ola.link('brukerstotte@nordvik.example');
  await expect(mail).toHaveAttribute(
    'href',
    `mailto:brukerstotte@nordvik.example?subject=Tilgang%20til%20Startside%2C%20referanse%20${reference}`,
  );
  await ola.button('Kopier referansen').click();
  await expect(ola.page.getByRole('status').filter({ hasText: 'Referansen er kopiert.' })).toBeVisible();
  expect(await ola.page.evaluate(() => navigator.clipboard.readText())).toBe(reference);
});

test('without JavaScript the reference is text, and nothing claims to copy it', async ({ someone }) => {
  const ola = await someone({ javaScriptEnabled: false });
  await landsOnWrongAddress(ola);
  await expect(ola.main.locator('.k-reference')).toHaveText(/^[0-9A-F]{12}$/);
  await expect(ola.button('Kopier referansen')).toHaveCount(0);
  await expect(ola.link('brukerstotte@nordvik.example')).toBeVisible();
});
