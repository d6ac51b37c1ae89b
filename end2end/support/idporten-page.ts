import { expect, type Locator, type Page } from '@playwright/test';
import type { Idporten } from './idporten.ts';
import { syntheticNumber } from './identity.ts';
import type { Person } from './person.ts';

/** ID-porten's names of the levels used here. */
export const HIGH = 'idporten-loa-high';
export const SUBSTANTIAL = 'idporten-loa-substantial';
export type Acr = typeof HIGH | typeof SUBSTANTIAL;

/** The people on the page, by what their button says. */
export const CITIZENS = { 'Siri Ansatt': syntheticNumber(0), 'Ola Ukjent': syntheticNumber(1) } as const;
export type Citizen = keyof typeof CITIZENS;

/** The provider's sign-in page, in the requested language. */
export function signInPage(locales: string): string {
  const [lang = 'en'] = locales.split(' ');
  const [heading, level, cancel] =
    lang === 'nb' ? ['Velg testperson', 'Nivå', 'Avbryt'] : ['Choose a test person', 'Level', 'Cancel'];
  const levels = [HIGH, SUBSTANTIAL].map((acr) => `<option>${acr}</option>`);
  const people = Object.keys(CITIZENS).map((name) => `<p><button name="person" value="${name}">${name}</button></p>`);
  return page(
    lang,
    heading,
    `<form method="post">
      <p><label>${level} <select name="acr">${levels.join('')}</select></label></p>
      ${people.join('')}
      <p><button name="cancel" value="yes">${cancel}</button></p>
    </form>`,
  );
}

/** Like ID-porten's, it asks nothing: it ends the session and redirects. */
export function signOutPage(form: string): string {
  return page(
    'nb',
    'Logger ut',
    `${form}<button form="op.logoutForm" name="logout" value="yes">Logg ut</button>
    <script>document.querySelector('button').click()</script>`,
  );
}

/** The final page for people who came without a client. */
export function signedOutPage(): string {
  return page('nb', 'Du er logget ut av ID-porten', '');
}

/** The error page at the provider. */
export function errorPage(error: string): string {
  return page('nb', 'Noe gikk galt', `<p>${error}</p>`);
}

function page(lang: string, heading: string, body: string): string {
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>${heading}</title>
    <link rel="icon" href="data:,"><main><h1>${heading}</h1>${body}</main></html>`;
}

/** Somebody at the provider's pages. */
export class IdportenPage {
  private readonly page: Page;

  constructor(
    private readonly person: Person,
    private readonly idporten: Idporten,
  ) {
    this.page = person.page;
  }

  citizen(name: Citizen): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** From the start page to the provider, through Kobling's sign-in page if it is shown. */
  async isReached(): Promise<void> {
    await this.page.goto(this.person.demo.startPage);
    const login = this.person.control(this.person.words.signInWithBankId);
    const citizen = this.citizen('Siri Ansatt');
    await expect(login.or(citizen)).toBeVisible();
    if (await login.isVisible()) await login.click();
    await this.isShown();
  }

  async isShown(): Promise<void> {
    await this.person.sees('Velg testperson');
    await expect(this.page.locator('html')).toHaveAttribute('lang', 'nb');
    expect(this.page.url()).toContain(`${this.idporten.issuer}/`);
  }

  async choose(name: Citizen, acr: Acr = HIGH): Promise<void> {
    await this.page.getByLabel('Nivå').selectOption(acr);
    await this.citizen(name).click();
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('button', { name: 'Avbryt', exact: true }).click();
  }
}
