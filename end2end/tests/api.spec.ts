import type { APIResponse } from '@playwright/test';
import { FINNES, FINNES_PASSWORD, linksExistingAccount } from '../support/existing.ts';
import { identityNumbersIn } from '../support/identity.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

const OWN = ['/api/v1/account', '/api/v1/links', '/api/v1/sessions'];

function get(person: Person, path: string): Promise<APIResponse> {
  return person.page.request.get(`${person.demo.kobling}${path}`);
}

async function expectProblem(answer: APIResponse, status: number, code?: string): Promise<void> {
  expect(answer.status()).toBe(status);
  expect(answer.headers()['content-type']).toMatch(/^application\/problem\+json/);
  const problem = (await answer.json()) as Record<string, unknown>;
  expect(problem['status']).toBe(status);
  expect(problem['title']).toEqual(expect.any(String));
  if (code !== undefined) expect(problem['code']).toBe(code);
}

/** Every value of a property in a JSON document, however it is nested. */
function valuesOf(name: string, json: unknown): unknown[] {
  if (Array.isArray(json)) return json.flatMap((item) => valuesOf(name, item));
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => (key === name ? [value] : valuesOf(name, value)));
}

/** The ids of the items of a list, which may stand alone or under a name. */
async function idsAt(person: Person, path: string): Promise<string[]> {
  const body = (await (await get(person, path)).json()) as unknown;
  const list = Array.isArray(body) ? body : Object.values(body as object).find((value) => Array.isArray(value));
  return (list as Array<{ id: string }>).map(({ id }) => id);
}

test('without a session every resource is a 401 problem', async ({ someone }) => {
  const nobody = await someone();
  for (const path of OWN) await expectProblem(await get(nobody, path), 401, 'not_signed_in');
  const remove = await nobody.page.request.delete(`${nobody.demo.kobling}/api/v1/links/01990000-0000-7000-8000-000000000000`);
  await expectProblem(remove, 401, 'not_signed_in');
});

test("with the browser's cookie they show the account, its links and its sessions", async ({ someone }) => {
  const berit = await someone();
  await linksExistingAccount(berit);
  for (const path of OWN) {
    const answer = await get(berit, path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()['content-type'], path).toMatch(/^application\/json/);
    expect(answer.headers()['cache-control'], path).toMatch(/no-store/);
    expect(identityNumbersIn(await answer.text()), path).toEqual([]);
  }
  expect(valuesOf('email', await (await get(berit, '/api/v1/account')).json())).toContain(FINNES);
  expect(await (await get(berit, '/api/v1/links')).text()).toContain('BankID');
  expect(await idsAt(berit, '/api/v1/links')).toHaveLength(1);
  expect((await idsAt(berit, '/api/v1/sessions')).length).toBeGreaterThanOrEqual(1);
  expect(valuesOf('current', await (await get(berit, '/api/v1/sessions')).json()).filter(Boolean)).toHaveLength(1);
});

test('a link is not removed without proof', async ({ someone }) => {
  const berit = await someone();
  await linksExistingAccount(berit);
  const [id] = await idsAt(berit, '/api/v1/links');
  const answer = await berit.page.request.delete(`${berit.demo.kobling}/api/v1/links/${id}`);
  await expectProblem(answer, 403);
  expect(await idsAt(berit, '/api/v1/links')).toEqual([id]);
});

test("somebody else's link is as good as none", async ({ someone }) => {
  const berit = await someone();
  await linksExistingAccount(berit);
  const [id] = await idsAt(berit, '/api/v1/links');

  const kari = await someone();
  await kari.signsInWithEid('Kjent i HRM');
  await kari.button('Koble til').click();
  await kari.seesStartPage();
  const remove = (link: string | undefined) =>
    kari.page.request.delete(`${kari.demo.kobling}/api/v1/links/${link}`).then(async (answer) => ({
      status: answer.status(),
      problem: await answer.json(),
    }));
  const theirs = await remove(id);
  expect(theirs).toEqual(await remove('01990000-0000-7000-8000-000000000000'));
  expect(theirs.status).toBeGreaterThanOrEqual(400);
  expect(await idsAt(berit, '/api/v1/links')).toEqual([id]);
});

test('a request from another origin is refused, cookie or not', async ({ someone }) => {
  const berit = await someone();
  await linksExistingAccount(berit);
  const [id] = await idsAt(berit, '/api/v1/links');
  const answer = await berit.page.request.delete(`${berit.demo.kobling}/api/v1/links/${id}`, {
    headers: { origin: 'https://evil.example' },
  });
  expect(answer.status()).toBe(403);
  expect(await idsAt(berit, '/api/v1/links')).toEqual([id]);
});

test('malformed identifiers and unknown paths are problems, not pages', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const answers = [
    await berit.page.request.delete(`${berit.demo.kobling}/api/v1/links/not-an-id`),
    await get(berit, '/api/v1/finnes-ikke'),
  ];
  for (const answer of answers) {
    expect(answer.status()).toBeGreaterThanOrEqual(400);
    expect(answer.status()).toBeLessThan(500);
    expect(answer.headers()['content-type']).toMatch(/^application\/problem\+json/);
  }
});

test('the OpenAPI document is 3.1 and names every resource', async ({ someone }) => {
  const nobody = await someone();
  const answer = await get(nobody, '/api/v1/openapi.json');
  expect(answer.status()).toBe(200);
  const document = (await answer.json()) as { openapi: string; paths: Record<string, unknown> };
  expect(document.openapi).toMatch(/^3\.1\./);
  for (const path of OWN) expect(Object.keys(document.paths)).toContain(path);
});
