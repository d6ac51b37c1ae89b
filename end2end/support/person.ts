import { expect, type Locator, type Page } from '@playwright/test';
import type { Demo } from './demo.ts';
import { EidPage, type Label, UNKNOWN } from './eid.ts';
import { expectNoIdentityNumber, look } from './look.ts';
import type { Mailbox } from './mailbox.ts';
import { START_PAGE, type Words } from './words.ts';

type Role = Parameters<Page['getByRole']>[0];

/** A password that the default rules accept. */
export const PASSWORD = 'Blå sykkel uten hjul i regnvær';

/** A person with a browser. */
export class Person {
  readonly eid: EidPage;

  constructor(
    readonly page: Page,
    readonly demo: Demo,
    readonly mailbox: Mailbox,
    readonly words: Words,
    /** Whether the browser runs JavaScript. */
    readonly scripted: boolean,
  ) {
    this.eid = new EidPage(page, demo);
  }

  /** The same person's second window, in the same browser. */
  async inNewTab(): Promise<Person> {
    return new Person(await this.page.context().newPage(), this.demo, this.mailbox, this.words, this.scripted);
  }

  // Elements of the page.

  by(role: Role, name: string): Locator {
    return this.page.getByRole(role, { name, exact: true });
  }

  button(name: string): Locator {
    return this.by('button', name);
  }

  link(name: string): Locator {
    return this.by('link', name);
  }

  /** Where the contract leaves open whether it is a button or a link. */
  control(name: string): Locator {
    return this.button(name).or(this.link(name));
  }

  field(name: string): Locator {
    return this.page.getByLabel(name, { exact: true });
  }

  region(name: string): Locator {
    return this.by('region', name);
  }

  get main(): Locator {
    return this.page.getByRole('main');
  }

  /** Continues from the page that confirms the saved password. */
  get toSignIn(): Locator {
    return this.main.getByRole('link', { name: this.words.signIn, exact: true });
  }

  get dialog(): Locator {
    return this.by('dialog', this.words.removeLink);
  }

  get identities(): Locator {
    return this.region(this.words.identities);
  }

  get requirements(): Locator {
    return this.by('list', this.words.requirements).getByRole('listitem');
  }

  // Observations.

  async sees(heading: string): Promise<void> {
    await expect(this.by('heading', heading)).toBeVisible();
  }

  /** Checks the page that is open. The gallery's test checks those of Kobling in every state. */
  async looks(name: string): Promise<void> {
    if (this.page.url().startsWith(this.demo.kobling)) await expectNoIdentityNumber(this.page);
    // axe needs timers, which a browser without JavaScript does not run; the page is the same.
    else if (this.scripted) await look(this.page, name);
  }

  async isHydrated(): Promise<void> {
    await expect(this.page.locator('html[data-hydrated]')).toBeAttached();
  }

  async seesStartPage(email?: string): Promise<void> {
    await expect(this.page.getByRole('heading', { name: START_PAGE })).toBeVisible();
    expect(this.page.url()).toContain(this.demo.startPage);
    if (email !== undefined) await expect(this.main).toContainText(email);
  }

  async seesNoAccess(email: string): Promise<void> {
    await this.sees(this.words.noAccess);
    await expect(this.main).toContainText(email);
  }

  async isAskedForAddress(): Promise<void> {
    await this.sees(this.words.linkHeading);
    await expect(this.button(this.words.sendCode)).toBeVisible();
  }

  async isAskedToSignIn(): Promise<void> {
    await this.sees(this.words.signIn);
    // After Back, the page before is still shown when the address has changed.
    await expect(this.page).toHaveURL(({ pathname }) => pathname === '/login');
  }

  // Actions.

