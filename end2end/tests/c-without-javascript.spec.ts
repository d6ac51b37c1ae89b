import { UNKNOWN } from '../support/eid.ts';
import { PASSWORD } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { landsOnWrongAddress, RIGHT, WRONG } from '../support/wrong-address.ts';

const javaScriptEnabled = false;

test('C without JavaScript: the long way', async ({ someone, mailbox }) => {
  test.slow();
  const before = await someone({ javaScriptEnabled });
  await landsOnWrongAddress(before);
  await before.page.context().close();

  const ola = await someone({ javaScriptEnabled });
  await ola.open('/account');
  await ola.typesAddress(WRONG);
  await ola.link('Glemt ditt passord?').click();
  await ola.sees('Tilbakestill passord');
  await expect(ola.field('E-postadresse')).toHaveValue(WRONG);
  const link = await ola.ordersReset(WRONG);

  await ola.page.goto(link);
  await expect(ola.requirements).toHaveCount(3);
  await ola.choosesPassword('for kort');
  await expect(ola.field('Nytt passord')).toHaveAttribute('aria-invalid', 'true');
  await expect(ola.field('Nytt passord')).toHaveValue('');
  const mark = await mailbox.mark();
  await ola.choosesPassword(PASSWORD);
  await expect(ola.toSignIn).toBeVisible();
  await mailbox.newest(WRONG, mark, (mail) => /passord/i.test(mail.subject));

  await ola.signsInWithPassword(WRONG, PASSWORD);
  await ola.removesBankId(PASSWORD);
  await expect(ola.button('Fjern BankID')).toBeHidden();
  await ola.sees('Kontoinnstillinger');
  await ola.signsOut();

  await ola.signsInWithEid(UNKNOWN);
  await ola.links(RIGHT);
  await ola.seesStartPage(RIGHT);
});

test('C2 without JavaScript: the short way', async ({ someone }) => {
  const ola = await someone({ javaScriptEnabled });
  await landsOnWrongAddress(ola);
  await ola.entersCode(await ola.asksForCode(RIGHT));
  await ola.seesStartPage(RIGHT);
});
