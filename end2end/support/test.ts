import { test as base, type BrowserContextOptions, type WorkerInfo } from '@playwright/test';
import { Demo } from './demo.ts';
import { identityNumbersIn } from './identity.ts';
import { Mailbox } from './mailbox.ts';
import { Person } from './person.ts';
import { freePorts } from './ports.ts';
import { Watch } from './watch.ts';
import { nb, type Words } from './words.ts';

export { expect } from '@playwright/test';

export interface Options {
  /** Settings of the demo that differ from its own, as `section.key=value` in TOML. */
  settings: string[];
  /** Shares one server with other read-only tests. */
  shared: boolean;
}

export interface PersonOptions extends BrowserContextOptions {
  words?: Words;
}

interface Fixtures {
  demo: Demo;
  mailbox: Mailbox;
  watch: Watch;
  /** A person with a new browser; call it again for another person or a restarted browser. */
  someone: (options?: PersonOptions) => Promise<Person>;
}

interface WorkerFixtures {
  /** The data directory of a demo that has been started once. */
  seed: () => Promise<string>;
  sharedDemo: () => Promise<Demo>;
}

export const test = base.extend<Options & Fixtures, WorkerFixtures>({
  settings: [[], { option: true }],
  shared: [false, { option: true }],

  seed: [
    async ({}, use, worker) => {
      const demo = onDemand(worker);
      await use(async () => {
        await (await demo.get()).end();
        return (await demo.get()).dataDir;
      });
      await demo.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  sharedDemo: [
    async ({}, use, worker) => {
      const demo = onDemand(worker);
      await use(demo.get);
      await demo.stop();
    },
    { scope: 'worker', timeout: 90_000 },
  ],

  demo: async ({ settings, shared, sharedDemo, seed }, use, testInfo) => {
    const port = () => freePorts(testInfo.workerIndex, testInfo.parallelIndex);
    // Settings may change what the first start makes.
    const from = async () => (settings.length === 0 ? seed() : undefined);
    const demo = shared ? await sharedDemo() : await Demo.launch(await port(), settings, await from());
    const logged = shared ? demo.log.length : 0;
    await use(demo);
    const complaints = demo.complaints(demo.log.slice(logged));
    complaints.push(...(await numbersInMail(demo)));
    if (!shared) await demo.stop();
    if (complaints.length > 0 || testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('kobling.log', { body: demo.log.slice(logged), contentType: 'text/plain' });
    }
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  },

  mailbox: async ({ demo }, use) => use(new Mailbox(demo)),

  watch: [
    async ({ demo }, use) => {
      const watch = new Watch(demo);
      await use(watch);
      const problems = watch.problems();
      if (problems.length > 0) throw new Error(`seen in the browser:\n${problems.join('\n')}`);
    },
    { auto: true },
  ],

  someone: async ({ browser, demo, mailbox, watch }, use) => {
    const opened: Person[] = [];
    await use(async ({ words = nb, ...options } = {}) => {
      const context = await browser.newContext(options);
      const scripted = options.javaScriptEnabled ?? true;
      await watch.follow(context, scripted);
      const person = new Person(await context.newPage(), demo, mailbox, words, scripted);
      opened.push(person);
      return person;
    });
    await Promise.all(opened.map((person) => person.page.context().close()));
  },
});

/** A demo of a worker, started when it is asked for. */
function onDemand({ workerIndex, parallelIndex }: WorkerInfo) {
  let demo: Promise<Demo> | undefined;
  return {
    get: () => (demo ??= freePorts(workerIndex, parallelIndex).then((port) => Demo.launch(port))),
    stop: async () => (await demo)?.stop(),
  };
}

async function numbersInMail(demo: Demo): Promise<string[]> {
  const mails = await fetch(`${demo.mailbox}/api/messages`).then(
    (answer) => answer.text(),
    () => '', // the server died, which is a complaint of its own
  );
  return identityNumbersIn(mails).length > 0 ? ['a mail holds an identity number'] : [];
}
