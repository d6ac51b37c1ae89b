import { defineConfig } from '@playwright/test';
import journeys from './playwright.config.ts';

/** Screenshots of the pages, separate from the tests: they assert nothing. */
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
