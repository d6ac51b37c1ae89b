import { expect, type Page } from '@playwright/test';
import type { Demo } from './demo.ts';
import { NARROW, type Violation, violations, width } from './look.ts';

/** A state of a page, as `/gallery.json` lists it. */
export interface State {
  state: string;
  address: string;
  /** The path at which people meet it; none of a mail. */
  page: string | null;
  titles: Record<string, string>;
  languages: string[];
  how: string;
  journey: string;
  without_script: string | null;
}

/** How a state is shown. */
interface Mode {
  name: string;
  width: number;
  colorScheme: 'light' | 'dark';
  forcedColors?: 'active';
}

export const MODES: readonly Mode[] = [
  { name: 'light, 1280', width: 1280, colorScheme: 'light' },
  { name: 'dark, 1280', width: 1280, colorScheme: 'dark' },
  { name: 'forced, 1280', width: 1280, colorScheme: 'light', forcedColors: 'active' },
  { name: 'forced, 320', width: NARROW, colorScheme: 'dark', forcedColors: 'active' },
  { name: 'dark, 320', width: NARROW, colorScheme: 'dark' },
  { name: 'light, 320', width: NARROW, colorScheme: 'light' },
];

/** What was found on a state in one mode. */
export interface Found {
  state: string;
  lang: string;
  mode: string;
  violations: Violation[];
}

/** The states of the gallery. */
export async function states(demo: Demo): Promise<State[]> {
  const answer = await fetch(`${demo.kobling}/gallery.json`);
  return (await answer.json()) as State[];
}

/** Opens a state, and waits until the browser has made of it what it makes of the page. */
export async function open(page: Page, demo: Demo, { address, state, page: path, without_script }: State, lang: string): Promise<void> {
  await page.goto(`${demo.kobling}${address}?lang=${lang}`);
  if (path === null || without_script !== null) return;
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  // The warning becomes the notice that the session has ended when the browser has asked.
  if (state === 'idle-over') await expect(page.locator('dialog [href="/login"]')).toBeVisible();
  if (/^(idle|adding|removal)/.test(state)) await expect(page.locator('dialog:modal')).toBeVisible();
}

/** Shows the page in a mode. */
export async function show(page: Page, { width, colorScheme, forcedColors = 'none' as never }: Mode): Promise<void> {
  await page.setViewportSize({ width, height: width === NARROW ? 640 : 900 });
  await page.emulateMedia({ colorScheme, forcedColors });
  // The colours change one level of elements after the other, until two frames have nothing to animate.
  await page.evaluate(async () => {
    for (let calm = 0; calm < 2; calm += 1) {
      await new Promise(requestAnimationFrame);
      if (document.getAnimations().length > 0) calm = -1;
    }
  });
}

/** What axe and the layout say about the page as it is shown. */
export async function check(page: Page): Promise<Violation[]> {
  return [...(await violations(page)), ...(await overflow(page))];
}

/** The page at 320 px with the text spacing of WCAG 1.4.12. */
export async function spaced(page: Page): Promise<Violation[]> {
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
       p { margin-bottom: 2em !important; }`,
    );
    document.adoptedStyleSheets = [sheet];
  });
  const found = await overflow(page);
  await page.evaluate(() => (document.adoptedStyleSheets = []));
  return found;
}

/** Whether the page scrolls sideways, and the texts that their box cuts off. */
export async function overflow(page: Page): Promise<Violation[]> {
  const found: Violation[] = [];
  const wide = await width(page);
  const window = page.viewportSize()?.width ?? wide;
  if (wide > window) found.push({ id: 'reflow', help: `The page is ${wide} px wide (WCAG 1.4.10)`, nodes: [] });
  const cut = await page.evaluate(() =>
    [...document.body.querySelectorAll<HTMLElement>('*')]
      .filter((element) => {
        const { overflowX, overflowY, clipPath, position } = getComputedStyle(element);
        const hidden = position === 'absolute' && (clipPath !== 'none' || element.offsetWidth <= 1);
        const cuts = (way: string) => way === 'hidden' || way === 'clip';
        return (
          !hidden &&
          element.tagName !== 'INPUT' &&
          ((cuts(overflowX) && element.scrollWidth > element.clientWidth + 1) ||
            (cuts(overflowY) && element.scrollHeight > element.clientHeight + 1))
        );
      })
      .map((element) => element.outerHTML.slice(0, 200)),
  );
  const nodes = cut.map((html) => ({ html, failureSummary: undefined }));
  if (nodes.length > 0) found.push({ id: 'cut-off', help: 'Text is cut off (WCAG 1.4.12)', nodes });
  return found;
}
