import { UNKNOWN } from '../support/eid.ts';
import { FINNES } from '../support/existing.ts';
import { axe, LAW } from '../support/look.ts';
import { PASSWORD } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { RIGHT } from '../support/wrong-address.ts';

test('a person finds the mail in the mailbox and follows its link', async ({ someone, mailbox }) => {
  const berit = await someone();
  const mark = await mailbox.mark();
  await berit.forgetsPassword(FINNES);
  const { subject } = await mailbox.newest(FINNES, mark);

  const tab = await berit.inNewTab();
  await tab.page.goto(tab.demo.mailbox);
  await tab.looks('the mailbox');
  await tab.page.getByRole('link', { name: subject, exact: true }).first().click();
  await expect(tab.page.getByRole('heading', { name: subject }).first()).toBeVisible();
  await tab.looks('a mail');
  await tab.page.frameLocator('iframe').getByRole('link').first().click();
  await tab.sees('Opprett nytt passord');
});

test('mails are fit to read: text and HTML, title and language, nothing for axe', async ({ someone, mailbox }) => {
  const ola = await someone();
  await ola.signsInWithEid(UNKNOWN);
  await ola.links(RIGHT);
  await ola.seesStartPage();
  const berit = await someone();
  const mark = await mailbox.mark();
  await berit.resetsPassword(await berit.forgetsPassword(FINNES), PASSWORD);
  await mailbox.newest(FINNES, mark, ({ text }) => !text.includes('/reset-password'));

  const reader = await someone();
  const mails = await mailbox.messages();
  expect(mails.length).toBeGreaterThanOrEqual(3);
  for (const mail of mails) {
    expect(mail.subject).toMatch(/\S/);
    expect(mail.text).toMatch(/\S{3}/);
    expect(mail.text, mail.subject).not.toMatch(/<\/?[a-z]+>|&[a-z]+;/);
    expect(mail.html, mail.subject).not.toMatch(/<script|<form|src="https?:/i);
    await reader.page.setContent(mail.html);
    await expect(reader.page.locator('html')).toHaveAttribute('lang', 'nb');
    await axe(reader.page, `the mail "${mail.subject}"`, LAW);
  }
});
