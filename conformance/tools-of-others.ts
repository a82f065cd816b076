/**
 * Programs of others: are they here, can they be brought here, what do they answer?
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';

export interface Answer {
  readonly code: number;
  readonly text: string;
}

/** A guard against hanging: in ./check the judges stand behind whatever else runs. */
const programSecondsMax = 600;
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
  if (aptGet('install', ...packages).status === 0) return;
  aptGet('update');
  // One by one: what this system does not know must not keep the others away.
  for (const name of packages) {
    const { status, stderr } = aptGet('install', name);
    const reason = stderr.trim().split('\n').at(-1) ?? '';
    if (status !== 0) console.log(`apt-get could not install ${name}: ${reason}`);
  }
}

function aptGet(...words: string[]): SpawnSyncReturns<string> {
  // Another who installs at this moment is waited for.
  const how = ['-q', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=60'];
  return spawnSync('apt-get', [...how, ...words], {
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
