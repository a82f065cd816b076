/**
 * `npm run bench -- NAME [--json] [options]`: measures one thing and prints one JSON document with
 * raw samples, versions and settings. What the figures mean stands in docs/benchmarks.md.
 */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

/** One thing that can be measured; `run` answers its part of the document. */
interface Bench {
  run(
    args: readonly string[],
    say: (line: string) => void,
  ): Promise<Readonly<Record<string, unknown>>>;
}

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  deposits: () => import('./deposits.ts'),
  evidence: () => import('./evidence.ts'),
  signing: () => import('./signing.ts'),
  verify: () => import('./verify.ts'),
  vault: () => import('./vault.ts'),
};

const args = process.argv.slice(2);
const name = args[0] ?? '';
const bench = await benches[name]?.();
if (bench === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benches).join('|')} [--json]\n`);
  process.exitCode = 2;
} else {
  const startedAt = new Date().toISOString();
  const measured = await bench.run(args.slice(1), (line) => process.stderr.write(`${line}\n`));
  const document = { bench: name, startedAt, on: machine(), ...measured };
  process.stdout.write(`${JSON.stringify(document, null, args.includes('--json') ? 0 : 2)}\n`);
}

function machine() {
  return {
    commit: commitOfTree(),
    node: process.version,
    openssl: process.versions.openssl,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
  };
}

function commitOfTree(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
