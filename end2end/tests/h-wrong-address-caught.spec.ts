import { Actions } from '../support/actions.ts';
import { UNKNOWN } from '../support/eid.ts';
import { isTo } from '../support/mailbox.ts';
import { expect, test } from '../support/test.ts';
import { RIGHT, WRONG } from '../support/wrong-address.ts';

/** Type, send, code; use another; type, send, code. */
const MOST = 7;

test('H: the private address is typed first, and is caught before anything is linked', async ({ someone, mailbox }) => {
  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  await ola.isAskedForAddress();
  const actions = new Actions();
  const began = await mailbox.mark();
  await tries(WRONG);
  await ola.sees('Denne adressen gir ikke tilgang til Startside');
  await ola.isHydrated();
  await actions.press(ola.button('Bruk en annen adresse'));
  await ola.isAskedForAddress();
  await expect(ola.field('E-postadresse')).toHaveValue('');
  await tries(RIGHT);
  await ola.seesStartPage(RIGHT);
  console.log(`H: ${actions.count} actions`);
  expect(actions.count).toBeLessThanOrEqual(MOST);

  // Nothing was ever linked to the private address: its mailbox got the code, and nothing else.
  await ola.open('/account');
  await expect(ola.region('Profil')).toContainText(RIGHT);
  const toWrong = (await mailbox.messages()).filter((mail) => !began.has(mail.id) && isTo(mail, WRONG));
  expect(toWrong).toHaveLength(1);

  async function tries(address: string): Promise<void> {
    const mark = await mailbox.mark();
    await actions.type(ola.field('E-postadresse'), address);
    await actions.press(ola.button('Send kode'));
    await ola.isHydrated();
    await actions.type(ola.field('Engangskode'), await mailbox.code(address, mark));
  }
});

for (const javaScriptEnabled of [true, false]) {
  test(`H: the page, and continuing all the same${javaScriptEnabled ? '' : ', without JavaScript'}`, async ({ someone }) => {
    const ola = await someone({ javaScriptEnabled });
    await ola.signsInWithEid(UNKNOWN);
    await ola.links(WRONG);
    await ola.sees('Denne adressen gir ikke tilgang til Startside');
    await expect(ola.main).toContainText(WRONG);
    await expect(ola.main).toContainText('Nordvik kommune');
    await ola.looks('wrong address caught');
    await ola.page.reload();
    await ola.sees('Denne adressen gir ikke tilgang til Startside');
    await ola.button('Fortsett likevel').click();
    await ola.givesName('Ola Nordmann');
    await ola.seesNoAccess(WRONG);
  });
}
