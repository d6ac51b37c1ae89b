import axeCore, { type AxeResults } from 'axe-core';
import { Actions } from '../support/actions.ts';
import { KNOWN, type Label, UNKNOWN, WRONG_ADDRESS } from '../support/eid.ts';
import { RULES } from '../support/look.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

declare global {
  interface Window {
    axe: typeof axeCore;
  }
}

/** The stories of the demo's first page: what to press there, who one is at the eID, and the most actions to its end. */
const STORIES = [
  { title: 'Kjent ansatt', label: KNOWN, most: 3, lives: confirms },
  { title: 'Ukjent ansatt', label: UNKNOWN, most: 8, lives: proves },
  { title: 'Feil adresse', label: WRONG_ADDRESS, most: 15, lives: isCaught },
] as const;

test('the whole tour, by what its pages say', async ({ someone }) => {
  const guest = await someone();
  const all = Date.now();
  await guest.page.goto(guest.demo.startPage);
  await guest.sees('Prøv Kobling');
  await expect(guest.main.getByRole('heading', { level: 2 })).toHaveText([
    ...STORIES.map(({ title }) => title),
    'På egen hånd',
  ]);
  await guest.looks('the beginning of the tour');

  for (const [index, { title, label, most, lives }] of STORIES.entries()) {
    const begun = Date.now();
    const actions = new Actions();
    await actions.press(guest.button(`Prøv: ${title}`));
    await isSuggested(guest, label);
    if (index === 0) await guest.looks('the simulated eID, with a suggestion');
    await actions.press(guest.eid.person(label));
    const address = await lives(guest, actions);

    await guest.seesStartPage(address);
    await expect(guest.main).toContainText(`Ferdig: ${title}`);
    const seconds = ((Date.now() - begun) / 1_000).toFixed(1);
    const description = `${actions.count} actions, ${seconds} s`;
    test.info().annotations.push({ type: title, description });
    console.log(`Demo, ${title}: ${description}`);
    expect(actions.count).toBeLessThanOrEqual(most);
    await guest.looks(`the end of ${title}`);
    const next = STORIES[index + 1];
    if (next !== undefined) await expect(guest.button(`Prøv: ${next.title}`)).toBeVisible();
  }
  await expect(guest.main).toContainText('Det var alle tre.');
  const seconds = ((Date.now() - all) / 1_000).toFixed(1);
  test.info().annotations.push({ type: 'the whole tour', description: `${seconds} s` });
});

test('the stories can be told in any order', async ({ someone }) => {
  const guest = await someone();
  const actions = new Actions();
  for (const { title, label, lives } of [STORIES[2], STORIES[0]]) {
    await guest.page.goto(guest.demo.startPage);
    await guest.button(`Prøv: ${title}`).click();
    await guest.eid.person(label).click();
    await guest.seesStartPage(await lives(guest, actions));
    await expect(guest.main).toContainText(`Ferdig: ${title}`);
  }
});

