/**
 * Programs of others: are they here, can they be brought here, what do they answer?
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';

export interface Answer {
  readonly code: number;
  readonly text: string;
}

const programSecondsMax = 120;
const installSecondsMax = 300;
const answerBytesMax = 64 * 1024 * 1024;

export function available(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

/** Brings missing programs by apt-get where we are root; says why not otherwise. */
export function install(wanted: readonly { program: string; aptPackage?: string }[]): void {
  const missing = wanted.filter(({ program }) => !available(program));
  const packages = missing.flatMap(({ aptPackage }) => aptPackage ?? []);
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0 || !available('apt-get')) {
    console.log(`cannot install ${packages.join(' ')}: not root, or no apt-get here`);
    return;
  }
  const first = aptGet('install', '--no-install-recommends', ...packages);
  if (first.status === 0) return;
  aptGet('update');
  const second = aptGet('install', '--no-install-recommends', ...packages);
  if (second.status === 0) return;
  const reason = second.stderr.trim().split('\n').at(-1) ?? '';
  console.log(`apt-get could not install ${packages.join(' ')}: ${reason}`);
}

function aptGet(...words: string[]): SpawnSyncReturns<string> {
  return spawnSync('apt-get', ['-q', '-y', ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: installSecondsMax * 1000,
    encoding: 'utf8',
  });
}

export function ask(program: string, words: readonly string[], folder?: string): Answer {
  const answer = spawnSync(program, words, {
    encoding: 'utf8',
    timeout: programSecondsMax * 1000,
    maxBuffer: answerBytesMax,
    env: { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  return { code: answer.status ?? 1, text: `${answer.stdout}${answer.stderr}` };
}
