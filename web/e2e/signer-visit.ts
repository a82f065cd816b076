/** A borrower with a device of her own: opened, walked with, closed, whatever happens. */
import type { BrowserContext, Page } from 'playwright-core';
import { openEstate } from '../../src/main/estate/estate.ts';
import { issueSim } from '../../src/main/estate/sim.ts';
import { lin, type Person } from '../../test/journeys/people.ts';
import type { Stage } from './harness/stage.ts';
import { type Visit, visitor } from './harness/visitor.ts';
import { type Hand, SignerWalk } from './signer-walk.ts';

/** The elements are shared, the telephone is her own: nobody reads another test's code. */
export const borrower = (number: number): Person => ({
  ...lin,
  phone: String(number).padStart(11, '0'),
});

const shownLettersMax = 1_500;

export interface Visiting {
  readonly context: BrowserContext;
  /** A walk in a tab of this device. */
  readonly walkIn: (
    page: Page,
    onScreen?: (name: string) => Promise<void>,
    hand?: Hand,
  ) => SignerWalk;
}

export async function visiting<T>(
  stage: Stage,
  order: { readonly person: Person } & Visit,
  body: (visit: Visiting) => Promise<T>,
): Promise<T> {
  const { person, ...visit } = order;
  const context = await visitor(stage, visit);
  const sim = await issueSim(openEstate(stage.root), person.phone);
  const { url } = stage;
  try {
    return await body({
      context,
      walkIn: (page, onScreen, hand) =>
        new SignerWalk({
          page,
          url,
          person,
          sim,
          ...(onScreen && { onScreen }),
          ...(hand && { hand }),
        }),
    });
  } catch (thrown) {
    // What she saw when it went wrong is worth more than the name of what was not there.
    for (const page of context.pages()) {
      const shown = await page
        .locator('body')
        .innerText()
        .catch(() => '');
      console.error(`${page.url()}\n${shown.slice(0, shownLettersMax)}`);
    }
    throw thrown;
  } finally {
    await context.close();
  }
}
