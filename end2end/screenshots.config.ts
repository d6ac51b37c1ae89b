import { defineConfig } from '@playwright/test';
import journeys from './playwright.config.ts';

/** Pictures of the pages, apart from the tests: nothing here decides whether Kobling works. */
export default defineConfig(journeys, {
  testDir: './screens',
  outputDir: './test-results/screens-run',
  reporter: [['list']],
  use: {
    // Playwright hides the caret in pictures with a style element of its own.
    bypassCSP: true,
    trace: 'off',
  },
});
