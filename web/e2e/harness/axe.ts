/** What axe finds on a page, one line each; nothing is what is wanted (WCAG 2.2 AA). */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/** Nobody reads what is fine: axe leaves out its paths and its markup. */
const resultTypes: 'violations'[] = ['violations'];
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function axeFindings(page: Page): Promise<readonly string[]> {
  const options = { runOnly: { type: 'tag' as const, values: rules }, resultTypes };
  // Our pages have no frames, for which axe would open a second page at each question.
  const axe = new AxeBuilder({ page }).options(options).setLegacyMode();
  const { violations } = await axe.analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${String(target)}: ${failureSummary}`),
  );
}
