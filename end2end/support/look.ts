import { expect, type Page } from '@playwright/test';
import axeCore, { type AxeResults } from 'axe-core';
import { identityNumbersIn } from './identity.ts';

export const LAW = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
export const RULES = [...LAW, 'best-practice'];
export const NARROW = 320;

/** A violation of an axe rule, with the elements that violate it. */
export interface Violation {
  id: string;
  help: string;
  nodes: { html: string; failureSummary: string | undefined }[];
}

/** The violations on the page as it is. */
export async function violations(page: Page, rules = RULES): Promise<Violation[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeCore.source);
  // The mailbox shows mails in frames without scripts, including axe; a separate test checks the mails.
  const results = await page.evaluate(
    (values) =>
      (window as unknown as { axe: typeof axeCore }).axe.run(
        { exclude: ['iframe'] },
        { iframes: false, runOnly: { type: 'tag', values }, resultTypes: ['violations'] },
      ) as Promise<AxeResults>,
    rules,
  );
  return results.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
  }));
}

/** Expects no axe violations on the page, in light and in dark mode. */
export async function axe(page: Page, name: string, rules = RULES): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await violations(page, rules), `axe on ${name}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
}

/** How wide the page is: wider than the window, it scrolls sideways. */
export async function width(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

/**
 * Checks a page that the gallery does not have: axe in light and dark, no horizontal scrolling at 320 px, a title and a
 * language.
 */
export async function look(page: Page, name: string): Promise<void> {
  await axe(page, name);

  const wide = page.viewportSize();
  await page.setViewportSize({ width: NARROW, height: 640 });
  expect.soft(await width(page), `${name} scrolls sideways at ${NARROW} px`).toBeLessThanOrEqual(NARROW);
  if (wide !== null) await page.setViewportSize(wide);

  await expect.soft(page, `${name} has no title`).toHaveTitle(/\S/);
  await expect.soft(page.locator('html'), `${name} names no language`).toHaveAttribute('lang', /^(nb|no|nn|en)\b/);
}

/** Expects a page of Kobling to contain no identity number, in text, source or address. */
export async function expectNoIdentityNumber(page: Page): Promise<void> {
  expect(identityNumbersIn(`${page.url()} ${await page.content()}`)).toEqual([]);
}
