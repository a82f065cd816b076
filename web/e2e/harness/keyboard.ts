/** A hand that has a keyboard only: Tab, Space, Enter and the arrows. It sees where the focus is. */
import type { Locator, Page } from 'playwright-core';

/** More than any of our screens has; past it a thing cannot be reached. */
const tabsMax = 80;

function isOn(what: Locator): Promise<boolean> {
  return what.evaluate((element) => element === document.activeElement);
}

export function keyboardOf(page: Page) {
  /** Whatever has the focus must show it (WCAG 2.4.7); the heading of a new screen is not worked. */
  const requireSeen = async (): Promise<void> => {
    const unseen = await page.evaluate(() => {
      const { activeElement } = document;
      const shown = activeElement?.closest('label') ?? activeElement;
      if (shown === null || shown.matches('h1, body')) return undefined;
      const outlined = getComputedStyle(shown).outlineStyle !== 'none';
      return outlined ? undefined : (shown.textContent ?? shown.tagName);
    });
    if (unseen !== undefined) throw new Error(`no visible focus on ${unseen}`);
  };

  const reach = async (what: Locator): Promise<void> => {
    await what.waitFor();
    for (let tab = 0; tab < tabsMax; tab += 1) {
      if (await isOn(what)) return;
      await page.keyboard.press('Tab');
      await requireSeen();
    }
    throw new Error(`not reached by keyboard: ${String(what)}`);
  };

  return {
    async press(what: Locator): Promise<void> {
      await reach(what);
      await page.keyboard.press('Enter');
    },
    /** A group of radio buttons is one stop; the arrows go from one to the next and choose it. */
    async check(what: Locator): Promise<void> {
      await what.waitFor();
      const group = (): Promise<boolean> =>
        what.evaluate((element) => {
          const { activeElement } = document;
          return activeElement?.getAttribute('name') === element.getAttribute('name');
        });
      for (let tab = 0; tab < tabsMax && !(await group()); tab += 1) {
        await page.keyboard.press('Tab');
        await requireSeen();
      }
      for (let step = 0; step < tabsMax && !(await isOn(what)); step += 1) {
        await page.keyboard.press('ArrowDown');
      }
      if (!(await what.isChecked())) await page.keyboard.press('Space');
    },
    /** A closed list: the arrow goes on to the next, without opening it. */
    async next(what: Locator): Promise<void> {
      await reach(what);
      await page.keyboard.press('ArrowDown');
    },
    async fill(what: Locator, text: string): Promise<void> {
      await reach(what);
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText(text);
    },
  };
}
