import { UNKNOWN } from '../support/eid.ts';
import { PASSWORD } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { landsOnWrongAddress, RIGHT, WRONG } from '../support/wrong-address.ts';

test('C: linked to the wrong address, repaired the long way', async ({ someone, mailbox }) => {
  test.slow();
  const before = await someone();
  await landsOnWrongAddress(before);
  await expect(before.main).toContainText('Nordvik kommune');
  await expect(before.main).toContainText(/referanse/i);
  await before.sees('Koble BankID til en annen adresse');
  for (const name of ['Send kode', 'Gå til kontoinnstillinger']) {
    await expect(before.button(name)).toBeVisible();
  }
  await expect(before.button('Logg ut').first()).toBeVisible();
  await before.looks('no access');
  await before.page.context().close();

  const ola = await someone();
  await ola.open('/account');
  await ola.isAskedToSignIn();
  await expect(ola.control('Logg på med BankID')).toBeVisible();
  await ola.looks('sign in, step 1');
  await ola.field('E-postadresse').fill(WRONG);
  await ola.button('Neste').click();

  await expect(ola.field('Passord')).toBeVisible();
  await expect(ola.main).toContainText(WRONG);
  await ola.looks('sign in, step 2');
  await ola.link('Glemt ditt passord?').click();

  await ola.sees('Tilbakestill passord');
  await expect(ola.field('E-postadresse')).toHaveValue(WRONG);
  await ola.looks('forgotten password');
  const mark = await mailbox.mark();
  await ola.by('checkbox', 'Jeg er ikke en robot').check();
  const send = ola.button('Tilbakestill passord');
  await send.click();
  await expect(send).toBeHidden({ timeout: 30_000 });
  await ola.looks('forgotten password, sent');

  await ola.page.goto(await mailbox.link(WRONG, mark, '/reset-password'));
  await ola.sees('Opprett nytt passord');
  await ola.isHydrated();
  await ola.looks('new password');
  await expect(ola.requirements).toHaveCount(3);
  const password = ola.field('Nytt passord');
  await expect.poll(() => ola.requirementsMet()).toBe(0);
  for (const [typed, met] of [
    ['B', 1], // not made of the own name
    ['lå sykkel', 2], // not a common one
    [PASSWORD.slice('Blå sykkel'.length), 3], // long enough
  ] as const) {
    await password.pressSequentially(typed);
    await expect.poll(() => ola.requirementsMet()).toBe(met);
  }
  await ola.looks('new password, requirements met');
  const saved = await mailbox.mark();
  await ola.field('Bekreft passord').fill(PASSWORD);
  await ola.button('Lagre passord').click();

  await expect(ola.toSignIn).toBeVisible();
  await ola.looks('new password, saved');
  const confirmation = await mailbox.newest(WRONG, saved, ({ subject }) => /passord/i.test(subject));
  expect(confirmation.text).not.toContain(PASSWORD);

  await ola.toSignIn.click();
  await ola.sees('Logg på');
  if (await ola.button('Neste').isVisible()) await ola.typesAddress(WRONG);
  await expect(ola.main).toContainText(WRONG);
  await ola.typesPassword(PASSWORD);

  await ola.sees('Kontoinnstillinger');
  await expect(ola.identities).toContainText('BankID');
  await ola.looks('account settings');
  await ola.button('Fjern BankID').click();
  await expect(ola.dialog.getByRole('button', { name: 'Avbryt', exact: true })).toBeVisible();
  await ola.looks('removing, 1');
  await ola.dialog.getByRole('button', { name: 'Fjern', exact: true }).click();
  await ola.dialog.getByLabel('Passord', { exact: true }).fill(PASSWORD);
  await ola.looks('removing, 2');
  await ola.dialog.getByRole('button', { name: 'Bekreft', exact: true }).click();
  await expect(ola.button('Fjern BankID')).toBeHidden();
  await ola.sees('Kontoinnstillinger');
  await ola.looks('account settings, link removed');
  await ola.signsOut();
  await ola.looks('signed out');

  await ola.signsInWithEid(UNKNOWN);
  await ola.links(RIGHT);
  await ola.seesStartPage(RIGHT);
});