test('without JavaScript the tour begins, and the bar leads everywhere', async ({ someone }) => {
  const guest = await someone({ javaScriptEnabled: false });
  await guest.page.goto(guest.demo.startPage);
  await guest.button('Prøv: Ukjent ansatt').click();
  await guest.eid.person(UNKNOWN).click();
  await guest.isAskedForAddress();
  await guest.field('E-postadresse').fill('ukjent@nordvik.example');
  await guest.button('Send kode').click();
  await guest.field('Engangskode').waitFor();

  await bar(guest).getByRole('link', { name: 'Postkasse' }).click();
  await guest.sees('Postkasse');
  await expect(async () => {
    await guest.link('Oppdater').click();
    await expect(guest.main.getByText('Kode: ')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await guest.main.getByRole('listitem').getByRole('link').first().click();
  const mail = guest.page.frameLocator('iframe');
  await mail.getByRole('link').first().click();
  await guest.button('Bekreft').click();
  await guest.seesStartPage('ukjent@nordvik.example');
  await expect(guest.main).toContainText('Ferdig: Ukjent ansatt');

  for (const [name, heading] of [
    ['eID', 'Simulert eID'],
    ['Kontoinnstillinger', 'Kontoinnstillinger'],
    ['Startside', 'Startside'],
  ] as const) {
    await bar(guest).getByRole('link', { name, exact: true }).click();
    await guest.sees(heading);
  }
});

test('Begynn på nytt empties the demo for everybody', async ({ someone, mailbox }) => {
  const guest = await someone();
  await guest.page.goto(guest.demo.startPage);
  await guest.button('Prøv: Ukjent ansatt').click();
  await guest.eid.person(UNKNOWN).click();
  await guest.seesStartPage(await proves(guest, new Actions()));
  expect(await mailbox.messages()).not.toEqual([]);
  const list = await guest.inNewTab();
  await list.page.goto(list.demo.mailbox);
  await expect(list.main.getByRole('listitem').first()).toBeVisible();

  await guest.open('/account');
  await bar(guest).getByRole('link', { name: 'Begynn på nytt' }).click();
  await guest.sees('Vil du begynne på nytt?');
  await guest.looks('the question before a restart');
  await guest.button('Begynn på nytt').click();
  await guest.sees('Prøv Kobling');
  await expect(guest.main.getByRole('status')).toContainText('Demoen er tømt.');
  await expect(guest.main).not.toContainText('Ferdig');
  expect(await mailbox.messages()).toEqual([]);
  await expect(list.main).toContainText('Ingen e-post ennå.');

  await guest.open('/account');
  await guest.isAskedToSignIn();
  await guest.page.goto(guest.demo.startPage);
  await guest.button('Prøv: Ukjent ansatt').click();
  await guest.eid.person(UNKNOWN).click();
  await guest.isAskedForAddress();
});

test('the mailbox updates by itself, marks the code, and shows the whole mail', async ({ someone, mailbox }) => {
  const reader = await someone();
  await reader.page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: reader.demo.mailbox });
  await reader.page.goto(reader.demo.mailbox);
  await expect(reader.main).toContainText('Ingen e-post ennå.');

  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  const code = await ola.asksForCode('ukjent@nordvik.example');
  const [mail] = await mailbox.messages();
  await expect(reader.link(mail?.subject ?? '')).toBeVisible();
  await expect(reader.main.getByRole('status')).toContainText(`Ny e-post: ${mail?.subject}`);
  await expect(reader.main).not.toContainText('Ingen e-post ennå.');
  // The browser's own time, which the test sets nowhere: UTC is said only where there is no script.
  await expect(reader.page.locator('time')).not.toContainText('UTC');
  await reader.looks('the mailbox, with a code');
  await reader.button(`Kopier ${code}`).click();
  await expect(reader.main.getByRole('status')).toContainText('Koden er kopiert.');
  expect(await reader.page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  await reader.page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await reader.button(`Kopier ${code}`).click();
  await expect(reader.main.getByRole('status')).toContainText('Koden er markert');
  expect(await reader.page.evaluate(() => String(getSelection()))).toBe(code);

  await reader.link(mail?.subject ?? '').click();
  const frame = reader.page.frameLocator('iframe');
  const hidden = () => frame.locator('html').evaluate((html) => html.scrollHeight - window.innerHeight);
  await expect.poll(hidden, { message: 'what the frame hides of the mail' }).toBeLessThanOrEqual(0);
  // With the frame, whose landmarks must differ from the page's.
  for (const each of reader.page.frames()) {
    await each.evaluate(axeCore.source);
    await each.evaluate(() => window.axe.configure({ allowedOrigins: ['<unsafe_all_origins>'] }));
  }
  const { violations, passes } = await reader.page.evaluate(
    (values) => window.axe.run({ runOnly: { type: 'tag', values } }) as Promise<AxeResults>,
    RULES,
  );
  expect(violations.map(({ id }) => id)).toEqual([]);
  const landmarks = passes.find(({ id }) => id === 'landmark-unique')?.nodes ?? [];
  expect(landmarks.some(({ target }) => target.length > 1), 'landmarks of the frame were looked at').toBe(true);
});

for (const [locale, heading, mailboxName, settings] of [
  ['nn-NO', 'Prøv Kobling', 'Postkasse', 'Kontoinnstillingar'],
  ['en-GB', 'Try Kobling', 'Mailbox', 'Account settings'],
] as const) {
  test(`the demo speaks ${locale}`, async ({ someone }) => {
    const guest = await someone({ locale });
    await guest.page.goto(guest.demo.startPage);
    await guest.sees(heading);
    await guest.looks(`the beginning of the tour, ${locale}`);
    await guest.main.getByRole('button').first().click();
    await guest.eid.isShown();
    await expect(guest.page.locator('html')).toHaveAttribute('lang', locale.slice(0, 2));
    await guest.looks(`the simulated eID, ${locale}`);
    await guest.eid.person(KNOWN).click();
    await expect(guest.page.getByRole('navigation').getByRole('link', { name: settings })).toBeVisible();
    await guest.page.getByRole('navigation').getByRole('link', { name: mailboxName }).click();
    await guest.sees(mailboxName);
    await expect(guest.page.locator('html')).toHaveAttribute('lang', locale.slice(0, 2));
    await guest.looks(`the mailbox, ${locale}`);
  });
}

function bar(guest: Person) {
  return guest.by('navigation', 'Demoen');
}

async function isSuggested(guest: Person, label: Label): Promise<void> {
  await guest.eid.isShown();
  await expect(guest.eid.person(label)).toBeFocused();
  await expect(guest.eid.person(label)).toHaveAccessibleDescription(/^Du valgte denne/);
}

/** Kjent i HRM. */
async function confirms(guest: Person, actions: Actions): Promise<string> {
  await guest.isHydrated();
  await actions.press(guest.button('Koble til'));
  return 'kjent@nordvik.example';
}

/** Ukjent i HRM. */
async function proves(guest: Person, actions: Actions): Promise<string> {
  await typesAddressAndCode(guest, actions, 'ukjent@nordvik.example');
  return 'ukjent@nordvik.example';
}

/** Skriver feil adresse. */
async function isCaught(guest: Person, actions: Actions): Promise<string> {
  await typesAddressAndCode(guest, actions, 'privat@eksempel.example');
  await guest.sees('Denne adressen gir ikke tilgang til Startside');
  await guest.isHydrated();
  await actions.press(guest.button('Bruk en annen adresse'));
  await typesAddressAndCode(guest, actions, 'rett@nordvik.example');
  return 'rett@nordvik.example';
}

/** As a guest does it: with the mailbox in the same tab, by way of the bar and **Tilbake**. */
async function typesAddressAndCode(guest: Person, actions: Actions, address: string): Promise<void> {
  await guest.isAskedForAddress();
  await guest.isHydrated();
  await actions.type(guest.field('E-postadresse'), address);
  await actions.press(guest.button('Send kode'));
  await guest.field('Engangskode').waitFor();
  await actions.press(bar(guest).getByRole('link', { name: 'Postkasse' }));
  const mail = guest.main.getByRole('listitem').filter({ hasText: address }).first();
  const code = (await mail.locator('mark').textContent()) ?? '';
  await actions.press(mail.getByRole('button', { name: `Kopier ${code}` }));
  await actions.goBack(guest.page);
  await guest.isHydrated();
  await actions.type(guest.field('Engangskode'), code);
}
