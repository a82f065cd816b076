/**
 * Which TypeScript files the inner loop looks at closely: what is not committed, and the last
 * commit.
 */
import { execFileSync } from 'node:child_process';

const programs = /\.tsx?$/;

/** Undefined where git cannot say: no repository, or a first commit. */
export function changedPrograms(): readonly string[] | undefined {
  try {
    const touched = said('diff', '--name-only', '--diff-filter=d', 'HEAD~1');
    const fresh = said('ls-files', '--others', '--exclude-standard');
    return [...touched, ...fresh].filter((path) => programs.test(path));
  } catch {
    return undefined;
  }
}

function said(...words: readonly string[]): readonly string[] {
  return execFileSync('git', words, { encoding: 'utf8', stdio: 'pipe' }).split('\n');
}
