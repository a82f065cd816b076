/** What axe finds on a page, one line each; nothing is what is wanted (WCAG 2.2 AA). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

interface Finding {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary?: string }[];
}

/** axe as it lives in a page. */
interface Axe {
  run(what: Document, options: object): Promise<{ readonly violations: readonly Finding[] }>;
}

const require = createRequire(import.meta.url);
const source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const options = {
  runOnly: {
    type: 'tag',
    values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  },
  // Nobody reads what is fine: axe leaves out its paths and its markup.
  resultTypes: ['violations'],
  // The style sheets are the page's own; axe would ask for each of them again.
  preload: false,
};

/**
 * Puts axe into a document once and asks it there: its builder for Playwright puts it in at each
 * question and opens a page to gather the answers, which costs six times what the rules cost.
 */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const violations = await page.evaluate(async (asked) => {
    const { axe } = globalThis as unknown as { readonly axe: Axe };
    const told = await axe.run(document, asked);
    return told.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.map(({ target, failureSummary }) => ({
        target: String(target),
        failureSummary: failureSummary ?? '',
      })),
    }));
  }, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
  );
}
