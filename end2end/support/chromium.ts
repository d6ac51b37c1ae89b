import { existsSync } from 'node:fs';

const installed = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** The system's Chromium where there is one, else the one that Playwright installs for itself. */
export const chromium = {
  browserName: 'chromium' as const,
  launchOptions: {
    ...(existsSync(installed) ? { executablePath: installed } : {}),
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
