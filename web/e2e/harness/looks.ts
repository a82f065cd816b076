/**
 * Screenshots of every screen as people will see it: Chinese, elder mode, English, dark; on the
 * devices the page is for. `npm run looks` writes them into var/looks; then somebody looks.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { Stage } from './stage.ts';
import { type Device, type Visit, visitor } from './visitor.ts';

const folder = join(import.meta.dirname, '../../../var/looks');

const visits = {
  zh: {},
  elder: { elder: true },
  en: { language: 'en' },
  dark: { dark: true },
} as const satisfies Readonly<Record<string, Visit>>;

export type Way = keyof typeof visits;
/** One test each, so that a look at one way costs no wait for the others. */
export const ways: readonly Way[] = ['zh', 'elder', 'en', 'dark'];

/** One screen: how to come to it. The picture is taken when the promise resolves. */
export interface Screen {
  readonly name: string;
  readonly arrive: (page: Page, context: BrowserContext) => Promise<void>;
}

export async function look(
  stage: Stage,
  at: {
    readonly page: string;
    readonly way: Way;
    readonly devices: readonly Device[];
    readonly permissions?: string[];
  },
  screens: readonly Screen[],
): Promise<readonly string[]> {
  const { page: name, way, devices, permissions = [] } = at;
  mkdirSync(join(folder, name), { recursive: true });
  const taken: string[] = [];
  for (const device of devices) {
    const context = await visitor(stage, { ...visits[way], device, permissions });
    try {
      for (const screen of screens) {
        const page = await context.newPage();
        await screen.arrive(page, context);
        // What stands still while a page scrolls would be drawn across its middle.
        await page.evaluate(() => window.scrollTo(0, 0));
        const path = join(folder, name, `${screen.name}-${device}-${way}.png`);
        await page.screenshot({ path, fullPage: true, animations: 'disabled' });
        taken.push(path);
        await page.close();
      }
    } finally {
      await context.close();
    }
  }
  return taken;
}
