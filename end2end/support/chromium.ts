import { existsSync } from 'node:fs';

const named = process.env['CHROMIUM'];
const candidates = named === undefined ? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'] : [named];
const installed = candidates.find(existsSync);

/** The system's Chromium if there is one, without windows if possible, which takes half the time; else Playwright's own. */
export const chromium = {
  browserName: 'chromium' as const,
  launchOptions: {
    ...(installed === undefined ? {} : { executablePath: installed }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
};
