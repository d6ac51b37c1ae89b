import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { MODES, open, show, states } from '../support/gallery.ts';
import { test } from '../support/test.ts';

/** The states are divided among tests, so that workers share them. */
const PARTS = 4;
const FOLDER = resolve(import.meta.dirname, '../test-results/screens');

test.use({ shared: true });
test.beforeEach(({ watch }) => watch.allowStatus(401));

/** Pictures of the page: wide and narrow, light and dark. */
async function pictures(page: Page, name: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const mode of MODES.filter(({ forcedColors }) => forcedColors === undefined)) {
    await show(page, mode);
    const path = join(FOLDER, `${name}-${mode.width}-${mode.colorScheme}.png`);
    await page.screenshot({ path, fullPage: true });
  }
}

for (let part = 0; part < PARTS; part += 1) {
  test(`pictures of every state, part ${part + 1} of ${PARTS} @gallery`, async ({ someone, demo }) => {
    test.setTimeout(900_000);
    const { page } = await someone();
    for (const [index, state] of (await states(demo)).entries()) {
      if (index % PARTS !== part) continue;
      await open(page, demo, state, process.env['GALLERY_LANG'] ?? 'nb');
      await pictures(page, state.state);
    }
  });
}

test('pictures of the other pages of the demo @gallery', async ({ someone, demo }) => {
  const kari = await someone();
  await kari.goesToEid();
  await pictures(kari.page, 'demo-eid');
  for (const [name, address] of [['demo-mailbox', demo.mailbox], ['demo-start-page', demo.startPage]] as const) {
    await kari.page.goto(address);
    await pictures(kari.page, name);
  }
});
