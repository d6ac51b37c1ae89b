import { KNOWN } from '../support/eid.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(400, 401, 403, 404, 409, 410));

async function isToldSo(person: Person): Promise<void> {
  await expect(person.page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(person.page.url()).toContain(`${person.demo.kobling}/`);
  await expect(person.main.getByRole('link').or(person.main.getByRole('button')).first()).toBeVisible();
}

async function isNotSignedIn(person: Person): Promise<void> {
  await person.open('/account');
  await person.isAskedToSignIn();
}

function altered(callback: string, parameter: string, value: string | undefined): string {
  const url = new URL(callback);
  if (value === undefined) url.searchParams.delete(parameter);
  else url.searchParams.set(parameter, value);
  return url.href;
}

test('the callback address opened a second time changes nothing', async ({ someone }) => {
  const kari = await someone();
  await kari.goesToEid();
  const callback = await kari.eid.answer(KNOWN);
  await kari.page.goto(callback);
  await kari.button('Koble til').click();
  await kari.seesStartPage();

  await kari.page.goto(callback);
  await isToldSo(kari);
  await kari.looks('the eID answer, used already');
  await kari.open('/account');
  await kari.sees('Kontoinnstillinger');
});

test('the same callback four times at once is answered once and breaks nothing', async ({ someone }) => {
  const kari = await someone();
  await kari.goesToEid();
  const callback = await kari.eid.answer(KNOWN);
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => kari.page.request.get(callback, { maxRedirects: 0 })),
  );
  expect(answers.filter((answer) => answer.status() >= 500)).toEqual([]);
  const toLink = answers.filter((answer) => /\/link\b/.test(answer.headers()['location'] ?? ''));
  expect(toLink).toHaveLength(1);
});

for (const [what, parameter, value] of [
  ['a tampered state', 'state', 'x'.repeat(43)],
  ['no state', 'state', undefined],
  ['a tampered code', 'code', 'x'.repeat(43)],
  ['no code', 'code', undefined],
  ['another issuer', 'iss', 'https://idporten.example'],
] as const) {
  test(`a callback with ${what} signs nobody in`, async ({ someone }) => {
    const kari = await someone();
    await kari.goesToEid();
    await kari.page.goto(altered(await kari.eid.answer(KNOWN), parameter, value));
    await isToldSo(kari);
    await kari.looks(`callback with ${what}`);
    await isNotSignedIn(kari);
  });
}

test("somebody else's callback signs nobody in", async ({ someone }) => {
  const kari = await someone();
  await kari.goesToEid();
  const callback = await kari.eid.answer(KNOWN);

  const other = await someone();
  await other.page.goto(callback);
  await isToldSo(other);
  await expect(other.main).not.toContainText('kjent@nordvik.example');
  await isNotSignedIn(other);
});

test('a callback that nobody asked for is answered by a page', async ({ someone }) => {
  const kari = await someone();
  for (const query of ['', '?code=a&state=b', '?error=access_denied&state=b', '?error=%3Cscript%3Ealert(1)%3C/script%3E']) {
    await kari.open(`/eid/bankid/callback${query}`);
    await isToldSo(kari);
    await expect(kari.page.locator('script', { hasText: 'alert(1)' })).toHaveCount(0);
  }
  await isNotSignedIn(kari);
});
