import { createServer } from 'node:net';

/** Ports in the range used here that browsers and `fetch` refuse. */
const REFUSED = new Set([4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6697]);
const SLOTS = 90;

let turn: number | undefined;

/**
 * Five free neighbouring ports on loopback: the demo's four, and one for an application that a test brings along. Every worker has a range of its own and goes round in it, so that a port
 * that lingers after one test is not the next test's.
 */
export async function freePorts(workerIndex: number, parallelIndex: number): Promise<number> {
  turn ??= workerIndex * 10;
  for (let tried = 0; tried < SLOTS; tried += 1) {
    const base = 4000 + parallelIndex * 1000 + (turn % SLOTS) * 10;
    turn += 1;
    const ports = [base, base + 1, base + 2, base + 3, base + 4];
    if (ports.some((port) => REFUSED.has(port))) continue;
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no five free ports in a row');
}

/** A port without a listener. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer();
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });
}
