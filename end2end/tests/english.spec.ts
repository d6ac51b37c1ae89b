import { UNKNOWN } from '../support/eid.ts';
import { FINNES } from '../support/existing.ts';
import { expect, test } from '../support/test.ts';
import { en } from '../support/words.ts';
import { RIGHT, WRONG } from '../support/wrong-address.ts';

const english = { locale: 'en-GB', words: en };

test('English: journey B', async ({ someone, mailbox }) => {
  const ola = await someone(english);
  await ola.signsInWithEid(UNKNOWN);
  await ola.isAskedForAddress();
  await expect(ola.page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(ola.link('Cancel')).toBeVisible();
  await ola.looks('first link, in English');
  const mark = await mailbox.mark();
  await ola.entersCode(await ola.asksForCode(RIGHT));
  await ola.seesStartPage(RIGHT);
  const mail = await mailbox.newest(RIGHT, mark, ({ text }) => /\d{8}/.test(text));
  expect(mail.text).toMatch(/\bcode\b/i);
});

test('English: no access', async ({ someone }) => {
  const ola = await someone(english);
  await ola.signsInWithEid(UNKNOWN);
  await ola.isAskedForAddress();
  await ola.entersCode(await ola.asksForCode(WRONG));
  await ola.sees(ola.words.noAccessByAddress);
  await ola.button('Continue anyway').click();
  await ola.givesName('Ola Nordmann');

  await ola.seesNoAccess(WRONG);
  await expect(ola.main).toContainText(/reference/i);
  await ola.sees('Link BankID to another address');
  await expect(ola.button('Send code')).toBeVisible();
  await expect(ola.button('Go to account settings')).toBeVisible();
  await ola.looks('no access, in English');
  await ola.button('Go to account settings').click();
  await ola.sees('Account settings');
  await expect(ola.identities).toContainText('BankID');
  await expect(ola.region('Security')).toBeVisible();
  await ola.looks('account settings, in English');
  await ola.button('Remove BankID').click();
  await expect(ola.dialog).toBeVisible();
});

test('English: a forgotten password', async ({ someone }) => {
  const berit = await someone(english);
  await berit.open('/login');
  await berit.typesAddress(FINNES);
  await berit.link('Forgot your password?').click();
  await berit.sees('Reset password');
  await expect(berit.field('Email address')).toHaveValue(FINNES);
  await berit.page.goto(await berit.ordersReset(FINNES));
  await berit.sees('Create new password');
  await berit.isHydrated();
  await expect(berit.requirements).toHaveCount(3);
  await expect.poll(() => berit.requirementsMet()).toBe(0);
  await berit.field(en.newPassword).fill('a sentence that nobody else uses');
  await expect.poll(() => berit.requirementsMet()).toBe(3);
  await expect(berit.button('Save password')).toBeVisible();
  await berit.looks('new password, in English');
});

test.describe('the choice of language', () => {
  for (const javaScriptEnabled of [true, false]) {
    test(`is remembered, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async ({ someone }) => {
      const ola = await someone({ javaScriptEnabled });
      await ola.open('/login');
      await ola.sees('Logg på');
      await ola.button('English').click();
      await ola.sees('Sign in');
      await ola.open('/forgot-password');
      await ola.sees('Reset password');
      await expect(ola.page.locator('html')).toHaveAttribute('lang', 'en');

      await ola.button('Norsk bokmål').click();
      await ola.sees('Tilbakestill passord');
      await expect(ola.page.locator('html')).toHaveAttribute('lang', 'nb');
    });
  }

  test('is English for French, and Bokmål for Danish', async ({ someone }) => {
    for (const [locale, heading] of [['fr-FR', 'Sign in'], ['da-DK', 'Logg på']] as const) {
      const visitor = await someone({ locale });
      await visitor.open('/login');
      await visitor.sees(heading);
    }
  });
});
