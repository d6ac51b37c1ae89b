import { UNKNOWN } from '../support/eid.ts';
import { Keyboard } from '../support/keyboard.ts';
import { PASSWORD, type Person } from '../support/person.ts';
import { expect, test } from '../support/test.ts';
import { RIGHT, WRONG } from '../support/wrong-address.ts';

test('C by keyboard alone', async ({ someone, mailbox }) => {
  test.slow();
  const before = await someone();
  await linksByKeyboard(before, WRONG);
  await before.sees('Denne adressen gir ikke tilgang til Startside');
  await new Keyboard(before.page).press(before.button('Fortsett likevel'));
  await new Keyboard(before.page).type(before.field('Navn'), 'Ola Nordmann');
  await new Keyboard(before.page).press(before.button('Fortsett'));
  await before.seesNoAccess(WRONG);
  const keys = new Keyboard(before.page);
  await keys.tabTo(before.field('E-postadresse'));
  await keys.tabTo(before.button('Gå til kontoinnstillinger'));
  await keys.tabTo(before.button('Send kode'), 'Shift+Tab');
  await before.page.context().close();

  const ola = await someone();
  const keyboard = new Keyboard(ola.page);
  await ola.open('/account');
  await keyboard.type(ola.field('E-postadresse'), WRONG);
  await keyboard.press(ola.button('Neste'));
  await keyboard.press(ola.link('Glemt ditt passord?'));

  await ola.sees('Tilbakestill passord');
  const mark = await mailbox.mark();
  await keyboard.tick(ola.by('checkbox', 'Jeg er ikke en robot'));
  await keyboard.press(ola.button('Tilbakestill passord'));

  await ola.page.goto(await mailbox.link(WRONG, mark, '/reset-password'));
  await keyboard.type(ola.field('Nytt passord'), PASSWORD);
  await keyboard.type(ola.field('Bekreft passord'), PASSWORD);
  await keyboard.press(ola.button('Lagre passord'));
  await keyboard.press(ola.toSignIn);

  await ola.sees('Logg på');
  if (await ola.button('Neste').isVisible()) {
    await keyboard.type(ola.field('E-postadresse'), WRONG);
    await keyboard.press(ola.button('Neste'));
  }
  await keyboard.type(ola.field('Passord'), PASSWORD);
  await keyboard.press(ola.button('Logg på'));

  await ola.sees('Kontoinnstillinger');
  await keyboard.press(ola.button('Fjern BankID'));
  await keyboard.press(ola.dialog.getByRole('button', { name: 'Fjern', exact: true }));
  await keyboard.type(ola.dialog.getByLabel('Passord', { exact: true }), PASSWORD);
  await keyboard.press(ola.dialog.getByRole('button', { name: 'Bekreft', exact: true }));
  await expect(ola.button('Fjern BankID')).toBeHidden();
  await keyboard.press(ola.button('Logg ut').first());
  await ola.sees('Logg på');

  await linksByKeyboard(ola, RIGHT);
  await ola.seesStartPage(RIGHT);

  async function linksByKeyboard(person: Person, address: string): Promise<void> {
    const keys = new Keyboard(person.page);
    await person.page.goto(person.demo.startPage);
    await expect(person.control('Logg på med BankID').or(person.eid.person(UNKNOWN))).toBeVisible();
    if (await person.control('Logg på med BankID').isVisible()) {
      await keys.press(person.control('Logg på med BankID'));
    }
    await keys.press(person.eid.person(UNKNOWN));
    await person.isAskedForAddress();
    const mark = await mailbox.mark();
    await keys.type(person.field('E-postadresse'), address);
    await keys.press(person.button('Send kode'));
    await person.isHydrated();
    await keys.type(person.field('Engangskode'), await mailbox.code(address, mark));
  }
});
