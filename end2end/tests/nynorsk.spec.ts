import { KNOWN, UNKNOWN } from '../support/eid.ts';
import type { Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { nn } from '../support/words.ts';
import { RIGHT } from '../support/wrong-address.ts';

const nynorsk = { locale: 'nn-NO', words: nn };

async function isInNynorsk(person: Person): Promise<void> {
  await expect(person.page.locator('html')).toHaveAttribute('lang', 'nn');
}

/** What the eID was asked for; its address carries the language. */
function askedOf(person: Person): Promise<string | null> {
  const at = (url: URL) => url.origin === person.demo.eid && url.searchParams.has('ui_locales');
  const asked = person.page.waitForRequest((request) => at(new URL(request.url())));
  return asked.then((request) => new URL(request.url()).searchParams.get('ui_locales'));
}

test('Nynorsk: journey A', async ({ someone, mailbox }) => {
  const kari = await someone(nynorsk);
  const mark = await mailbox.mark();
  const asked = askedOf(kari);
  await kari.goesToEid();
  expect(await asked).toBe('nn');
  await kari.eid.choose(KNOWN);

  await kari.sees('Kople BankID til kontoen din');
  await isInNynorsk(kari);
  await expect(kari.field('E-postadresse')).toHaveValue('kjent@nordvik.example');
  await expect(kari.main).toContainText('Denne adressa er registrert på deg hos Nordvik kommune.');
  await expect(kari.link('Avbryt')).toBeVisible();
  await kari.looks('first link, vouched for, in Nynorsk');
  await kari.button('Kople til').click();
  await kari.seesStartPage('kjent@nordvik.example');

  const { subject, text, html } = await mailbox.newest('kjent@nordvik.example', mark);
  expect(subject).toBe('BankID er kopla til kontoen din');
  expect(text).toContain('Var det ikkje deg?');
  expect(html).toContain('<html lang="nn">');

  await kari.open('/account');
  await kari.sees('Kontoinnstillingar');
  await isInNynorsk(kari);
  for (const name of ['Profil', 'Tryggleik', 'Tilknytte identitetar']) await expect(kari.region(name)).toBeVisible();
  await kari.looks('account settings, in Nynorsk');
});

for (const javaScriptEnabled of [true, false]) {
  test(`Nynorsk: journey B, JavaScript ${javaScriptEnabled ? 'on' : 'off'}`, async ({ someone, mailbox }) => {
    const ola = await someone({ ...nynorsk, javaScriptEnabled });
    const asked = askedOf(ola);
    await ola.goesToEid();
    expect(await asked).toBe('nn');
    await ola.eid.choose(UNKNOWN);

    await ola.isAskedForAddress();
    await isInNynorsk(ola);
    await ola.looks('first link, in Nynorsk');
    const mark = await mailbox.mark();
    await ola.field(nn.email).fill('ola');
    await ola.field(nn.email).evaluate((field) => field.closest('form')?.setAttribute('novalidate', ''));
    await ola.button(nn.sendCode).click();
    await expect(ola.field(nn.email)).toHaveAccessibleDescription(/Skriv heile e-postadressa, til dømes/);

    await ola.entersCode(await ola.asksForCode(RIGHT));
    const mail = await mailbox.newest(RIGHT, mark, ({ text }) => /\d{8}/.test(text));
    expect(mail.subject).toBe('Eingongskode for å kople til BankID');
    await ola.seesStartPage(RIGHT);
  });
}

test('Nynorsk: what the service asks for holds at the eID and in Kobling', async ({ someone }) => {
  const ola = await someone();
  const asked = askedOf(ola);
  await ola.page.goto(`${ola.demo.startPage}?ui_locales=nn`);
  await ola.button('Logg på med BankID').click();
  expect(await asked).toBe('nn');
  await ola.eid.choose(UNKNOWN);
  await ola.sees(nn.linkHeading);
  await isInNynorsk(ola);
});
