import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identityNumbersIn } from './identity.ts';

const BINARY = resolve(import.meta.dirname, '..', process.env['KOBLING_BIN'] ?? '../target/debug/kobling');
const UP = 'Kobling is up at';
const PATIENCE = 60_000;

/** In a setting: the origin after the four, for an application that a test starts. */
export const FIFTH = '{fifth}';

export interface Outcome {
  code: number | null;
  output: string;
}

/** One `kobling demo` with its own data directory: Kobling, start page, simulated eID and mailbox. */
export class Demo {
  /** The output of the process, both streams. */
  log = '';
  #ended: string | undefined;
  #stopping = false;

  private constructor(
    readonly port: number,
    readonly dataDir: string,
    private readonly process: ChildProcess,
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    }
    process.on('exit', (code, signal) => (this.#ended = `exit code ${code}, signal ${signal}`));
    process.on('error', (error) => (this.#ended = String(error)));
  }

  /**
   * Starts it on `port` to `port + 3` and waits until all four answer. Settings are `section.key=value`, TOML. From a
   * copy of the data directory of another one it starts in half the time.
   */
  static async launch(port: number, settings: readonly string[] = [], from?: string): Promise<Demo> {
    if (!existsSync(BINARY)) {
      throw new Error(`${BINARY} is missing: build it with the feature demo, or name another with KOBLING_BIN`);
    }
    const dataDir = await mkdtemp(join(tmpdir(), 'kobling-end2end-'));
    if (from !== undefined) await cp(from, dataDir, { recursive: true });
    const fifth = `http://localhost:${port + 4}`;
    const set = settings.flatMap((setting) => ['--set', setting.replaceAll(FIFTH, fifth)]);
    const args = ['demo', '--data-dir', dataDir, '--port', String(port), ...set];
    const demo = new Demo(port, dataDir, spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    try {
      await demo.#up();
    } catch (error) {
      await demo.stop();
      throw error;
    }
    return demo;
  }

  get kobling(): string {
    return this.#origin(0);
  }

  get startPage(): string {
    return `${this.#origin(1)}/enterprise`;
  }

  get eid(): string {
    return this.#origin(2);
  }

  get mailbox(): string {
    return this.#origin(3);
  }

  /** The origin of an application that a test starts. */
  get fifth(): string {
    return this.#origin(4);
  }

  /** Which of the four an address belongs to. */
  owns(url: string): boolean {
    return [0, 1, 2, 3].some((offset) => url.startsWith(`${this.#origin(offset)}/`));
  }

  /** `kobling directory import` into the running demo, as an operator runs it beside the server. */
  async importDirectory(lines: readonly string[]): Promise<Outcome> {
    const file = join(this.dataDir, 'end2end.csv');
    await writeFile(file, ['fodselsnummer;ansattnummer;navn;epost', ...lines, ''].join('\n'));
    const args = ['directory', 'import', file, '--organisation', 'nordvik', '--data-dir', this.dataDir];
    const process = spawn(BINARY, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [process.stdout, process.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const code = await new Promise<number | null>((done, failed) => {
      process.on('error', failed).on('close', done);
    });
    await rm(file);
    return { code, output };
  }

  /** What must never happen to a server in any test. */
  complaints(log = this.log): string[] {
    const found: string[] = [];
    if (this.#ended !== undefined && !this.#stopping) found.push(`the server died: ${this.#ended}`);
    if (/panicked at/.test(log)) found.push('the server panicked');
    const lacks = /the gallery lacks this state.*/.exec(log);
    if (lacks !== null) found.push(lacks[0]);
    if (identityNumbersIn(log).length > 0) found.push('the log holds an identity number');
    return found;
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Ends the process; the data stay. */
  async end(): Promise<void> {
    this.#stopping = true;
    if (this.#ended === undefined) {
      const ended = new Promise((done) => this.process.once('exit', done));
      this.process.kill('SIGTERM');
      const impatience = setTimeout(() => this.process.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(impatience);
    }
  }

  #origin(offset: number): string {
    return `http://localhost:${this.port + offset}`;
  }

  async #up(): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!(this.log.includes(UP) && (await this.#healthy()))) {
      if (this.#ended !== undefined) throw new Error(`kobling demo did not start: ${this.#ended}\n${this.log}`);
      if (Date.now() > deadline) throw new Error(`kobling demo was not up in time\n${this.log}`);
      await pause(50);
    }
  }

  async #healthy(): Promise<boolean> {
    try {
      return (await fetch(`${this.kobling}/health`)).status === 200;
    } catch {
      return false;
    }
  }
}
