import { type Authentication, Idporten } from '../support/idporten.ts';
import { CITIZENS, IdportenPage, SUBSTANTIAL } from '../support/idporten-page.ts';
import type { Person } from '../support/person.ts';
import { expect, test as base } from '../support/test.ts';

const UNKNOWN_ADDRESS = 'ukjent@nordvik.example';
const SIRI = 'siri.ansatt@nordvik.example';

/** Kobling, but with an eID provider that we did not write. */
const test = base.extend<{
  authentication: Authentication;
  idporten: Idporten;
  at: (person: Person) => IdportenPage;
}>({
  authentication: ['private_key_jwt', { option: true }],
  idporten: async ({ authentication }, use) => {
    const idporten = await Idporten.listen(authentication);
    await use(idporten);
    await idporten.close();
    expect(idporten.complaints, 'complaints of the provider').toEqual([]);
  },
  settings: async ({ idporten }, use) => use(idporten.settings),
  demo: async ({ demo, idporten }, use) => {
    idporten.register(demo.kobling);
    await use(demo);
  },
  at: async ({ idporten }, use) => use((person) => new IdportenPage(person, idporten)),
});

/** Somebody whom the employer's file vouches for. */
async function signsInAsSiri(siri: Person, page: IdportenPage): Promise<void> {
  await siri.demo.importDirectory([`${CITIZENS['Siri Ansatt']};90001;Siri Ansatt;${SIRI}`]);
  await page.isReached();
  await page.choose('Siri Ansatt');
  await siri.button('Koble til').click();
  await siri.seesStartPage(SIRI);
}

/** A page of Kobling's that says what happened and offers the next step, with nobody signed in. */
async function isTold(person: Person, what: RegExp): Promise<void> {
  await expect(person.main).toContainText(what);
  expect(person.page.url()).toContain(`${person.demo.kobling}/`);
  await expect(person.control(person.words.signInWithBankId)).toBeVisible();
  expect((await person.page.request.get(`${person.demo.kobling}/api/v1/account`)).status()).toBe(401);
}

for (const [how, authentication, pushed] of [
  ['with pushed requests and private_key_jwt', 'private_key_jwt', 1],
  ['without pushed requests and with client_secret_basic', 'client_secret_basic', 0],
] as const) {
  test.describe(how, () => {
    test.use({ authentication });

    test(`a provider that we did not write signs a person in, ${how}`, async ({ someone, idporten, at }) => {
      const ola = await someone();
      await at(ola).isReached();
      await at(ola).choose('Ola Ukjent');
      await ola.links(UNKNOWN_ADDRESS);
      await ola.seesStartPage(UNKNOWN_ADDRESS);

      expect(idporten.pushed).toBe(pushed);
      expect(idporten.asked).toEqual([
        expect.objectContaining({
          scope: 'openid',
          acr_values: 'idporten-loa-high',
          ui_locales: 'nb',
          code_challenge_method: 'S256',
        }),
      ]);
      await ola.open('/account');
      await expect(ola.identities).toContainText('BankID');
    });
  });
}
