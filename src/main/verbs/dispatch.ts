/**
 * Finds a verb and turns what it throws into words on stderr and an exit code.
 *
 * Exit codes: 0 done or valid, 1 invalid, 2 wrong usage, 3 indeterminate, 4 failed. With `--json`
 * stdout holds one JSON document and nothing else.
 */
import { Fault } from '#base/fault';
import { traceOf } from '../trace.ts';
import { verbs } from './table.ts';

export const exitUsage = 2;
export const exitFailed = 4;

export async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (load === undefined) {
    process.stderr.write(`fubie: 用法 fubie <${Object.keys(verbs).join('|')}> …\n`);
    return exitUsage;
  }
  try {
    const verb = await load();
    return await verb.run(rest);
  } catch (thrown) {
    return await fail(thrown, rest.includes('--json'));
  }
}

async function fail(thrown: unknown, json: boolean): Promise<number> {
  if (!(thrown instanceof Fault)) {
    // A bug of ours: all that can be told without telling whom it was about.
    process.stderr.write(`${traceOf(thrown)}\n`);
    return exitFailed;
  }
  const { code, details } = thrown;
  process.stderr.write(`fubie: ${code} ${JSON.stringify(details)}\n`);
  const { faultPhrase } = await import('#doors/phrases');
  const { zh, en } = faultPhrase(code);
  process.stderr.write(`${zh}\n${en}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ failed: { code, details } })}\n`);
  return code === 'main.usage' ? exitUsage : exitFailed;
}
