import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { foreignSite } from '../support/foreign.ts';
import { formOf, post } from '../support/forms.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(400, 403, 413, 415, 422));

for (const host of ['localhost', '127.0.0.1'] as const) {
  test(`a form posted from another origin on ${host} is refused`, async ({ someone }) => {
    const berit = await someone();
    await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
    const site = await foreignSite(await formOf(berit.button('Logg ut').first()), host);
    try {
      const tab = await berit.inNewTab();
      await tab.page.goto(site.url);
      const answer = tab.page.waitForResponse((response) => response.url().startsWith(tab.demo.kobling));
      await tab.page.getByRole('button', { name: 'Hent gevinsten' }).click();
      expect((await answer).status()).toBe(403);
    } finally {
      site.close();
    }
    await berit.open('/account');
    await berit.sees('Kontoinnstillinger');
  });
}

test('a form with a foreign Origin header, or none that can be trusted, is refused', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/login');
  const { action, fields } = await formOf(berit.button('Neste'));
  const body = new URLSearchParams(fields).toString();
  for (const headers of [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${berit.demo.kobling}.evil.example` },
    { 'sec-fetch-site': 'cross-site' },
  ]) {
    expect((await post(berit, action, body, headers)).status(), JSON.stringify(headers)).toBe(403);
  }
});

test('oversized, malformed and non-UTF-8 bodies are refused and the server lives on', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/login');
  const { action } = await formOf(berit.button('Neste'));
  const bodies: ReadonlyArray<[string, string | Buffer, Record<string, string>]> = [
    ['oversized', `email=${'a'.repeat(3_000_000)}`, {}],
    ['not UTF-8', Buffer.from([0x65, 0x6d, 0x61, 0x69, 0x6c, 0x3d, 0xff, 0xfe]), {}],
    ['not a form', '{"email":', { 'content-type': 'application/json' }],
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47]), { 'content-type': 'image/png' }],
  ];
  for (const [what, body, headers] of bodies) {
    const answer = await post(berit, action, body, headers);
    expect(answer.status(), what).toBeGreaterThanOrEqual(400);
    expect(answer.status(), what).toBeLessThan(500);
    expect(await answer.text(), what).not.toMatch(/panicked|\.rs:\d/);
  }
  expect((await fetch(`${berit.demo.kobling}/health`)).status).toBe(200);
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
});

test('odd fields are answered by a page', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/login');
  const { action } = await formOf(berit.button('Neste'));
  for (const body of ['', 'flow=x', 'flow=%00', 'email=%FF%FE', 'email=a&email=b', `email=${'%F0%9F%94%91'.repeat(500)}`]) {
    expect((await post(berit, action, body)).status(), body.slice(0, 40)).toBeLessThan(500);
  }
});

test('addresses that lead nowhere are answered by a page', async ({ someone, watch }) => {
  watch.allowStatus(404);
  const berit = await someone();
  for (const path of ['/finnes-ikke', '/account/finnes-ikke', '/login/..%2f..%2fetc/passwd', '/%FF']) {
    const answer = await berit.page.goto(`${berit.demo.kobling}${path}`);
    expect(answer?.status(), path).toBeGreaterThanOrEqual(400);
    expect(answer?.status(), path).toBeLessThan(500);
  }
  await berit.open('/finnes-ikke');
  await expect(berit.page.getByRole('heading', { level: 1 })).toBeVisible();
  await berit.looks('a page that does not exist');
});
