import { expect, type Locator, type Page } from '@playwright/test';
import type { Demo } from './demo.ts';

/** The people on the simulated eID's page. */
export const KNOWN = 'Kjent i HRM';
export const UNKNOWN = 'Ukjent i HRM';
export const HAS_ACCOUNT = 'Har konto fra før';
export const WRONG_ADDRESS = 'Skriver feil adresse';
export type Label = typeof KNOWN | typeof UNKNOWN | typeof HAS_ACCOUNT | typeof WRONG_ADDRESS;

/** The errors that the simulated eID can be set to make. */
export const FAULTS = [
  'wrong_issuer',
  'wrong_audience',
  'wrong_nonce',
  'wrong_signature',
  'low_acr',
  'issued_in_future',
  'expired',
  'response_wrong_iss',
  'alg_none',
  'token_error',
  'temporarily_unavailable',
  'server_error',
] as const;
export type Behaviour = (typeof FAULTS)[number] | 'token_slow' | 'no_pid';

/** The simulated eID's sign-in page. */
export class EidPage {
  constructor(
    private readonly page: Page,
    private readonly demo: Demo,
  ) {}

  person(label: Label): Locator {
    return this.page.getByRole('button', { name: new RegExp(`^${label}(?!\\p{L})`, 'u') });
  }

  get numberField(): Locator {
    return this.page.getByLabel('Fødselsnummer', { exact: true });
  }

  get signIn(): Locator {
    return this.page.getByRole('button', { name: 'Logg inn', exact: true });
  }

  async isShown(): Promise<void> {
    await expect(this.person(UNKNOWN)).toBeVisible();
    expect(this.page.url()).toContain(`${this.demo.eid}/`);
  }

  async choose(label: Label): Promise<void> {
    await this.person(label).click();
  }

  async typeNumber(number: string): Promise<void> {
    await this.numberField.fill(number);
    await this.signIn.click();
  }

  async behave(behaviour: Behaviour): Promise<void> {
    await this.page.getByText('For testere', { exact: true }).click();
    await this.page.getByLabel('Oppførsel').selectOption(behaviour);
  }

  async cancel(): Promise<void> {
    // The page before has a button of that name, too.
    await this.isShown();
    const name = { name: 'Avbryt', exact: true };
    await this.page.getByRole('button', name).or(this.page.getByRole('link', name)).click();
  }

  /** Signs in, but stops before Kobling gets to see the answer: the callback address, not yet opened. */
  async answer(label: Label): Promise<string> {
    const form = await this.person(label).evaluate((element) => {
      const button = element as HTMLButtonElement;
      if (button.form === null) throw new Error('the button belongs to no form');
      const target = button.getAttribute('formaction') ?? button.form.getAttribute('action') ?? '';
      const fields = [...new FormData(button.form, button)].map(([name, value]) => [name, String(value)]);
      return {
        method: button.form.method.toUpperCase(),
        target: new URL(target, document.baseURI).href,
        body: new URLSearchParams(fields).toString(),
      };
    });
    const posts = form.method === 'POST';
    let answer = await this.page.request.fetch(posts ? form.target : `${form.target}?${form.body}`, {
      method: form.method,
      headers: { origin: this.demo.eid, 'content-type': 'application/x-www-form-urlencoded' },
      maxRedirects: 0,
      ...(posts ? { data: form.body } : {}),
    });
    for (let hops = 0; hops < 5; hops += 1) {
      const location = answer.headers()['location'];
      if (location === undefined) break;
      const next = new URL(location, answer.url()).href;
      if (next.startsWith(`${this.demo.kobling}/`)) return next;
      answer = await this.page.request.get(next, { maxRedirects: 0 });
    }
    throw new Error(`the simulated eID did not send back to Kobling (status ${answer.status()})`);
  }
}
