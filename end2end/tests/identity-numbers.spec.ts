import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityNumbersIn, syntheticNumber } from '../support/identity.ts';
import { expect, test } from '../support/test.ts';

const NUMBER = syntheticNumber(7);
const ADDRESS = 'per.planted@example.example';

/** Kobling's own data; the demo imports its people from a file with plain numbers. */
async function databases(dataDir: string): Promise<Buffer[]> {
  const names = await readdir(dataDir, { recursive: true });
  const files = names.filter((name) => /\.(db|sqlite3?)(-wal)?$/.test(name));
  return Promise.all(files.map((name) => readFile(join(dataDir, name))));
}

test('an identity number stays out of pages, addresses, mails, logs and the database', async ({ someone, mailbox }) => {
  const per = await someone();
  const seen: Array<Promise<string>> = [];
  per.page.on('response', (response) => {
    if (!response.url().startsWith(per.demo.kobling)) return;
    const body = response.text().catch(() => ''); // a redirect has none
    seen.push(body.then((text) => `${response.url()} ${text}`));
  });
  await per.goesToEid();
  await per.eid.typeNumber(NUMBER);
  await per.links(ADDRESS);
  await per.button('Fortsett likevel').click();
  await per.givesName('Per Planted');
  await per.seesNoAccess(ADDRESS);
  await per.open('/account');
  await per.sees('Kontoinnstillinger');
  await expect(per.identities).toContainText('BankID');

  const answers = await Promise.all(seen);
  expect(answers.length).toBeGreaterThan(3);
  expect(answers.join('\n')).not.toContain(NUMBER);
  expect(JSON.stringify(await mailbox.messages())).not.toContain(NUMBER);
  expect(per.demo.log).not.toContain(NUMBER);
  const kept = await databases(per.demo.dataDir);
  expect(kept.length).toBeGreaterThan(0);
  for (const database of kept) {
    expect(database.includes(NUMBER)).toBe(false);
    expect(identityNumbersIn(database.toString('latin1'))).toEqual([]);
  }
});

test('a synthetic number typed at the eID is checked there', async ({ someone, watch }) => {
  watch.allowStatus(400, 422);
  const per = await someone();
  await per.goesToEid();
  await per.eid.typeNumber('12345678901');
  await expect(per.eid.numberField).toBeVisible();
  await per.looks('the simulated eID, wrong number');
});
