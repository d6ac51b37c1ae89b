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
  // Colours on their way from one mode to the next have the wrong contrast, one level of elements after the other.
  await styled(page, '* { transition: none !important; }');
  await page.setViewportSize({ width, height: width === NARROW ? 640 : 900 });
  await page.emulateMedia({ colorScheme, forcedColors });
}

/** Puts one style sheet on top of the page's own. */
async function styled(page: Page, rules: string): Promise<void> {
  await page.evaluate((rules) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [sheet];
  }, rules);
}

/** Shows the texts of another language in the page that is open, in a fifth of the time of opening it. */
export async function translate(page: Page, demo: Demo, { address }: State, lang: string): Promise<void> {
  const answer = await fetch(`${demo.kobling}${address}?lang=${lang}`);
  await page.evaluate((text) => {
    const other = new DOMParser().parseFromString(text, 'text/html');
    document.body.replaceWith(document.adoptNode(other.body));
    document.title = other.title;
    document.documentElement.lang = other.documentElement.lang;
  }, await answer.text());
}

/** What axe and the layout say about the page as it is shown. */
export async function check(page: Page): Promise<Violation[]> {
  return [...(await violations(page)), ...(await overflow(page))];
}

/** The page at 320 px with the text spacing of WCAG 1.4.12. */
export async function spaced(page: Page): Promise<Violation[]> {
  await styled(
    page,
    `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
     p { margin-bottom: 2em !important; }`,
  );
  const found = await overflow(page);
  await styled(page, '');
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
