import { FAULTS, KNOWN } from '../support/eid.ts';
import { expect, test } from '../support/test.ts';
import type { Person } from '../support/person.ts';

// These tests change nothing, so they share one server.
test.use({ shared: true });

/** A page of Kobling that says what happened and offers the next step, without a session. */
async function isOfferedAnotherTry(person: Person): Promise<void> {
  await expect(person.page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(person.page.url()).toContain(`${person.demo.kobling}/`);
  const step = /prøv|logg på|start/i;
  await expect(
    person.main.getByRole('button', { name: step }).or(person.main.getByRole('link', { name: step })).first(),
  ).toBeVisible();
  await expect(person.main).not.toContainText(/panicked|\.rs:\d|stack backtrace/);
  expect((await person.page.request.get(`${person.demo.kobling}/api/v1/account`)).status()).toBe(401);
}

test('cancelling at the eID leads to a page with a next step', async ({ someone, watch }) => {
  watch.allowStatus(400);
  const kari = await someone();
  await kari.goesToEid();
  await kari.eid.cancel();
  await isOfferedAnotherTry(kari);
  await kari.looks('cancelled at the eID');
});

test('after cancelling, the next try goes through', async ({ someone, watch }) => {
  watch.allowStatus(400);
  const kari = await someone();
  await kari.goesToEid();
  await kari.eid.cancel();
  await isOfferedAnotherTry(kari);
  await kari.signsInWithEid(KNOWN);
  await expect(kari.button('Koble til')).toBeVisible();
});

for (const fault of FAULTS) {
  test(`an eID answer with ${fault} signs nobody in`, async ({ someone, watch }) => {
    watch.allowStatus(400, 401, 403, 502, 503, 504);
    const kari = await someone();
    await kari.goesToEid();
    await kari.eid.behave(fault);
    await kari.eid.choose(KNOWN);
    await isOfferedAnotherTry(kari);
    await kari.looks(`after ${fault}`);
    await kari.open('/account');
    await kari.isAskedToSignIn();
  });
}

test('an eID provider that does not answer in time is given up, with a page', async ({ someone, watch }) => {
  test.slow();
  watch.allowStatus(502, 503, 504);
  const kari = await someone();
  await kari.goesToEid();
  await kari.eid.behave('token_slow');
  const answered = kari.page.waitForURL(`${kari.demo.kobling}/**`, { timeout: 40_000 });
  await kari.eid.person(KNOWN).click({ noWaitAfter: true });
  await answered;
  await isOfferedAnotherTry(kari);
});

test('an eID answer without an identity number is one of somebody unknown', async ({ someone }) => {
  const kari = await someone();
  await kari.goesToEid();
  await kari.eid.behave('no_pid');
  await kari.eid.choose(KNOWN);
  await kari.isAskedForAddress();
  await expect(kari.field('E-postadresse')).toHaveValue('');
});
