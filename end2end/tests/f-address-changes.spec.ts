import { syntheticNumber } from '../support/identity.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

const OLD = 'siri.hansen@nordvik.example';
const NEW = 'siri.berg@nordvik.example';
const NUMBER = syntheticNumber();

function employee(address: string): string {
  return `${NUMBER};90001;Siri Hansen;${address}`;
}

async function startsWithOldAddress(siri: Person): Promise<void> {
  expect(await siri.demo.importDirectory([employee(OLD)])).toMatchObject({ code: 0 });
  await siri.goesToEid();
  await siri.eid.typeNumber(NUMBER);
  await expect(siri.field('E-postadresse')).toHaveValue(OLD);
  await siri.button('Koble til').click();
  await siri.seesStartPage(OLD);
}

async function changesInSettings(siri: Person): Promise<void> {
  await siri.open('/account');
  await siri.region('Profil').getByRole('link', { name: 'Endre e-postadresse' })
    .or(siri.region('Profil').getByRole('button', { name: 'Endre e-postadresse' }))
    .click();
  await expect(siri.field('Ny e-postadresse')).toBeVisible();
  await expect(siri.page).toHaveURL(({ pathname }) => pathname === '/account/email');
  await siri.looks('change of address');
  const mark = await siri.mailbox.mark();
  await siri.field('Ny e-postadresse').fill(NEW);
  await siri.button('Send kode').click();
  await expect(siri.field('Engangskode')).toBeVisible();
  await siri.looks('change of address, code');
  await siri.entersCode(await siri.mailbox.code(NEW, mark));
  await siri.sees('Kontoinnstillinger');
  await expect(siri.region('Profil')).toContainText(NEW);
  await expect(siri.button('Fjern BankID')).toHaveCount(1);
}

async function changesInUserAdministration(siri: Person): Promise<void> {
  expect(await siri.demo.importDirectory([employee(NEW)])).toMatchObject({ code: 0 });
}

async function signsInAgain(siri: Person): Promise<void> {
  await siri.goesToEid();
  await siri.eid.typeNumber(NUMBER);
}

const ORDERS = [
  ['in account settings, then in user administration', [changesInSettings, changesInUserAdministration]],
  ['in user administration, then in account settings', [changesInUserAdministration, changesInSettings]],
] as const;

for (const [order, changes] of ORDERS) {
  test(`F: the address changes ${order}, and the link survives`, async ({ someone }) => {
    const siri = await someone();
    await startsWithOldAddress(siri);
    for (const change of changes) await change(siri);

    const later = await someone();
    await signsInAgain(later);
    await later.seesStartPage(NEW);
  });
}

test('F: in between, when the two disagree, nobody gets in and the link stays', async ({ someone }) => {
  const siri = await someone();
  await startsWithOldAddress(siri);
  await changesInSettings(siri);

  const later = await someone();
  await signsInAgain(later);
  await later.seesNoAccess(NEW);
  await later.open('/account');
  await expect(later.button('Fjern BankID')).toHaveCount(1);
});

test('F: the page names what closes, and the old mailbox undoes the change', async ({ someone, mailbox }) => {
  const siri = await someone();
  await startsWithOldAddress(siri);
  const mark = await mailbox.mark();
  await siri.open('/account/email');
  await expect(siri.main).toContainText(/gir tilgang til Startside\..*Nordvik kommune/);
  await siri.looks('change of address, what closes');
  await changesInSettings(siri);

  const owner = await someone();
  const link = await mailbox.link(OLD, mark, '/undo-email');
  await owner.page.goto(link);
  await owner.sees('Angre endringen av adressen');
  await expect(owner.main).toContainText(OLD);
  await owner.looks('undo of a change of address');
  await owner.button('Angre endringen').click();
  await owner.sees('Kontoen har fått tilbake adressen');
  await owner.looks('a change of address undone');
  await mailbox.newest(NEW, mark, ({ subject }) => subject.includes('angret'));
  await mailbox.newest(OLD, mark, ({ subject }) => subject.includes('angret'));

  // The session that changed the address has ended; the eID from before the change still works.
  await siri.open('/account');
  await siri.sees('Logg på');
  const later = await someone();
  await signsInAgain(later);
  await later.seesStartPage(OLD);
});

test('F: an undo link that is used up says so', async ({ someone, mailbox, watch }) => {
  watch.allowStatus(410);
  const siri = await someone();
  await startsWithOldAddress(siri);
  const mark = await mailbox.mark();
  await changesInSettings(siri);
  const link = await mailbox.link(OLD, mark, '/undo-email');
  const owner = await someone({ javaScriptEnabled: false });
  await owner.page.goto(link);
  await owner.button('Angre endringen').click();
  await owner.sees('Kontoen har fått tilbake adressen');
  await owner.page.goto(link);
  await owner.sees('Lenken virker ikke lenger');
});

test('F: the old mailbox is told, and the change waits for the code', async ({ someone, mailbox }) => {
  const siri = await someone();
  await startsWithOldAddress(siri);
  await siri.open('/account/email');
  const mark = await mailbox.mark();
  await siri.field('Ny e-postadresse').fill(NEW);
  await siri.button('Send kode').click();
  const code = await mailbox.code(NEW, mark);

  const tab = await siri.inNewTab();
  await tab.open('/account');
  await expect(tab.region('Profil')).toContainText(OLD);

  await siri.entersCode(code);
  await expect(siri.region('Profil')).toContainText(NEW);
  await mailbox.newest(OLD, mark);
});
