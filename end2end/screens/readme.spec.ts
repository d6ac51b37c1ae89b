import { resolve } from 'node:path';
import { FINNES, FINNES_PASSWORD, linksExistingAccount } from '../support/existing.ts';
import { expect, test } from '../support/test.ts';

test('account settings, for the README @readme', async ({ someone }) => {
  await linksExistingAccount(await someone());
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await expect(berit.identities).toContainText('BankID');
  await berit.page.setViewportSize({ width: 1000, height: 800 });
  const path = resolve(import.meta.dirname, '../../docs/account-settings.png');
  await berit.page.screenshot({ path, fullPage: true });
});
