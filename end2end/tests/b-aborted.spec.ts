import { UNKNOWN } from '../support/eid.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';

const PRIVATE = 'privat.ukjent@example.example';

/** How far the person gets before closing the window. */
const POINTS: ReadonlyArray<[string, (ola: Person) => Promise<void>]> = [
  ['asked for the address', async () => {}],
  [
    'asked for the code',
    async (ola) => {
      await ola.asksForCode(PRIVATE);
    },
  ],
  [
    'asked whether the address is right',
    async (ola) => {
      await ola.entersCode(await ola.asksForCode(PRIVATE));
      await ola.sees('Denne adressen gir ikke tilgang til Startside');
    },
  ],
  [
    'asked for the name',
    async (ola) => {
      await ola.entersCode(await ola.asksForCode(PRIVATE));
      await ola.button('Fortsett likevel').click();
      await expect(ola.field('Navn')).toBeVisible();
    },
  ],
];

for (const [point, gets] of POINTS) {
  test(`B: closing the window when ${point} leaves no link behind`, async ({ someone }) => {
    const ola = await someone();
    await ola.signsInWithEid(UNKNOWN);
    await ola.isAskedForAddress();
    await gets(ola);
    await ola.page.context().close();

    const again = await someone();
    await again.signsInWithEid(UNKNOWN);
    await again.isAskedForAddress();
    await again.open('/account');
    await again.isAskedToSignIn();
  });
}
