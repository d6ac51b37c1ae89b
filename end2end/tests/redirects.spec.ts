import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { formOf, post } from '../support/forms.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(400, 403, 404));

const PARAMETERS = ['next', 'return_to', 'return', 'redirect', 'redirect_uri', 'continue', 'to', 'url', 'rd', 'target'];
const ELSEWHERE = ['https://evil.example/', '//evil.example/', '/\\evil.example/', 'https:evil.example', '/%09/evil.example', 'javascript:alert(1)'];

for (const elsewhere of ELSEWHERE) {
  test(`signing in does not lead to ${elsewhere}`, async ({ someone }) => {
    const berit = await someone();
    const query = PARAMETERS.map((name) => `${name}=${encodeURIComponent(elsewhere)}`).join('&');
    await berit.open(`/login?${query}`);
    await berit.typesAddress(FINNES);
    await berit.typesPassword(FINNES_PASSWORD);
    await berit.sees('Kontoinnstillinger');
    expect(new URL(berit.page.url()).origin).toBe(berit.demo.kobling);
    await berit.open(`/?${query}`);
    expect(new URL(berit.page.url()).origin).toBe(berit.demo.kobling);
  });
}

test('changing the language does not lead to the referring site', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/login');
  const { action, fields } = await formOf(berit.button('English'));
  for (const elsewhere of ['https://evil.example/', '//evil.example/', '/\\evil.example/']) {
    const forged = fields.map(([name, value]): [string, string] => [name, value.startsWith('/') ? elsewhere : value]);
    const answer = await post(berit, action, new URLSearchParams(forged).toString(), { referer: 'https://evil.example/' });
    expect(answer.status()).toBeLessThan(500);
    const location = new URL(answer.headers()['location'] ?? '/', berit.demo.kobling);
    expect(location.origin).toBe(berit.demo.kobling);
  }
});

test('a client may not send its people to an address it has not registered', async ({ someone }) => {
  const berit = await someone();
  const asked = berit.page.waitForRequest((request) => request.url().startsWith(`${berit.demo.kobling}/oidc/authorize`));
  await berit.goesToEid();
  const authorize = new URL((await asked).url());
  for (const [name, value] of [
    ['redirect_uri', 'https://evil.example/callback'],
    ['redirect_uri', `${authorize.searchParams.get('redirect_uri')}.evil.example`],
    ['redirect_uri', `${authorize.searchParams.get('redirect_uri')}/../elsewhere`],
    ['client_id', 'nobody'],
  ] as const) {
    const tampered = new URL(authorize);
    tampered.searchParams.set(name, value);
    const answer = await berit.page.goto(tampered.href);
    expect(new URL(berit.page.url()).origin, value).toBe(berit.demo.kobling);
    expect(answer?.status(), value).toBe(400);
    await expect(berit.page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await berit.looks('a client that asks for what it may not have');
});

test('signing out does not lead to an address that no client has registered', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await berit.open('/oidc/logout?post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F');
  expect(new URL(berit.page.url()).origin).toBe(berit.demo.kobling);
});
