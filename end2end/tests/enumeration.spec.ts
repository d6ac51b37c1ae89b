import { KNOWN } from '../support/eid.ts';
import { FINNES } from '../support/existing.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

test.beforeEach(({ watch }) => watch.allowStatus(401));

const WITHOUT_PASSWORD = 'kjent@nordvik.example';
const NOBODY = 'ingen.her@nordvik.example';

/** The text of a page without the typed address. */
async function says(person: Person, address: string): Promise<string> {
  const text = await person.main.innerText();
  expect(text.length).toBeGreaterThan(20);
  return text.replaceAll(address, '…');
}

const PAGES: ReadonlyArray<[string, (person: Person, address: string) => Promise<void>]> = [
  ['/login, step 2', signIn],
  ['/login after a wrong password', wrongPassword],
  ['/forgot-password, sent', forgotten],
];

async function signIn(person: Person, address: string): Promise<void> {
  await person.open('/login');
  await person.typesAddress(address);
}

async function wrongPassword(person: Person, address: string): Promise<void> {
  await signIn(person, address);
  await person.typesPassword('noe helt annet enn det riktige');
  await expect(person.main).toContainText(/Feil e-postadresse eller passord/);
}

async function forgotten(person: Person, address: string): Promise<void> {
  await person.open('/forgot-password');
  await person.field('E-postadresse').fill(address);
  await person.sendsResetForm();
}

for (const [page, reach] of PAGES) {
  test(`${page} says the same whether the account exists or not`, async ({ someone }) => {
    const kari = await someone();
    await kari.signsInWithEid(KNOWN);
    await kari.button('Koble til').click();
    await kari.seesStartPage();

    const said: string[] = [];
    for (const address of [FINNES, WITHOUT_PASSWORD, NOBODY]) {
      const person = await someone();
      await reach(person, address);
      said.push(await says(person, address));
    }
    expect(new Set(said).size, said.join('\n---\n')).toBe(1);
  });
}
