/**
 * A test is left out only with a reason that ./check can print, and never because another is alone.
 */
import ts from 'typescript';

import { lineOf, visit } from '../tree.ts';
import type { Finding, Rule } from './rule.ts';

const silent = /^(?:test|it|describe)\b.*\.(?:skip|skipIf|runIf|todo|only)$/;

export const skips: Rule = {
  name: 'skip',
  find: (tree) =>
    tree.sources
      .filter(({ path }) => path.endsWith('.test.ts'))
      .flatMap((file) => {
        const found: Finding[] = [];
        visit(file.ast, (node) => {
          if (!ts.isPropertyAccessExpression(node) || !silent.test(node.getText())) return;
          const message = `.${node.name.text} gives no reason; use context.skip('why')`;
          found.push({ file: file.path, line: lineOf(file, node.getStart()), message });
        });
        return found;
      }),
};
