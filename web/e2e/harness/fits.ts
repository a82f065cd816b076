/** Whether a screen fits its window: nothing stands out to the right of it (WCAG 1.4.10). */
import type { Page } from 'playwright-core';

/** How many pixels stick out; 0 is what is wanted. */
export function overflowPixels(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}
