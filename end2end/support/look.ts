import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { identityNumbersIn } from './identity.ts';

export const LAW = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const RULES = [...LAW, 'best-practice'];
const NARROW = 320;

/** Expects no axe violations on the page, in light and in dark mode. */
export async function axe(page: Page, name: string, rules = RULES): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    // The mailbox shows mails in frames without scripts, including axe; a separate test checks the mails.
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
 * Checks a page: axe in light and dark, no horizontal scrolling at 320 px, a title, a
 * language, and no identity number in text or source.
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

/** Expects a page of Kobling to contain no identity number, in text, source or address. */
export async function expectNoIdentityNumber(page: Page): Promise<void> {
  expect(identityNumbersIn(`${page.url()} ${await page.content()}`)).toEqual([]);
}
