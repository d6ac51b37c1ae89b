import { BROWSERS } from '../support/browsers.ts';
import { UNKNOWN } from '../support/eid.ts';
import { expect, test } from '../support/test.ts';

const RIGHT = 'ukjent@nordvik.example';
const PRIVATE = 'privat.ukjent@example.example';

for (const { kind, options } of BROWSERS) {
  test(`B: an unknown person proves the mailbox with a code and is in, ${kind}`, async ({ someone }) => {
    const ola = await someone(options);
    await ola.signsInWithEid(UNKNOWN);

    await ola.isAskedForAddress();
    await expect(ola.field('E-postadresse')).toBeEditable();
    await expect(ola.link('Avbryt')).toBeVisible();
    await ola.looks('first link, address asked for');

    const code = await ola.asksForCode(RIGHT);
    await expect(ola.main).toContainText(RIGHT);
    await expect(ola.button('Bekreft')).toBeVisible();
    await ola.looks('first link, code asked for');

    await ola.entersCode(code);
    await ola.seesStartPage(RIGHT);
  });

  test(`B: an account nobody knows the name of asks for it, ${kind}`, async ({ someone }) => {
    const ola = await someone(options);
    await ola.signsInWithEid(UNKNOWN);
    await ola.entersCode(await ola.asksForCode(PRIVATE));
    await ola.button('Fortsett likevel').click();

    await expect(ola.field('Navn')).toHaveValue('');
    await ola.looks('first link, name asked for');
    await ola.givesName('Ola Nordmann');

    await ola.seesNoAccess(PRIVATE);
    await ola.open('/account');
    await expect(ola.region('Profil').getByLabel('Navn')).toHaveValue('Ola Nordmann');
  });
}

test('B: an address may be typed with capitals and spaces around it', async ({ someone, mailbox }) => {
  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  const mark = await mailbox.mark();
  await ola.field('E-postadresse').fill('  Ukjent@Nordvik.Example ');
  await ola.button('Send kode').click();
  await ola.entersCode(await mailbox.code(RIGHT, mark));
  await ola.seesStartPage(RIGHT);
});
