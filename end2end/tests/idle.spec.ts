import type { Page } from '@playwright/test';
import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { expect, test } from '../support/test.ts';

const MINUTE = 60_000;

/** The server's answer to "how long is left?", since its clock does not follow the browser's. */
async function left(page: Page, seconds: number | undefined): Promise<void> {
  await page.route('**/api/v1/session', async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    await (seconds === undefined ? route.fulfill({ status: 401 }) : route.fulfill({ body: `${seconds}` }));
  });
}

test('two minutes before the end the page says so, one press goes on, and what was typed stays', async ({ someone }) => {
  const berit = await someone();
  await berit.page.clock.install();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.open('/account/email');
  const address = berit.page.getByLabel('Ny e-postadresse');
  await address.fill('halvferdig@nordvik.exam');

  await left(berit.page, 120);
  await berit.page.clock.fastForward(28 * MINUTE);
  const dialog = berit.page.getByRole('dialog', { name: 'Du blir snart logget ut' });
  await expect(dialog).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Fortsett å være logget på' })).toBeFocused();
  await berit.looks('the warning before a session ends');

  await berit.page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(address).toHaveValue('halvferdig@nordvik.exam');
  await berit.page.clock.fastForward(20 * MINUTE);
  await expect(dialog).toBeHidden();
});

test('a session that another tab has used is not spoken of', async ({ someone }) => {
  const berit = await someone();
  await berit.page.clock.install();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const asked = berit.page.waitForResponse('**/api/v1/session');
  await berit.page.clock.fastForward(28 * MINUTE);
  expect((await asked).status()).toBe(200);
  await expect(berit.page.getByRole('dialog')).toBeHidden();
});

test('after the end the page says so, and what was typed still stands', async ({ someone, watch }) => {
  watch.allowStatus(401);
  const berit = await someone();
  await berit.page.clock.install();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.open('/account/email');
  const address = berit.page.getByLabel('Ny e-postadresse');
  await address.fill('halvferdig@nordvik.exam');
  await left(berit.page, undefined);
  await berit.page.clock.fastForward(28 * MINUTE);
  const dialog = berit.page.getByRole('dialog', { name: 'Du er logget ut' });
  await expect(dialog.getByRole('link', { name: 'Logg på' })).toBeVisible();
  await berit.looks('the word after a session has ended');
  await dialog.getByRole('button', { name: 'Tilbake til siden' }).click();
  await expect(address).toHaveValue('halvferdig@nordvik.exam');
});

test('without JavaScript the page says beforehand when it signs out', async ({ someone }) => {
  const berit = await someone({ javaScriptEnabled: false });
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await expect(berit.page.getByText('Du blir logget ut når siden ikke har vært i bruk på 30 minutter.')).toBeVisible();
});
