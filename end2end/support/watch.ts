import type { BrowserContext, ConsoleMessage, Response } from '@playwright/test';
import type { Demo } from './demo.ts';
import { identityNumbersIn } from './identity.ts';

interface Problem {
  what: string;
  status?: number;
}

/** The page for missing access has a status in the 400s. */
const REFUSAL = /\/no-access(\?\S*)?$/;

/**
 * Watches every page: console errors and warnings, uncaught exceptions, violations of the content
 * security policy, failed requests, hydration that changes the page, and pages of Kobling without
 * their security headers all fail the test.
 */
export class Watch {
  readonly #problems: Problem[] = [];
  readonly #allowed = new Set<number>();

  constructor(private readonly demo: Demo) {}

  /** Allows these statuses for pages and console messages, in tests that cause them. */
  allowStatus(...statuses: number[]): void {
    for (const status of statuses) this.#allowed.add(status);
  }

  async follow(context: BrowserContext, scripted: boolean): Promise<void> {
    context.on('console', (message) => {
      // Without JavaScript nothing uses what is preloaded, which Chromium says of a page that stays open.
      if (scripted || !message.text().includes('was preloaded using link preload but not used')) this.#console(message);
    });
    context.on('weberror', (error) => this.#problems.push({ what: `uncaught: ${error.error()}` }));
    context.on('response', (response) => this.#response(response));
    context.on('requestfailed', (request) => {
      const reason = request.failure()?.errorText ?? 'unknown';
      // Leaving a page aborts pending loads. Without JavaScript, Chromium refuses to preload a
      // module and calls that "csp"; a violation of the policy itself says so in the console besides.
      if (this.demo.owns(request.url()) && reason !== 'net::ERR_ABORTED' && reason !== 'csp') {
        this.#problems.push({ what: `failed: ${request.method()} ${request.url()}: ${reason}` });
      }
    });
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`CSP violation: ${event.violatedDirective} blocked ${event.blockedURI}`);
      });
      // Hydration must find the tree that the server has rendered, and leave it as it is. Setting this attribute is the
      // first effect after it.
      let rendered = '';
      document.addEventListener('readystatechange', () => {
        if (document.readyState === 'interactive') rendered = document.body.innerHTML;
      });
      const set = Element.prototype.setAttribute;
      Element.prototype.setAttribute = function (this: Element, name: string, value: string) {
        if (name === 'data-hydrated') {
          const hydrated = document.body.innerHTML;
          const at = [...rendered].findIndex((character, index) => character !== hydrated[index]);
          if (at >= 0 || hydrated.length !== rendered.length) {
            const part = (html: string) => html.slice(Math.max(0, at - 80), at + 160);
            console.error(`hydration changed the page from\n${part(rendered)}\nto\n${part(hydrated)}`);
          }
        }
        set.call(this, name, value);
      };
    });
  }

  /** Observed problems that are not allowed. */
  problems(): string[] {
    return this.#problems
      .filter(({ status }) => status === undefined || !this.#allowed.has(status))
      .map(({ what }) => what);
  }

  #console(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const what = `console: ${message.text()} (${message.location().url})`;
    const status = /responded with a status of (\d{3})/.exec(message.text())?.[1];
    if (status === '403' && REFUSAL.test(message.location().url)) return;
    this.#problems.push(status === undefined ? { what } : { what, status: Number(status) });
  }

  #response(response: Response): void {
    const url = response.url();
    if (!this.demo.owns(url)) return;
    if (identityNumbersIn(url).length > 0) this.#problems.push({ what: 'an address holds an identity number' });
    if (response.status() >= 500) {
      this.#problems.push({ what: `${response.status()}: ${url}`, status: response.status() });
    }
    if (url.startsWith(`${this.demo.kobling}/`)) this.#headers(response);
  }

  #headers(response: Response): void {
    const headers = response.headers();
    // A mail in the gallery has styles in its document, and no form.
    const isMail = new URL(response.url()).pathname.startsWith('/gallery/mail-');
    if (!headers['content-type']?.startsWith('text/html') || isMail) return;
    for (const lack of lacks(headers)) this.#problems.push({ what: `${response.url()}: ${lack}` });
  }
}

/** Missing security headers of a page. */
export function lacks(headers: Readonly<Record<string, string>>): string[] {
  const csp = headers['content-security-policy'] ?? '';
  const demands: Array<[boolean, string]> = [
    [/script-src 'self' 'sha256-[^']+' 'wasm-unsafe-eval';/.test(csp), 'script-src allows more or less than our scripts'],
    [!csp.includes("'unsafe-inline'"), "'unsafe-inline' in the policy"],
    [!csp.includes("'unsafe-eval'"), "'unsafe-eval' in the policy"],
    [/frame-ancestors 'none'/.test(csp), "no frame-ancestors 'none'"],
    [/form-action [^;*]+(;|$)/.test(csp), 'no form-action, or a wildcard in it'],
    [headers['referrer-policy'] === 'same-origin', 'referrer-policy is not same-origin'],
    [headers['x-content-type-options'] === 'nosniff', 'no x-content-type-options: nosniff'],
  ];
  return demands.filter(([met]) => !met).map(([, lack]) => lack);
}
