import type { Locator } from '@playwright/test';

/** Counts what a person does: each press is one action, and so is each typing. */
export class Actions {
  count = 0;

  async press(target: Locator): Promise<void> {
    this.count += 1;
    await target.click();
  }

  async type(target: Locator, text: string): Promise<void> {
    this.count += 1;
    await target.fill(text);
  }
}
