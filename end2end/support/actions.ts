import type { Locator, Page } from '@playwright/test';

/** Counts a person's actions: each press is one, and so is each field that is typed. */
export class Actions {
  count = 0;

  async press(target: Locator): Promise<void> {
    this.count += 1;
    await target.click();
  }

  async goBack(page: Page): Promise<void> {
    this.count += 1;
    await page.goBack();
  }

  async type(target: Locator, text: string): Promise<void> {
    this.count += 1;
    await target.fill(text);
  }
}
