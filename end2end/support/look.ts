import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { identityNumbersIn } from './identity.ts';

export const LAW = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const RULES = [...LAW, 'best-practice'];
const NARROW = 320;

/** Expects axe to find nothing on the page, in light and in dark. */
export async function axe(page: Page, name: string, rules = RULES): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // The mailbox shows mails in frames that run no script, axe's neither; a test of its own looks at the mails.
    const { violations } = await new AxeBuilder({ page }).withTags(rules).exclude('iframe').analyze();
    const found = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
    }));
    expect.soft(found, `axe on ${name}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

/**
 * Looks at a page the way a careful visitor would: axe in light and dark, no scrolling sideways at 320 px, a title, a
 * language, and no identity number in sight or in the source.
 */
export async function look(page: Page, name: string): Promise<void> {
  await axe(page, name);

  const wide = page.viewportSize();
  await page.setViewportSize({ width: NARROW, height: 640 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect.soft(width, `${name} scrolls sideways at ${NARROW} px`).toBeLessThanOrEqual(NARROW);
  if (wide !== null) await page.setViewportSize(wide);

  await expect.soft(page, `${name} has no title`).toHaveTitle(/\S/);
  await expect.soft(page.locator('html'), `${name} names no language`).toHaveAttribute('lang', /^(nb|no|nn|en)\b/);
}

/** Expects a page of Kobling's to hold no identity number, in sight, in its source or in its address. */
export async function expectNoIdentityNumber(page: Page): Promise<void> {
  expect(identityNumbersIn(`${page.url()} ${await page.content()}`)).toEqual([]);
}
