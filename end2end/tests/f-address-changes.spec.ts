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
  expect(new URL(siri.page.url()).pathname).toBe('/account/email');
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
