import { UNKNOWN } from '../support/eid.ts';
import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { expectFieldError, type Person, PASSWORD } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { RIGHT } from '../support/wrong-address.ts';

test.beforeEach(({ watch }) => watch.allowStatus(401, 403, 410, 422, 429));

const WRONG_TITLE = /^Feil: /;

function summary(person: Person) {
  return person.by('group', 'Rett opp dette, og prøv igjen');
}

for (const javaScriptEnabled of [true, false]) {
  const how = `JavaScript ${javaScriptEnabled ? 'on' : 'off'}`;

  test(`several errors are all said, above the form and beside each field, ${how}`, async ({ someone }) => {
    const berit = await someone({ javaScriptEnabled });
    await berit.open('/forgot-password');
    if (javaScriptEnabled) await berit.isHydrated();
    await berit.field('E-postadresse').fill('berit');
    await berit.button('Tilbakestill passord').click();
    await expect(summary(berit)).toBeFocused();
    await expect(summary(berit)).toHaveAccessibleDescription(/Skriv hele e-postadressen.*Kryss av/);
    await expect(summary(berit).getByRole('heading', { level: 2 })).toBeVisible();
    await expect(berit.page).toHaveTitle(WRONG_TITLE);
    await expectFieldError(berit.field('E-postadresse'), /Skriv hele e-postadressen/);
    await expect(berit.field('E-postadresse')).toHaveValue('berit');
    await expectFieldError(berit.by('checkbox', 'Jeg er ikke en robot'), /Kryss av/);
    await berit.looks('two errors in a form');
    await summary(berit).getByRole('link', { name: /Kryss av/ }).click();
    await expect(berit.by('checkbox', 'Jeg er ikke en robot')).toBeFocused();
    await summary(berit).getByRole('link', { name: /Skriv hele/ }).click();
    await expect(berit.field('E-postadresse')).toBeFocused();
  });

  test(`a single error gets the focus beside its field, ${how}`, async ({ someone }) => {
    const berit = await someone({ javaScriptEnabled });
    await berit.open('/login');
    if (javaScriptEnabled) await berit.isHydrated();
    await berit.field('E-postadresse').fill('berit');
    await berit.button('Neste').click();
    await expectFieldError(berit.field('E-postadresse'), /Skriv hele/);
    await expect(berit.field('E-postadresse')).toBeFocused();
    await expect(summary(berit)).toHaveCount(0);
    await expect(berit.page).toHaveTitle(/^Feil: .*Logg på – Kobling$/);
    await berit.field('E-postadresse').fill(FINNES);
    await berit.button('Neste').click();
    await expect(berit.field('Passord')).toBeVisible();
    await expect(berit.page).not.toHaveTitle(WRONG_TITLE);
  });

  test(`an emptied name stays empty beside its error, ${how}`, async ({ someone }) => {
    const berit = await someone({ javaScriptEnabled });
    await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
    if (javaScriptEnabled) await berit.isHydrated();
    await berit.field('Navn').fill('');
    await berit.button('Lagre navn').click();
    await expectFieldError(berit.field('Navn'), /Skriv navnet ditt/);
    await expect(berit.field('Navn')).toHaveValue('');
    await expect(berit.field('Navn')).toBeFocused();
    await expect(berit.page).toHaveTitle(WRONG_TITLE);
  });

  test(`whoever cancels at the eID is told so, and no error, ${how}`, async ({ someone }) => {
    const ola = await someone({ javaScriptEnabled });
    await ola.goesToEid();
    await ola.eid.cancel();
    const told = ola.main.getByRole('status').filter({ hasText: 'Påloggingen ble avbrutt' });
    await expect(told).toBeVisible();
    await expect(told).toBeFocused();
    await expect(ola.main.getByRole('alert')).toHaveCount(0);
    await expect(ola.page).not.toHaveTitle(WRONG_TITLE);
  });
}

test('in English the title says Error', async ({ someone }) => {
  const berit = await someone({ locale: 'en-GB' });
  await berit.open('/login');
  await berit.button('Next').click();
  await expect(berit.page).toHaveTitle(/^Error: .*Sign in – Kobling$/);
});

test('errors go away when their fields are right again', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/forgot-password');
  await berit.isHydrated();
  await berit.button('Tilbakestill passord').click();
  const [address, box] = [berit.field('E-postadresse'), berit.by('checkbox', 'Jeg er ikke en robot')];
  await expect(summary(berit)).toBeFocused();
  await expectFieldError(address, /Skriv e-postadressen/);
  await address.pressSequentially('berit');
  await expect(address).toHaveAttribute('aria-invalid', 'true');
  await address.pressSequentially('@nordvik.example');
  await expect(address).not.toHaveAttribute('aria-invalid');
  await expect(address).toHaveAccessibleDescription('');
  await expect(summary(berit).getByRole('listitem')).toHaveCount(1);
  await expect(berit.page).toHaveTitle(WRONG_TITLE);
  await box.check();
  await expect(box).not.toHaveAttribute('aria-invalid');
  await expect(berit.main).not.toContainText('Kryss av for at');
  await expect(summary(berit)).toBeHidden();
  await expect(berit.page).not.toHaveTitle(WRONG_TITLE);
});

