import { FINNES } from '../support/existing.ts';
import { closedPort } from '../support/ports.ts';
import { PASSWORD, type Person } from '../support/person.ts';
import { Smtp } from '../support/smtp.ts';
import { expect, test as base } from '../support/test.ts';

/** The demo with a third-party mail server. */
const test = base.extend<{ tls: 'none' | 'starttls'; offersTls: boolean; startsDown: boolean; smtp: SmtpBox }>({
  tls: ['none', { option: true }],
  offersTls: [false, { option: true }],
  startsDown: [false, { option: true }],
  smtp: async ({ offersTls, startsDown }, use) => {
    const box = new SmtpBox(await closedPort(), offersTls);
    if (!startsDown) await box.up();
    await use(box);
    await box.server?.close();
  },
  settings: async ({ smtp, tls }, use) => {
    await use([
      'mail.smtp.host="localhost"',
      `mail.smtp.port=${smtp.port}`,
      `mail.smtp.tls="${tls}"`,
      'mail.retry_seconds=1',
    ]);
  },
});

class SmtpBox {
  server: Smtp | undefined;

  constructor(
    readonly port: number,
    private readonly starttls: boolean,
  ) {}

  async up(): Promise<Smtp> {
    this.server = await Smtp.listen({ port: this.port, starttls: this.starttls });
    return this.server;
  }
}

async function ordersReset(person: Person): Promise<void> {
  await person.open('/forgot-password');
  await person.field('E-postadresse').fill(FINNES);
  await person.sendsResetForm();
}

test('mail reaches a server that we did not write, as text and as HTML', async ({ someone, smtp }) => {
  const berit = await someone();
  await ordersReset(berit);
  await expect.poll(() => smtp.server?.received.length, { timeout: 20_000 }).toBe(1);
  const [received] = smtp.server?.received ?? [];
  expect(received?.to).toEqual([FINNES]);
  expect(received?.mail.subject).toMatch(/passord/i);
  expect(received?.mail.date).toBeInstanceOf(Date);
  expect(received?.mail.messageId).toMatch(/^<.+@.+>$/);
  const link = new RegExp(`${berit.demo.kobling}/reset-password\\S*`);
  expect(received?.mail.text).toMatch(link);
  expect(received?.mail.html).toMatch(/<html[^>]+lang="nb"/);
  await berit.resetsPassword(link.exec(received?.mail.text ?? '')?.[0] ?? '', PASSWORD);
});

test.describe('with the mail server down', () => {
  test.use({ startsDown: true });

  test('nothing is lost: the mail comes when the server does, and once', async ({ someone, smtp }) => {
    const berit = await someone();
    await ordersReset(berit);
    const server = await smtp.up();
    await expect.poll(() => server.received.length, { timeout: 30_000 }).toBe(1);
    await ordersReset(await someone());
    await expect.poll(() => server.received.length, { timeout: 30_000 }).toBe(2);
    const links = server.received.map(({ mail }) => /\S*\/reset-password\S*/.exec(mail.text ?? '')?.[0]);
    expect(new Set(links).size).toBe(2);
  });
});

test.describe('when TLS is asked for', () => {
  test.use({ tls: 'starttls' });

  test('a server that offers none gets no mail', async ({ someone, smtp }) => {
    await ordersReset(await someone());
    await expect.poll(() => smtp.server?.connections, { timeout: 30_000 }).toBeGreaterThan(1);
    expect(smtp.server?.received).toEqual([]);
  });

  test.describe('and offered with a certificate that nobody vouches for', () => {
    test.use({ offersTls: true });

    test('the server gets no mail', async ({ someone, smtp }) => {
      await ordersReset(await someone());
      await expect.poll(() => smtp.server?.connections, { timeout: 30_000 }).toBeGreaterThan(1);
      expect(smtp.server?.received).toEqual([]);
    });
  });
});
