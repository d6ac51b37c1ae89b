import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.ts';

export default defineConfig({
  testDir: './tests',
  outputDir: './test-results/journeys',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { open: 'never' }], ['./support/gallery-report.ts']],
  use: {
    ...chromium,
    locale: 'nb-NO',
    viewport: { width: 1200, height: 900 },
    // Colours in transition have the wrong contrast when axe runs.
    contextOptions: { reducedMotion: 'reduce' },
    // A trace costs a sixth of the time: `npx playwright test --trace on TEST` when one is needed.
    trace: 'off',
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
  },
});
