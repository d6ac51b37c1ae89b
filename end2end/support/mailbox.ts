import { expect } from '@playwright/test';
import type { Demo } from './demo.ts';

export interface Mail {
  id: string | number;
  to: unknown;
  subject: string;
  text: string;
  html: string;
  received: unknown;
}

/** A point in time: the mails that had arrived. */
export type Mark = ReadonlySet<Mail['id']>;

/** The demo's mailbox, through its API. */
export class Mailbox {
  constructor(private readonly demo: Demo) {}

  /** Newest first. */
  async messages(): Promise<Mail[]> {
    const answer = await fetch(`${this.demo.mailbox}/api/messages`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Mail[];
  }

  async mark(): Promise<Mark> {
    return new Set((await this.messages()).map((mail) => mail.id));
  }

  /** Waits for the newest matching mail to an address since the mark. */
  async newest(to: string, since: Mark, wanted: (mail: Mail) => boolean = () => true): Promise<Mail> {
    let found: Mail | undefined;
    await expect
      .poll(
        async () => {
          found = (await this.messages()).find(
            (mail) => !since.has(mail.id) && isTo(mail, to) && wanted(mail),
          );
          return found !== undefined;
        },
        { message: `a mail to ${to}`, timeout: 20_000 },
      )
      .toBe(true);
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  async code(to: string, since: Mark): Promise<string> {
    const mail = await this.newest(to, since, (mail) => codeIn(mail) !== undefined);
    return codeIn(mail) ?? '';
  }

  /** The first link to Kobling, whose path begins as said. */
  async link(to: string, since: Mark, path = '/'): Promise<string> {
    const mail = await this.newest(to, since, (mail) => this.#linkIn(mail, path) !== undefined);
    return this.#linkIn(mail, path) ?? '';
  }

  #linkIn(mail: Mail, path: string): string | undefined {
    const links = mail.text.match(/https?:\/\/[^\s<>")\]]+/g) ?? [];
    return links.find((link) => link.startsWith(`${this.demo.kobling}${path}`));
  }
}

export function isTo(mail: Mail, address: string): boolean {
  return JSON.stringify(mail.to).toLowerCase().includes(address.toLowerCase());
}

function codeIn(mail: Mail): string | undefined {
  return /(?<![\d-])\d{8}(?![\d-])/.exec(mail.text.replace(/https?:\/\/\S+/g, ''))?.[0];
}
