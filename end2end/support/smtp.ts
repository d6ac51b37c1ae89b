import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Key {
  key: string;
  cert: string;
}

export interface Received {
  from: string;
  to: string[];
  secure: boolean;
  mail: ParsedMail;
}

/** A third-party mail server. */
export class Smtp {
  readonly received: Received[] = [];
  connections = 0;
  readonly #server: SMTPServer;

  private constructor(options: { starttls: boolean; key?: Key }) {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: options.starttls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
      ...options.key,
      onConnect: (_session, done) => {
        this.connections += 1;
        done();
      },
      onData: (stream, session, done) => {
        const from = session.envelope.mailFrom;
        simpleParser(stream).then(
          (mail) => {
            this.received.push({
              from: from === false ? '' : from.address,
              to: session.envelope.rcptTo.map(({ address }) => address),
              secure: session.secure,
              mail,
            });
            done();
          },
          (error: Error) => done(error),
        );
      },
    });
    // Some tests disconnect during the handshake on purpose.
    this.#server.on('error', () => {});
  }

  static async listen(options: { starttls: boolean; key?: Key; port?: number }): Promise<Smtp> {
    const smtp = new Smtp(options);
    await new Promise<void>((ready) => smtp.#server.listen(options.port ?? 0, '127.0.0.1', ready));
    return smtp;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((closed) => this.#server.close(() => closed()));
  }
}
