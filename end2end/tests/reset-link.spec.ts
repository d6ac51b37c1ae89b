import { request } from '@playwright/test';
import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { PASSWORD, type Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(401, 404, 410, 422));

const OTHER = 'Grønn kopp bak varm ovn i mars';

async function isToldItIsDead(person: Person): Promise<void> {
  await expect(person.field('Nytt passord')).toBeHidden();
  await expect(person.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(person.main.getByRole('link').or(person.main.getByRole('button')).first()).toBeVisible();
}

test('a reset link works once', async ({ someone }) => {
  const berit = await someone();
  const link = await berit.forgetsPassword(FINNES);
  await berit.resetsPassword(link, PASSWORD);
  await berit.page.goto(link);
  await isToldItIsDead(berit);
  await berit.looks('a reset link that is used up');
  await berit.signsInWithPassword(FINNES, PASSWORD);
});

test('the old password is no longer good', async ({ someone }) => {
  const berit = await someone();
  await berit.resetsPassword(await berit.forgetsPassword(FINNES), PASSWORD);
  await berit.open('/login');
  await berit.typesAddress(FINNES);
  await berit.typesPassword(FINNES_PASSWORD);
  await expect(berit.main).toContainText(/Feil e-postadresse eller passord/);
  await expect(berit.field('Passord')).toHaveValue('');
  await berit.looks('sign in, step 2, wrong password');
});

test('mail scanners that open the link do not use it up', async ({ someone }) => {
  const berit = await someone();
  const link = await berit.forgetsPassword(FINNES);
  const scanner = await request.newContext();
  for (let opened = 0; opened < 3; opened += 1) {
    expect((await scanner.get(link)).status()).toBe(200);
  }
  expect((await scanner.head(link)).status()).toBeLessThan(500);
  await scanner.dispose();
  await berit.resetsPassword(link, PASSWORD);
  await berit.signsInWithPassword(FINNES, PASSWORD);
});

test('a reset link dies when a newer one was used, on an open page too', async ({ someone }) => {
  const berit = await someone();
  const older = await berit.forgetsPassword(FINNES);
  const tab = await berit.inNewTab();
  const newer = await tab.forgetsPassword(FINNES);
  expect(newer).not.toBe(older);

  await berit.page.goto(older);
  const wasOpen = await berit.field('Nytt passord').isVisible();
  await tab.resetsPassword(newer, PASSWORD);
  if (wasOpen) await berit.choosesPassword(OTHER);
  await isToldItIsDead(berit);
  await berit.page.goto(older);
  await isToldItIsDead(berit);
  await berit.signsInWithPassword(FINNES, PASSWORD);
});

test('a reset link dies when the password is changed in account settings', async ({ someone }) => {
  const berit = await someone();
  const link = await berit.forgetsPassword(FINNES);
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.open('/account/password');
  await berit.looks('change of password');
  await berit.field('Nåværende passord').fill(FINNES_PASSWORD);
  await berit.field('Nytt passord').fill(PASSWORD);
  await berit.field('Bekreft passord').fill(PASSWORD);
  await berit.button('Lagre passord').click();
  await berit.sees('Kontoinnstillinger');

  await berit.page.goto(link);
  await isToldItIsDead(berit);
});

test('two new passwords that differ are told apart beside the field, and nothing is kept', async ({ someone }) => {
  const berit = await someone({ javaScriptEnabled: false });
  await berit.page.goto(await berit.forgetsPassword(FINNES));
  await berit.field('Nytt passord').fill(PASSWORD);
  await berit.field('Bekreft passord').fill(OTHER);
  await berit.button('Lagre passord').click();
  await expect(berit.field('Bekreft passord')).toHaveAttribute('aria-invalid', 'true');
  await expect(berit.field('Nytt passord')).toHaveValue('');
  await berit.choosesPassword(PASSWORD);
  await expect(berit.toSignIn).toBeVisible();
});

test('a made-up or missing ticket is answered by a page', async ({ someone }) => {
  const berit = await someone();
  const link = new URL(await berit.forgetsPassword(FINNES));
  for (const [name, value] of link.searchParams) link.searchParams.set(name, `${value.slice(0, -4)}AAAA`);
  for (const path of [link.href, '/reset-password', '/reset-password?ticket=a&ticket=b']) {
    await berit.open(path);
    await isToldItIsDead(berit);
  }
});

test('unticked, the box asks to be ticked and the address stays', async ({ someone }) => {
  const berit = await someone({ javaScriptEnabled: false });
  await berit.open('/forgot-password');
  await berit.field('E-postadresse').fill(FINNES);
  await berit.button('Tilbakestill passord').click();
  await expect(berit.by('checkbox', 'Jeg er ikke en robot')).toBeVisible();
  await expect(berit.field('E-postadresse')).toHaveValue(FINNES);
});

test.describe('with the classic rules', () => {
  test.use({ settings: ['password.preset="classic"'] });

  test('the checklist shows and turns each of them', async ({ someone }) => {
    const berit = await someone();
    await berit.page.goto(await berit.forgetsPassword(FINNES));
    await berit.isHydrated();
    await expect(berit.requirements).toHaveCount(7);
    const password = berit.field('Nytt passord');
    await expect.poll(() => berit.requirementsMet()).toBe(0);
    for (const [typed, met] of [['rødgrøt', 3], ['R', 5], ['7', 6], ['!', 7]] as const) {
      await password.pressSequentially(typed);
      await expect.poll(() => berit.requirementsMet()).toBe(met);
    }
    await berit.field('Bekreft passord').fill('rødgrøtR7!');
    await berit.button('Lagre passord').click();
    await expect(berit.toSignIn).toBeVisible();
  });
});
