import { KNOWN } from '../support/eid.ts';
import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { AUTHENTICATIONS, CLIENTS, RelyingParty } from '../support/relying-party.ts';
import { expect, test } from '../support/test.ts';

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with' : 'without';
  test(`after Logg ut the page lists each application and whether it confirmed, ${how} JavaScript`, async ({ someone }) => {
    const kjersti = await someone({ javaScriptEnabled });
    await kjersti.signsInWithEid(KNOWN);
    await kjersti.page.locator('main button[data-variant=primary]').first().click();
    await kjersti.seesStartPage();
    await kjersti.open('/account');
    await kjersti.signsOut();

    const list = kjersti.page.getByRole('list').filter({ hasText: 'Startside' });
    await expect(list).toContainText('Du er logget ut av: BankID');
    const refresh = kjersti.page.getByRole('link', { name: 'Oppdater' });
    // The application is notified asynchronously; without JavaScript, the person reloads.
    await expect(async () => {
      if (!javaScriptEnabled && (await refresh.isVisible())) await refresh.click();
      await expect(list).toContainText('Du er logget ut av: Startside', { timeout: 1_000 });
    }).toPass();
    await kjersti.looks('after signing out');

    await kjersti.page.goto(kjersti.demo.startPage);
    await expect(kjersti.page).not.toHaveURL(kjersti.demo.startPage);
  });
}

test.describe('an application that does not answer', () => {
  test.use({ settings: [CLIENTS] });

  test('is said to be tried again', async ({ someone, demo }) => {
    const rp = await RelyingParty.open(demo, 'secret', AUTHENTICATIONS.secret);
    rp.answers = 503;
    try {
      const berit = await someone();
      const journey = await rp.sends(berit);
      await berit.typesAddress(FINNES);
      await berit.typesPassword(FINNES_PASSWORD);
      await rp.receives(berit, journey);
      await berit.open('/account');
      await berit.signsOut();
      await expect(berit.page.getByRole('list').filter({ hasText: 'Saksarkiv' })).toContainText('Vi logger deg ut av: ');
    } finally {
      await rp.close();
    }
  });
});

test('Logg ut overalt ends the sessions on every device', async ({ someone }) => {
  const here = await someone();
  await here.signsInWithPassword(FINNES, FINNES_PASSWORD);
  const there = await someone();
  await there.signsInWithPassword(FINNES, FINNES_PASSWORD);
  await here.open('/account');
  await here.button('Logg ut overalt').click();
  await here.sees('Logg på');
  await there.open('/account');
  await there.isAskedToSignIn();
});
