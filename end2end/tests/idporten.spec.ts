import { type Authentication, Idporten } from '../support/idporten.ts';
import { CITIZENS, IdportenPage, SUBSTANTIAL } from '../support/idporten-page.ts';
import type { Person } from '../support/person.ts';
import { expect, test as base } from '../support/test.ts';

const UNKNOWN_ADDRESS = 'ukjent@nordvik.example';
const SIRI = 'siri.ansatt@nordvik.example';

/** Kobling with a third-party eID provider. */
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

/** A person in the employer's file. */
async function signsInAsSiri(siri: Person, page: IdportenPage): Promise<void> {
  await siri.demo.importDirectory([`${CITIZENS['Siri Ansatt']};90001;Siri Ansatt;${SIRI}`]);
  await page.isReached();
  await page.choose('Siri Ansatt');
  await siri.button('Koble til').click();
  await siri.seesStartPage(SIRI);
}

/** A page of Kobling that says what happened and offers the next step, without a session. */
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
          scope: expect.stringMatching(/^openid\b/),
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

test('the next step after cancelling at the provider leads there again, and in', async ({ someone, watch, at }) => {
  watch.allowStatus(400);
  const ola = await someone();
  await at(ola).isReached();
  await at(ola).cancel();
  await isTold(ola, /ble avbrutt/);
  await ola.looks('cancelled at the provider');

  await ola.control(ola.words.signInWithBankId).click();
  await at(ola).isShown();
  await at(ola).choose('Ola Ukjent');
  await ola.isAskedForAddress();
});

test('a level that is too low is refused, and the next step asks for it anew', async ({ someone, watch, at }) => {
  watch.allowStatus(403);
  const ola = await someone();
  await at(ola).isReached();
  await at(ola).choose('Ola Ukjent', SUBSTANTIAL);
  await isTold(ola, /ikke sikker nok/);
  await ola.looks('level too low');

  await ola.control(ola.words.signInWithBankId).click();
  await at(ola).isShown();
  await at(ola).choose('Ola Ukjent');
  await ola.isAskedForAddress();
});

test('a new signing key, in use from one moment to the next, stops nobody', async ({ someone, idporten, at }) => {
  const siri = await someone();
  await signsInAsSiri(siri, at(siri));

  const again = await someone();
  await at(again).isReached();
  idporten.rotate();
  await at(again).choose('Siri Ansatt');
  await again.seesStartPage(SIRI);
});

/** Kobling and the start page no longer know the browser; the provider still does. */
async function isForgotten(person: Person): Promise<void> {
  const context = person.page.context();
  const cookies = await context.cookies();
  for (const { name } of cookies) if (!name.startsWith('idporten_')) await context.clearCookies({ name });
}

const SIGN_OUTS: ReadonlyArray<[string, (siri: Person) => Promise<void>]> = [
  [
    'the start page',
    async (siri) => {
      await siri.button('Logg ut').click();
      await siri.sees('Du er logget ut');
    },
  ],
  [
    'account settings',
    async (siri) => {
      await siri.open('/account');
      await siri.signsOut();
    },
  ],
];

for (const [place, signsOut] of SIGN_OUTS) {
  test(`signing out at ${place} ends the session at the provider too`, async ({ someone, idporten, at }) => {
    const siri = await someone();
    await signsInAsSiri(siri, at(siri));

    await isForgotten(siri);
    await siri.page.goto(siri.demo.startPage);
    await siri.control(siri.words.signInWithBankId).click();
    await siri.seesStartPage(SIRI);
    expect(idporten.asked, 'times that the provider asked who it is').toHaveLength(1);

    await signsOut(siri);
    await isForgotten(siri);
    await at(siri).isReached();
    expect(idporten.asked, 'times that the provider asked who it is').toHaveLength(2);
  });
}

test('whoever signed out is asked anew, even if the provider remembers', async ({ someone, watch, idporten, at }) => {
  watch.allowStatus(503);
  const siri = await someone();
  await signsInAsSiri(siri, at(siri));
  idporten.signsOut = false;
  await siri.button('Logg ut').click();
  await siri.sees('Noe gikk galt');
  expect(siri.page.url()).toContain(idporten.signOut);

  await at(siri).isReached();
  expect(idporten.asked.at(-1)).toMatchObject({ prompt: 'login' });
});

test('whoever signs out at the provider is signed out here, in that browser', async ({ someone, idporten, at }) => {
  const siri = await someone();
  await signsInAsSiri(siri, at(siri));
  const atHome = await someone();
  await at(atHome).isReached();
  await at(atHome).choose('Siri Ansatt');
  await atHome.seesStartPage(SIRI);

  const elsewhere = await siri.inNewTab();
  await elsewhere.page.goto(idporten.signOut);
  await elsewhere.sees('Du er logget ut av ID-porten');
  expect(idporten.confirmed).toBe(1);

  await siri.open('/account');
  await siri.isAskedToSignIn();
  await atHome.open('/account');
  await atHome.sees('Kontoinnstillinger');
});
