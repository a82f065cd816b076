/**
 * Writes what every test did to one JSON file, so that ./check can count, name skips and draw the
 * table of requirements without reading a terminal's colours.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';

import type { Reporter, TestModule } from 'vitest/node';

export interface TestOutcome {
  readonly file: string;
  /** The test's own title; requirement ids stand at its start. */
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why a skipped test was skipped: what was handed to `context.skip(reason)`. */
  readonly reason: string;
  readonly ms: number;
}

export const outcomesVariable = 'FUBIE_TEST_OUTCOMES';

export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const target = process.env[outcomesVariable];
    if (target === undefined) return;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, JSON.stringify(modules.flatMap(outcomesOf), null, 1));
  }
}

/** Every test of a file, or one line that says that the file itself broke. */
export function outcomesOf(module: TestModule): TestOutcome[] {
  const file = relative(process.cwd(), module.moduleId);
  const outcomes = [...module.children.allTests()].map((test): TestOutcome => {
    const result = test.result();
    const state = result.state === 'pending' ? 'failed' : result.state;
    return {
      file,
      title: test.name,
      state,
      reason: result.state === 'skipped' ? (result.note ?? '') : '',
      ms: Math.round(test.diagnostic()?.duration ?? 0),
    };
  });
  // A file that breaks before its first test has no tests; it must still count as a failure.
  const brokeOutside = module.errors().length > 0 || outcomes.length === 0;
  if (!brokeOutside) return outcomes;
  return [...outcomes, { file, title: '(the file itself)', state: 'failed', reason: '', ms: 0 }];
}
