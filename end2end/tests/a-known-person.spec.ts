import { KNOWN } from '../support/eid.ts';
import { expect, test } from '../support/test.ts';
import { BROWSERS } from '../support/browsers.ts';

for (const { kind, options } of BROWSERS) {
  test(`A: a known person confirms the address and is in, ${kind}`, async ({ someone }) => {
    const kari = await someone(options);
    await kari.goesToEid();
    await kari.looks('the simulated eID');
    await kari.eid.choose(KNOWN);

    await kari.sees('Koble BankID til kontoen din');
    const address = kari.field('E-postadresse');
    await expect(address).toHaveValue('kjent@nordvik.example');
    await expect(address).not.toBeEditable();
    await expect(kari.main).toContainText(/brukeradministrasjon/i);
    await expect(kari.link('Avbryt')).toBeVisible();
    await kari.looks('first link, vouched for');
    await kari.button('Koble til').click();

    await kari.seesStartPage('kjent@nordvik.example');
    await kari.looks('the start page');
  });
}

test('A: cancelling leaves no link', async ({ someone }) => {
  const kari = await someone();
  await kari.signsInWithEid(KNOWN);
  await kari.link('Avbryt').click();
  await expect(kari.by('heading', 'Koble BankID til kontoen din')).toBeHidden();

  const again = await someone();
  await again.signsInWithEid(KNOWN);
  await expect(again.button('Koble til')).toBeVisible();
});
