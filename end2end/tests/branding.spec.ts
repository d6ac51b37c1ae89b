import { expect, test } from '../support/test.ts';

// The demo is branded: an invented coat of arms, and a colour.

const ACCENT = 'rgb(10, 97, 83)';

test('the logo is there, has the size that was kept for it, and is silent beside the name', async ({ someone }) => {
  const kari = await someone();
  await kari.open('/login');
  const home = kari.page.getByRole('banner').getByRole('link', { name: 'Kobling', exact: true });
  const logo = home.locator('img');
  await expect(logo).toHaveAttribute('alt', '');
  const box = await logo.boundingBox();
  expect([box?.width, box?.height]).toEqual([34, 40]);
  expect(await logo.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  await expect(kari.link('Få hjelp')).toHaveAttribute('href', /^mailto:/);
  // The header is in line with the column.
  const heading = await kari.page.getByRole('heading', { level: 1 }).boundingBox();
  expect(box?.x).toBe(heading?.x);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`${colorScheme}: buttons and logo have the colours of the mode`, async ({ someone }) => {
    const kari = await someone({ colorScheme });
    await kari.open('/login');
    const logo = kari.page.getByRole('banner').locator('img');
    const shown = await logo.evaluate((image: HTMLImageElement) => image.currentSrc);
    const light = await logo.getAttribute('src');
    expect(shown.endsWith(light ?? '-')).toBe(colorScheme === 'light');
    const colour = await kari.button('Neste').evaluate((button) => getComputedStyle(button).backgroundColor);
    if (colorScheme === 'light') expect(colour).toBe(ACCENT);
    else expect(colour).not.toBe(ACCENT);
  });
}

test.describe('eIDs first', () => {
  test.use({ settings: ['sign_in.eid_first=true'] });

  test('the eID comes before the address, for eyes and keyboard', async ({ someone }) => {
    const kari = await someone();
    await kari.open('/login');
    const eid = kari.button('Logg på med BankID');
    const address = kari.field(kari.words.email);
    const [above, below] = [await eid.boundingBox(), await address.boundingBox()];
    expect(above?.y ?? 0).toBeLessThan(below?.y ?? 0);
    await eid.focus();
    await kari.page.keyboard.press('Tab');
    await expect(address).toBeFocused();
  });
});

test.describe('languages', () => {
  for (const [locale, lang] of [['de-DE', 'en'], ['se-NO', 'en'], ['da-DK', 'nb'], ['nn-NO', 'nn']] as const) {
    test(`a browser in ${locale} gets ${lang}`, async ({ someone }) => {
      const reader = await someone({ locale });
      await reader.page.goto(`${reader.demo.kobling}/login`);
      await expect(reader.page.locator('html')).toHaveAttribute('lang', lang);
    });
  }
});
