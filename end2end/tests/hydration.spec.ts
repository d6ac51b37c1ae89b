import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

// Every test compares each document before and after hydration (support/watch.ts). Here, every address: the document
// carries its views, so that the browser fetches none.

const PAGES = ['/login', '/forgot-password', '/reset-password', '/undo-email', '/problem?code=flow-expired', '/link', '/no-access', '/consent', '/sign-out', '/finnes-ikke'];
const PAGES_SIGNED_IN = ['/account', '/account/email', '/account/password', '/sign-out', '/no-access', '/login'];

async function opensWithoutFetching(person: Person, paths: string[]): Promise<void> {
  for (const path of paths) {
    const fetched: string[] = [];
    person.page.on('request', (request) => {
      if (request.url().endsWith('/ui/view')) fetched.push(path);
    });
    await person.page.goto(`${person.demo.kobling}${path}`);
    await expect(person.page.locator('html[data-hydrated]'), path).toBeAttached();
    await person.page.waitForLoadState('networkidle');
    expect(fetched).toEqual([]);
    person.page.removeAllListeners('request');
  }
}

test.beforeEach(({ watch }) => watch.allowStatus(400, 401, 403, 404, 410));

test('no page fetches what its document carries', async ({ someone }) => {
  const berit = await someone();
  await opensWithoutFetching(berit, PAGES);
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await opensWithoutFetching(berit, PAGES_SIGNED_IN);
});

for (const javaScriptEnabled of [true, false]) {
  test(`a title is the heading and the name of the site, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async ({ someone }) => {
    const berit = await someone({ javaScriptEnabled });
    await berit.open('/login');
    await expect(berit.page).toHaveTitle('Steg 1 av 2: Skriv e-postadressen – Logg på – Kobling');
  });
}

test('a page that is followed from another shows its view, and Back the former one', async ({ someone }) => {
  const berit = await someone();
  await berit.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await expect(berit.page.locator('html[data-hydrated]')).toBeAttached();
  await berit.control('Endre e-postadresse').click();
  await expect(berit.page).toHaveURL(/\/account\/email$/);
  await expect(berit.page).toHaveTitle('Steg 1 av 2: Skriv den nye adressen – Endre e-postadresse – Kobling');
  await berit.page.goBack();
  await berit.sees('Kontoinnstillinger');
  await expect(berit.page).toHaveTitle('Kontoinnstillinger – Kobling');
});