  async open(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.demo.kobling).href);
  }

  /** Opens the start page without a session, and arrives at the eID. */
  async goesToEid(): Promise<void> {
    await this.page.goto(this.demo.startPage);
    await this.reachesEid();
  }

  /** Through Kobling's sign-in page, if it is shown. */
  async reachesEid(): Promise<void> {
    const login = this.control(this.words.signInWithBankId);
    const eid = this.eid.person(UNKNOWN);
    await expect(login.or(eid)).toBeVisible();
    if (await login.isVisible()) await login.click();
    await this.eid.isShown();
  }

  /** From the start page to the page after the eID. */
  async signsInWithEid(label: Label): Promise<void> {
    await this.goesToEid();
    await this.eid.choose(label);
  }

  /** Types the address that the eID should belong to, and gets the code that was sent there. */
  async asksForCode(address: string): Promise<string> {
    const mark = await this.mailbox.mark();
    await this.field(this.words.email).fill(address);
    await this.button(this.words.sendCode).click();
    await expect(this.field(this.words.code)).toBeVisible();
    return this.mailbox.code(address, mark);
  }

  /** With JavaScript the field submits itself with the last digit. */
  async entersCode(code: string): Promise<void> {
    if (this.scripted) await this.isHydrated();
    await this.field(this.words.code).fill(code);
    if (!this.scripted) await this.button(this.words.confirm).click();
  }

  async givesName(name: string): Promise<void> {
    await this.field(this.words.name).fill(name);
    await this.button(this.words.continue).click();
  }

  /** After the eID: proves the mailbox, and gives a name if a new account needs one. */
  async links(address: string, name?: string): Promise<void> {
    await this.isAskedForAddress();
    await this.entersCode(await this.asksForCode(address));
    if (name !== undefined) await this.givesName(name);
  }

  /** The first step of signing in, which leads to the password. */
  async typesAddress(address: string): Promise<void> {
    await this.sees(this.words.signIn);
    await this.field(this.words.email).fill(address);
    await this.button(this.words.next).click();
    await expect(this.field(this.words.password)).toBeVisible();
  }

  async typesPassword(password: string): Promise<void> {
    await this.field(this.words.password).fill(password);
    await this.button(this.words.signIn).click();
  }

  async signsInWithPassword(address: string, password: string): Promise<void> {
    await this.open('/account');
    await this.typesAddress(address);
    await this.typesPassword(password);
    await this.sees(this.words.settings);
  }

  /** From **Tilbakestill passord** on, the address filled in: the link that was mailed. */
  async ordersReset(address: string): Promise<string> {
    const mark = await this.mailbox.mark();
    await this.sendsResetForm();
    return this.mailbox.link(address, mark, '/reset-password');
  }

  async sendsResetForm(): Promise<void> {
    const send = this.button(this.words.resetPassword);
    await this.by('checkbox', this.words.notARobot).check();
    await send.click();
    // The browser computes the proof of work first, which takes a moment.
    await expect(send).toBeHidden({ timeout: 30_000 });
  }

  /** Requests a reset mail and returns its link. */
  async forgetsPassword(address: string): Promise<string> {
    await this.open('/forgot-password');
    await this.field(this.words.email).fill(address);
    return this.ordersReset(address);
  }

  async choosesPassword(password: string): Promise<void> {
    await this.sees(this.words.createPassword);
    await this.field(this.words.newPassword).fill(password);
    await this.field(this.words.confirmPassword).fill(password);
    await this.button(this.words.savePassword).click();
  }

  /** From the mailed link to the page that says it is saved. */
  async resetsPassword(link: string, password: string): Promise<void> {
    await this.page.goto(link);
    await this.choosesPassword(password);
    await expect(this.toSignIn).toBeVisible();
  }

  /** How many lines of the checklist are met. */
  async requirementsMet(): Promise<number> {
    const lines = await this.requirements.allTextContents();
    return lines.filter((line) => line.includes(this.words.met) && !line.includes(this.words.notMet)).length;
  }

  /** The trash can and both confirmations. */
  async removesBankId(password: string): Promise<void> {
    await this.button(this.words.removeBankId).click();
    await this.dialog.getByRole('button', { name: this.words.remove, exact: true }).click();
    await this.dialog.getByLabel(this.words.password, { exact: true }).fill(password);
    await this.dialog.getByRole('button', { name: this.words.confirm, exact: true }).click();
  }

  async signsOut(): Promise<void> {
    await this.button(this.words.signOut).first().click();
    await this.sees(this.words.signIn);
  }
}

/** Expects a field to be marked as invalid, with an error message. */
export async function expectFieldError(field: Locator, sentence: RegExp = /\S/): Promise<void> {
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(sentence);
}
