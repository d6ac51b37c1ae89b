import { UNKNOWN } from '../support/eid.ts';
import { expectFieldError } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { RIGHT } from '../support/wrong-address.ts';

test.beforeEach(({ watch }) => watch.allowStatus(401, 410, 422, 429));

const ATTEMPTS = 5;

function otherThan(code: string, by: number): string {
  return String((Number(code) + by) % 100_000_000).padStart(8, '0');
}

test('a wrong code says so beside the field, and the right one still works', async ({ someone }) => {
  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  const code = await ola.asksForCode(RIGHT);
  await ola.entersCode(otherThan(code, 1));
  await expectFieldError(ola.field('Engangskode'));
  await ola.looks('first link, wrong code');
  await ola.entersCode(code);
  await ola.seesStartPage(RIGHT);
});

test('after five wrong codes a new one has to be asked for', async ({ someone }) => {
  const ola = await someone({ javaScriptEnabled: false });
  await ola.signsInWithEid(UNKNOWN);
  const code = await ola.asksForCode(RIGHT);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) await ola.entersCode(otherThan(code, attempt));
  await expect(ola.main).toContainText(/ny kode/i);

  // Whether or not the field is still shown: the correct code is void after too many wrong ones.
  if (await ola.field('Engangskode').isVisible()) {
    await ola.entersCode(code);
    await expect(ola.main).toContainText(/ny kode/i);
  }
  await ola.open('/account');
  await ola.isAskedToSignIn();

  const again = await someone();
  await again.signsInWithEid(UNKNOWN);
  await again.links(RIGHT);
  await again.seesStartPage(RIGHT);
});

test('a code typed with spaces, or pasted with a line break, is understood', async ({ someone }) => {
  const ola = await someone({ javaScriptEnabled: false });
  await ola.signsInWithEid(UNKNOWN);
  const code = await ola.asksForCode(RIGHT);
  await ola.field('Engangskode').fill(` ${code.slice(0, 3)} ${code.slice(3)} `);
  await ola.button('Bekreft').click();
  await ola.seesStartPage(RIGHT);
});

test('an empty or impossible address says so beside the field and keeps what was typed', async ({ someone }) => {
  const ola = await someone({ javaScriptEnabled: false });
  await ola.signsInWithEid(UNKNOWN);
  await ola.field('E-postadresse').evaluate((field) => field.closest('form')?.setAttribute('novalidate', ''));
  await ola.field('E-postadresse').fill('ola nordvik example');
  await ola.button('Send kode').click();
  await expectFieldError(ola.field('E-postadresse'));
  await expect(ola.field('E-postadresse')).toHaveValue('ola nordvik example');
});
