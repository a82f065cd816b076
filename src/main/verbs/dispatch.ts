/**
 * Finds a verb and turns what it throws into words on stderr and an exit code.
 *
 * Exit codes: 0 done or valid, 1 invalid, 2 wrong usage, 3 indeterminate, 4 failed. With `--json`
 * stdout holds one JSON document and nothing else.
 */
import { Fault } from '#base/fault';
import { traceOf } from '../trace.ts';
import { verbs } from './table.ts';
import { allUsages, usageText } from './usage.ts';
import { plainWords } from './words.ts';

export const exitUsage = 2;
export const exitFailed = 4;

/** It says more of itself than a table can, and reads its own words. */
const ownHelp = 'sign';
/** A path that an operator named is not there, is something else, or is not his. */
const unreadable: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM']);

export async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (load === undefined) {
    const isAsked = name === '--help' || name === '-h' || name === 'help';
    (isAsked ? process.stdout : process.stderr).write(allUsages());
    return isAsked ? 0 : exitUsage;
  }
  if (name !== ownHelp && rest.includes('--help')) {
    process.stdout.write(usageText(name));
    return 0;
  }
  try {
    if (name !== ownHelp) plainWords(name, rest);
    const verb = await load();
    return await verb.run(rest);
  } catch (thrown) {
    return await fail(name, thrown, rest.includes('--json'));
  }
}

async function fail(verb: string, thrown: unknown, json: boolean): Promise<number> {
  const fault = thrown instanceof Fault ? thrown : faultOfPath(thrown);
  if (fault === undefined) {
    // A bug of ours: all that can be told without telling whom it was about.
    process.stderr.write(`${traceOf(thrown)}\n`);
    return exitFailed;
  }
  const { code, details } = fault;
  process.stderr.write(`fubie: ${code} ${JSON.stringify(details)}\n`);
  const { faultPhrase } = await import('#doors/phrases');
  const { zh, en } = faultPhrase(code);
  process.stderr.write(`${zh}\n${en}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ failed: { code, details } })}\n`);
  if (code !== 'main.usage') return exitFailed;
  process.stderr.write(usageText(verb));
  return exitUsage;
}

/** What the file system refused about a path is told with the path, in words. */
function faultOfPath(thrown: unknown): Fault | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown) || !('path' in thrown)) return undefined;
  const { code, path } = thrown;
  if (typeof path !== 'string' || !unreadable.has(String(code))) return undefined;
  return new Fault('main.file_unreadable', { path, why: String(code) }, { cause: thrown });
}
