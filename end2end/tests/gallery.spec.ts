import type { Page } from '@playwright/test';
import type { Demo } from '../support/demo.ts';
import { check, type Found, MODES, open, overflow, show, spaced, type State, states, translate } from '../support/gallery.ts';
import { look, type Violation } from '../support/look.ts';
import { expect, test } from '../support/test.ts';

/** The states are divided among tests, so that workers share them. */
const PARTS = 4;
/** All modes, and all rules in every language: `npm run gallery`. */
const FULL = process.env['GALLERY'] === 'full';
/** Otherwise every value of width and colours once. */
const QUICK = ['light, 1280', 'dark, 320'];

// A trace of so many checks takes longer than they do.
test.use({ shared: true, trace: 'off' });
// The state in which the session has ended asks for it.
test.beforeEach(({ watch }) => watch.allowStatus(401));

/** The states of a part: every part has states of all pages. */
function of(part: number, all: State[]): State[] {
  return all.filter((_, index) => index % PARTS === part);
}

/** Checks a state in Bokmål: in all modes, or in those that differ most. */
async function inModes(page: Page, state: State): Promise<Found[]> {
  const found: Found[] = [];
  const note = (mode: string, violations: Violation[]) => found.push({ state: state.state, lang: 'nb', mode, violations });
  for (const mode of MODES.filter(({ name }) => FULL || QUICK.includes(name))) {
    await show(page, mode);
    note(mode.name, await check(page));
  }
  note('text spacing, 320', await spaced(page));
  return found;
}

/** Checks the texts of another language, which are what differs, in the last of the modes. */
async function inLanguage(page: Page, demo: Demo, state: State, lang: string): Promise<Found[]> {
  await (FULL ? open(page, demo, state, lang) : translate(page, demo, state, lang));
  const found = { state: state.state, lang };
  return [
    { ...found, mode: FULL ? 'light, 320' : 'dark, 320', violations: await (FULL ? check(page) : overflow(page)) },
    { ...found, mode: 'text spacing, 320', violations: await spaced(page) },
  ];
}

for (let part = 0; part < PARTS; part += 1) {
  test(`every page in every state is accessible: part ${part + 1} of ${PARTS}`, async ({ someone, demo }, testInfo) => {
    test.setTimeout(900_000);
    const { page } = await someone();
    const found: Found[] = [];
    for (const state of of(part, await states(demo))) {
      await open(page, demo, state, 'nb');
      await named(page, state, 'nb');
      found.push(...(await inModes(page, state)));
      for (const lang of state.languages.filter((lang) => lang !== 'nb')) {
        found.push(...(await inLanguage(page, demo, state, lang)));
        await named(page, state, lang);
      }
    }
    await testInfo.attach('gallery', { body: JSON.stringify(found), contentType: 'application/json' });
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ violations }) => violations.length > 0)).toEqual([]);
  });
}

/** Expects the title that the list of the gallery names, and the language. */
async function named(page: Page, { state, titles }: State, lang: string): Promise<void> {
  await expect.soft(page, state).toHaveTitle(titles[lang] ?? '');
  await expect.soft(page.locator('html'), state).toHaveAttribute('lang', lang);
}

test('what only the browser makes of a state is accessible', async ({ someone, demo, watch }, testInfo) => {
  watch.allowStatus(503);
  const kari = await someone();
  const { page, words } = kari;
  const cases: [string, string, () => Promise<void>][] = [
    ['reset-password', 'half typed, shown', async () => {
      await kari.field(words.newPassword).fill('Blå sykkel');
      await page.locator('.k-password').first().getByRole('button').click();
    }],
    ['forgot-password', 'robot box ticked', async () => {
      await kari.by('checkbox', words.notARobot).check();
      await expect(page.locator('.k-work')).not.toBeEmpty();
    }],
    ['login-address', 'no answer', async () => {
      await page.route('**/ui/*', (route) => route.fulfill({ status: 503, json: 'unavailable' }));
      await kari.button(words.next).click();
      await expect(page.getByRole('alert')).toBeVisible();
    }],
  ];
  const all = await states(demo);
  const found: Found[] = [];
  for (const [name, after, act] of cases) {
    const state = all.find(({ state }) => state === name);
    if (state === undefined) throw new Error(`the gallery has no ${name}`);
    await open(page, demo, state, 'nb');
    await act();
    found.push(...(await inModes(page, { ...state, state: `${name}: ${after}` })));
  }
  await testInfo.attach('gallery', { body: JSON.stringify(found), contentType: 'application/json' });
  expect(found.filter(({ violations }) => violations.length > 0)).toEqual([]);
});

test('the list of the gallery is accessible and names every state', async ({ someone, demo }) => {
  const tester = await someone();
  await tester.open('/gallery');
  const all = await states(demo);
  await expect(tester.main.getByRole('listitem')).toHaveCount(all.length);
  await look(tester.page, 'the gallery');
  await tester.link('login-address').click();
  await tester.sees('Logg på');
});
