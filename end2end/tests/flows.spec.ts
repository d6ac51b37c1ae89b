import { KNOWN } from '../support/eid.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(400, 404, 410, 422));

const UNKNOWN_FLOWS = ['01990000-0000-7000-8000-000000000000', 'not-a-flow', '%00', "'%20OR%201=1--"];

test.describe('an unknown flow', () => {
  test.use({ shared: true });

  for (const page of ['/login', '/forgot-password', '/link', '/no-access', '/account', '/account/email']) {
    test(`${page} with an unknown flow is a clear page`, async ({ someone }) => {
      const ola = await someone();
      for (const flow of UNKNOWN_FLOWS) {
        const answer = await ola.page.goto(`${ola.demo.kobling}${page}?flow=${flow}`);
        expect(answer?.status(), flow).toBeLessThan(500);
        await expect(ola.page.getByRole('heading', { level: 1 })).toBeVisible();
        await expect(ola.main.getByRole('link').or(ola.main.getByRole('button')).first()).toBeVisible();
      }
      await ola.looks(`${page} with an unknown flow`);
    });
  }
});

test("somebody else's sign-in flow shows nothing of theirs", async ({ someone }) => {
  const berit = await someone();
  await berit.open('/login');
  await berit.typesAddress('hemmelig.adresse@nordvik.example');
  const address = berit.page.url();
  expect(address).toContain('flow=');

  const other = await someone();
  await other.page.goto(address);
  await expect(other.page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await other.page.content()).not.toContain('hemmelig.adresse');
});

test("somebody else's link flow shows nothing of theirs and links nothing", async ({ someone }) => {
  const kari = await someone();
  await kari.signsInWithEid(KNOWN);
  await kari.sees('Koble BankID til kontoen din');
  const address = kari.page.url();

  const other = await someone();
  await other.page.goto(address);
  await expect(other.page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await other.page.content()).not.toContain('kjent@nordvik.example');
  await expect(other.button('Koble til')).toBeHidden();

  await kari.button('Koble til').click();
  await kari.seesStartPage('kjent@nordvik.example');
});

test('a step taken already is not taken again from the page before', async ({ someone }) => {
  const kari = await someone();
  await kari.signsInWithEid(KNOWN);
  const address = kari.page.url();
  await kari.button('Koble til').click();
  await kari.seesStartPage();
  await kari.page.goto(address);
  await expect(kari.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(kari.button('Koble til')).toBeHidden();
});