test('the three passwords of a change are judged together, and the two are equal again', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.open('/account/password');
  await berit.isHydrated();
  await berit.field('Nytt passord').fill('kort');
  await berit.field('Bekreft passord').fill('lang');
  await berit.button('Lagre passord').click();
  await expect(summary(berit)).toBeFocused();
  await expect(summary(berit).getByRole('link')).toHaveCount(3);
  await expectFieldError(berit.field('Nåværende passord'), /Skriv passordet ditt/);
  await expectFieldError(berit.field('Nytt passord'), /oppfyller alle kravene/);
  await expectFieldError(berit.field('Bekreft passord'), /ulike/);
  await berit.field('Nytt passord').fill(PASSWORD);
  await expect(berit.field('Nytt passord')).not.toHaveAttribute('aria-invalid');
  await expect(berit.field('Bekreft passord')).toHaveAttribute('aria-invalid', 'true');
  await berit.field('Bekreft passord').fill(PASSWORD);
  await expect(berit.field('Bekreft passord')).not.toHaveAttribute('aria-invalid');
  await expect(summary(berit).getByRole('link')).toHaveCount(1);
  await berit.field('Nåværende passord').fill(FINNES_PASSWORD);
  await expect(summary(berit)).toBeHidden();
  await berit.button('Lagre passord').click();
  await berit.sees('Kontoinnstillinger');
  await expect(berit.page).not.toHaveTitle(WRONG_TITLE);
});

test('a refusal to send another code says how long to wait, and that the last one works', async ({ someone }) => {
  const ola = await someone({ javaScriptEnabled: false });
  await ola.signsInWithEid(UNKNOWN);
  await ola.asksForCode(RIGHT);
  const alert = ola.main.getByRole('alert');
  for (let sent = 0; sent < 30 && (await alert.count()) === 0; sent += 1) await ola.button('Send ny kode').click();
  await expect(alert).toContainText(/Vent \d+ minutt/);
  await expect(alert).toBeFocused();
  await expect(ola.main).toContainText(/virker fortsatt/);
  await expect(ola.field('Engangskode')).toBeVisible();
});

test('a box that is ticked before the client-side code has come starts the work', async ({ someone }) => {
  const berit = await someone();
  let release = (): void => {};
  const ticked = new Promise<void>((resolve) => {
    release = resolve;
  });
  await berit.page.route('**/*.wasm', async (route) => {
    await ticked;
    await route.continue();
  });
  await berit.page.goto(`${berit.demo.kobling}/forgot-password`, { waitUntil: 'commit' });
  await berit.by('checkbox', 'Jeg er ikke en robot').check();
  release();
  await berit.isHydrated();
  await expect(berit.main.getByRole('status').filter({ hasText: 'Du kan fortsette' })).toBeVisible({ timeout: 30_000 });
  await berit.field('E-postadresse').fill(FINNES);
  await berit.button('Tilbakestill passord').click();
  await expect(berit.main).toContainText(`adressen ${FINNES}, får du snart`);
});

test('Escape closes the warning before a session ends, and the focus returns', async ({ someone }) => {
  const berit = await someone();
  await berit.page.clock.install();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.open('/account/email');
  await berit.isHydrated();
  const address = berit.field('Ny e-postadresse');
  await address.fill('halvferdig@nordvik.exam');
  await berit.page.route('**/api/v1/session', async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    await route.fulfill({ body: '120' });
  });
  await berit.page.clock.fastForward(28 * 60_000);
  const dialog = berit.by('dialog', 'Du blir snart logget ut');
  await expect(dialog).toBeVisible();
  await berit.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(address).toBeFocused();
  await expect(address).toHaveValue('halvferdig@nordvik.exam');
});

test('where the client-side code fails the page says when it signs out', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const text = berit.page.getByText('Du blir logget ut når siden ikke har vært i bruk på 30 minutter.');
  await berit.isHydrated();
  await expect(text).toBeHidden();
  // An aborted request, as when the person leaves: the watch over the page does not count it, but would count what is
  // preloaded in vain.
  await berit.page.route('**/*.js', (route) => route.abort('aborted'));
  await berit.page.route('**/account', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: (await response.text()).replaceAll(/<link rel="(module)?preload"[^>]*>/g, '') });
  });
  await berit.open('/account');
  await expect(text).toBeVisible({ timeout: 20_000 });
});

test('an address is shown as people write it', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/forgot-password');
  await berit.isHydrated();
  await berit.field('E-postadresse').fill('post@xn--blbr-roah.example');
  await berit.sendsResetForm();
  await expect(berit.main).toContainText('adressen post@blåbær.example, får du snart');
});

test('a name from right to left is written and read from the right', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.isHydrated();
  await expect(berit.field('Navn')).toHaveCSS('direction', 'ltr');
  await berit.field('Navn').fill('مریم');
  await expect(berit.field('Navn')).toHaveCSS('direction', 'rtl');
});
