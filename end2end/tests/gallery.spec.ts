import type { Page } from '@playwright/test';
import { check, type Found, MODES, open, show, spaced, type State, states } from '../support/gallery.ts';
import { look, type Violation } from '../support/look.ts';
import { expect, test } from '../support/test.ts';

/** The states are divided among tests, so that workers share them. */
const PARTS = 8;

// A trace of so many checks takes longer than they do.
test.use({ shared: true, trace: 'off' });
// The state in which the session has ended asks for it.
test.beforeEach(({ watch }) => watch.allowStatus(401));

/** The states of a part: every part has states of all pages. */
function of(part: number, all: State[]): State[] {
  return all.filter((_, index) => index % PARTS === part);
}

/** Checks a state in all modes if it is in Bokmål, and otherwise where texts are longest. */
async function inAllModes(page: Page, state: State, lang: string): Promise<Found[]> {
  const found: Found[] = [];
  const note = (mode: string, violations: Violation[]) => found.push({ state: state.state, lang, mode, violations });
  for (const mode of MODES.slice(lang === 'nb' ? 0 : -1)) {
    await show(page, mode);
    note(mode.name, await check(page));
  }
  note('text spacing, 320', await spaced(page));
  return found;
}

for (let part = 0; part < PARTS; part += 1) {
  test(`every page in every state is accessible: part ${part + 1} of ${PARTS}`, async ({ someone, demo }, testInfo) => {
    test.setTimeout(400_000);
    const { page } = await someone();
    const found: Found[] = [];
    for (const state of of(part, await states(demo))) {
      for (const lang of state.languages) {
        await open(page, demo, state, lang);
        await expect.soft(page, state.state).toHaveTitle(state.titles[lang] ?? '');
        await expect.soft(page.locator('html'), state.state).toHaveAttribute('lang', lang);
        found.push(...(await inAllModes(page, state, lang)));
      }
    }
    await testInfo.attach('gallery', { body: JSON.stringify(found), contentType: 'application/json' });
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ violations }) => violations.length > 0)).toEqual([]);
  });
}

test('the list of the gallery is accessible and names every state', async ({ someone, demo }) => {
  const tester = await someone();
  await tester.open('/gallery');
  const all = await states(demo);
  await expect(tester.main.getByRole('listitem')).toHaveCount(all.length);
  await look(tester.page, 'the gallery');
  await tester.link('login-address').click();
  await tester.sees('Logg på');
});
