import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { Keyboard } from '../support/keyboard.ts';
import type { Person } from '../support/person.ts';
import { RelyingParty } from '../support/relying-party.ts';
import { expect, test as base } from '../support/test.ts';
import { CALENDAR, JOURNAL, NONE, STRANGERS } from '../support/third-party.ts';
import { en } from '../support/words.ts';

const test = base.extend<{ party: (id: string) => Promise<RelyingParty> }>({
  party: async ({ demo }, use) => {
    const open: RelyingParty[] = [];
    await use(async (id) => {
      const party = await RelyingParty.open(demo, id, NONE);
      open.push(party);
      return party;
    });
    for (const party of open) await party.close();
  },
});
test.use({ settings: [STRANGERS] });

async function signsIn(person: Person): Promise<void> {
  await person.typesAddress(FINNES);
  await person.typesPassword(FINNES_PASSWORD);
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';

  test(`an application of others is allowed, remembered and withdrawn, ${how} JavaScript`, async ({ someone, party }) => {
    const calendar = await party('calendar');
    const berit = await someone({ javaScriptEnabled });
    const journey = await calendar.sends(berit);
    await signsIn(berit);
    await berit.sees(`Vil du bruke kontoen din i ${CALENDAR}?`);
    for (const said of ['localhost', 'Frida Finnes', FINNES]) await expect(berit.main).toContainText(said);
    if (javaScriptEnabled) await berit.looks('consent');
    await berit.button('Tillat').click();
    const tokens = await calendar.receives(berit, journey);
    expect(tokens.claims()).toMatchObject({ email: FINNES, name: 'Frida Finnes' });

    const again = await calendar.sends(berit);
    await calendar.receives(berit, again);

    await berit.open('/account');
    const applications = berit.region('Tjenester du har tillatt');
    await expect(applications).toContainText(CALENDAR);
    await expect(applications).toContainText('Får vite navnet og e-postadressen din');
    if (javaScriptEnabled) await berit.looks('account settings, with an application');
    await berit.button(`Trekk tilbake ${CALENDAR}`).click();
    await expect(berit.main).toContainText('Tillatelsen er trukket tilbake.');
    await expect(applications).toBeHidden();
    await expect(calendar.userinfo(tokens.access_token, `${tokens.claims()?.sub}`)).rejects.toThrow();

    await calendar.sends(berit);
    await berit.sees(`Vil du bruke kontoen din i ${CALENDAR}?`);
  });
}

test('cancelling by keyboard leads back and tells nothing', async ({ someone, party }) => {
  const calendar = await party('calendar');
  const berit = await someone();
  await calendar.sends(berit);
  await signsIn(berit);
  await berit.sees(`Vil du bruke kontoen din i ${CALENDAR}?`);
  const keyboard = new Keyboard(berit.page);
  await keyboard.tabTo(berit.button('Tillat'));
  await keyboard.press(berit.button('Avbryt'));
  await expect(berit.page.getByText('Tilbake i programmet')).toBeVisible();
  expect(calendar.returns.at(-1)?.searchParams.get('error')).toBe('access_denied');
  expect(calendar.returns.at(-1)?.searchParams.get('code')).toBeNull();
});

test('an application that wants a surer sign-in says what to do', async ({ someone, party, watch }) => {
  watch.allowStatus(403);
  const journal = await party('journal');
  const berit = await someone();
  await berit.open('/account');
  await signsIn(berit);
  await berit.sees('Kontoinnstillinger');
  await journal.sends(berit);
  await berit.sees('Logg på med en sikrere elektronisk ID');
  await expect(berit.main).toContainText(`${JOURNAL} krever en sikrere pålogging enn den du brukte.`);
  await berit.looks('no access, not sure enough');
  await berit.button('Logg på med BankID').click();
  await expect(berit.page).toHaveURL(new RegExp(`^${berit.demo.eid}`));
});

test('English: consent and no access', async ({ someone, party, watch }) => {
  watch.allowStatus(403);
  const berit = await someone({ locale: 'en-GB', words: en });
  const calendar = await party('calendar');
  await calendar.sends(berit);
  await signsIn(berit);
  await berit.sees(`Do you want to use your account in ${CALENDAR}?`);
  await berit.looks('consent, in English');
  await calendar.close();
  const journal = await party('journal');
  await journal.sends(berit);
  await berit.sees('Sign in with a more secure electronic ID');
});
