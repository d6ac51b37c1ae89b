import { UNKNOWN } from '../support/eid.ts';
import { expect, test } from '../support/test.ts';

const RIGHT = 'ukjent@nordvik.example';

test('B: the link in the mail, opened in the same browser, fills in the code', async ({ someone, mailbox }) => {
  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  const mark = await mailbox.mark();
  const code = await ola.asksForCode(RIGHT);

  const tab = await ola.inNewTab();
  await tab.page.goto(await mailbox.link(RIGHT, mark));
  await expect(tab.field('Engangskode')).toHaveValue(code);
  await tab.looks('first link, code filled in');
  await tab.button('Bekreft').click();
  await tab.seesStartPage(RIGHT);
});

test('B: the link in the mail, opened in another browser, shows the code and links nothing', async ({
  someone,
  mailbox,
}) => {
  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  const mark = await mailbox.mark();
  const code = await ola.asksForCode(RIGHT);

  const telephone = await someone();
  await telephone.page.goto(await mailbox.link(RIGHT, mark));
  await expect(telephone.main).toContainText(code);
  await expect(telephone.main).toContainText(/vindu|nettleser/i);
  await expect(telephone.button('Bekreft')).toBeHidden();
  await telephone.looks('the code, in another browser');
  await telephone.open('/account');
  await telephone.isAskedToSignIn();

  const third = await someone();
  await third.signsInWithEid(UNKNOWN);
  await third.isAskedForAddress();

  await ola.entersCode(code);
  await ola.seesStartPage(RIGHT);
});
