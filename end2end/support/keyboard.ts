import { expect, type Locator, type Page } from '@playwright/test';

const MOST = 60;

/** A person without a mouse: Tab, Shift+Tab, Enter, Space and typing. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  /** Presses Tab until the element has the focus, and expects it to show that. */
  async tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await expect(target).toBeVisible();
    await expect(target).toBeEnabled();
    for (let pressed = 0; pressed <= MOST; pressed += 1) {
      if (await hasFocus(target)) {
        await expect.poll(() => showsFocus(target), { message: `focus on ${target} is visible` }).toBe(true);
        return;
      }
      await this.page.keyboard.press(key);
    }
    throw new Error(`${target} was not reached with ${MOST} presses of ${key}`);
  }

  /** A button or link. */
  async press(target: Locator): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press('Enter');
  }

  async tick(target: Locator): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press('Space');
    await expect(target).toBeChecked();
  }

  async type(target: Locator, text: string): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.type(text);
  }
}

function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}

function showsFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => {
    const style = getComputedStyle(element);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return outlined || style.boxShadow !== 'none';
  });
}
