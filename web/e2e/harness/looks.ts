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

const ways: Readonly<Record<string, Visit>> = {
  zh: {},
  elder: { elder: true },
  en: { language: 'en' },
  dark: { dark: true },
};

/** One screen: how to come to it. The picture is taken when the promise resolves. */
export interface Screen {
  readonly name: string;
  readonly arrive: (page: Page, context: BrowserContext) => Promise<void>;
}

export async function look(
  stage: Stage,
  at: {
    readonly page: string;
    readonly devices: readonly Device[];
    readonly permissions?: string[];
  },
  screens: readonly Screen[],
): Promise<readonly string[]> {
  mkdirSync(join(folder, at.page), { recursive: true });
  const taken: string[] = [];
  for (const [way, visit] of Object.entries(ways)) {
    for (const device of at.devices) {
      const { permissions = [] } = at;
      const context = await visitor(stage, { ...visit, device, permissions });
      try {
        for (const { name, arrive } of screens) {
          const page = await context.newPage();
          await arrive(page, context);
          const path = join(folder, at.page, `${name}-${device}-${way}.png`);
          await page.screenshot({ path, fullPage: true, animations: 'disabled' });
          taken.push(path);
          await page.close();
        }
      } finally {
        await context.close();
      }
    }
  }
  return taken;
}
