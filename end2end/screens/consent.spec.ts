import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import { RelyingParty } from '../support/relying-party.ts';
import { test } from '../support/test.ts';
import { NONE, STRANGERS } from '../support/third-party.ts';
import { picture } from './pages.ts';

test.beforeEach(({ watch }) => watch.allowStatus(403));
test.use({ settings: [STRANGERS] });

test('consent @walk', async ({ someone, demo }) => {
  const calendar = await RelyingParty.open(demo, 'calendar', NONE);
  const berit = await someone();
  await calendar.sends(berit);
  await berit.typesAddress(FINNES);
  await berit.typesPassword(FINNES_PASSWORD);
  await berit.button('Tillat').waitFor();
  await picture(berit.page, 'consent');
  await berit.button('Tillat').click();
  await berit.page.getByText('Tilbake i programmet').waitFor();
  await berit.open('/account');
  await picture(berit.page, 'account-applications');
  await calendar.close();
  const journal = await RelyingParty.open(demo, 'journal', NONE);
  await journal.sends(berit);
  await berit.sees('Logg på med en sikrere elektronisk ID');
  await picture(berit.page, 'no-access-too-low');
  await journal.close();
});
