import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { formOf, post } from '../support/forms.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { lacks } from '../support/watch.ts';

// All other tests check the headers of every page; these are responses that no browser displays.

const PAGES = ['/', '/login', '/forgot-password', '/reset-password', '/undo-email', '/link', '/no-access', '/account', '/finnes-ikke'];

test('every page has its security headers, whoever asks', async ({ demo }) => {
  for (const path of PAGES) {
    const answer = await fetch(`${demo.kobling}${path}`, { headers: { accept: 'text/html' } });
    expect(answer.headers.get('content-type'), path).toMatch(/^text\/html/);
    expect(lacks(Object.fromEntries(answer.headers)), path).toEqual([]);
  }
});

test('pages with something personal are not stored', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const answer = await berit.page.goto(`${berit.demo.kobling}/account`);
  expect(answer?.headers()['cache-control']).toMatch(/no-store/);
});

test('cookies are HttpOnly, SameSite=Lax and for the whole site of one host', async ({ someone }) => {
  const set: string[] = [];
  const collect = (person: Person) =>
    person.page.on('response', async (response) => {
      if (!response.url().startsWith(person.demo.kobling)) return;
      const headers = await response.headersArray().catch(() => []);
      set.push(...headers.filter(({ name }) => name.toLowerCase() === 'set-cookie').map(({ value }) => value));
    });
  const berit = await someone();
  collect(berit);
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const kari = await someone();
  collect(kari);
  await kari.signsInWithEid('Kjent i HRM');
  await kari.button('Koble til').click();
  await kari.seesStartPage();
  await expect.poll(() => set.length).toBeGreaterThan(1);
  for (const cookie of set) {
    const name = cookie.split('=')[0] ?? '';
    expect(/;\s*HttpOnly/i.test(cookie), name).toBe(true);
    expect(/;\s*SameSite=Lax/i.test(cookie), name).toBe(true);
    expect(/;\s*Path=\/(;|$)/i.test(cookie), name).toBe(true);
    expect(/;\s*Domain=/i.test(cookie), name).toBe(false);
  }
});

test('the four origins do not share the name of a cookie', async ({ someone }) => {
  const berit = await someone();
  const owners = new Map<string, Set<string>>();
  berit.page.context().on('response', async (response) => {
    const headers = await response.headersArray().catch(() => []);
    for (const { name, value } of headers) {
      if (name.toLowerCase() !== 'set-cookie') continue;
      const cookie = value.split('=')[0] ?? '';
      owners.set(cookie, (owners.get(cookie) ?? new Set()).add(new URL(response.url()).origin));
    }
  });
  await berit.signsInWithEid('Kjent i HRM');
  await berit.button('Koble til').click();
  await berit.seesStartPage();
  await berit.page.goto(berit.demo.mailbox);
  await expect.poll(() => owners.size).toBeGreaterThan(1);
  for (const [cookie, origins] of owners) expect([...origins], cookie).toHaveLength(1);
});

test('no answer says which software gave it', async ({ demo }) => {
  const answer = await fetch(`${demo.kobling}/login`);
  expect(answer.headers.get('server')).toBeNull();
  expect(answer.headers.get('x-powered-by')).toBeNull();
});

test('a form answers with a redirect that is not stored either', async ({ someone }) => {
  const berit = await someone();
  await berit.open('/login');
  const { action, fields } = await formOf(berit.button('Neste'));
  const filled = fields.map(([name, value]): [string, string] => [name, value === '' ? FINNES : value]);
  const answer = await post(berit, action, new URLSearchParams(filled).toString());
  expect([302, 303]).toContain(answer.status());
  expect(new URL(answer.headers()['location'] ?? '', berit.demo.kobling).origin).toBe(berit.demo.kobling);
  expect(answer.headers()['location']).not.toContain('@');
});
