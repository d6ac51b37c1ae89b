import { existsSync } from 'node:fs';

const installed = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** The system's Chromium if there is one, else Playwright's own. */
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
