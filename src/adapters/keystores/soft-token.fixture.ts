/**
 * Tokens in software (SoftHSM2, a package of the system); undefined where it is not installed.
 *
 * The library keeps its state for a whole process, and test files are threads of one. So there is
 * one folder for the process, made by whoever comes first with the keys of all tests.
 */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pid } from 'node:process';
import koffi from 'koffi';
import { generateSoftKey } from '#adapters/engine';

const library = '/usr/lib/softhsm/libsofthsm2.so';
const program = '/usr/bin/softhsm2-util';
const prefix = 'fubie-softhsm-';
const folder = join(tmpdir(), `${prefix}${pid}`);
const settings = join(folder, 'softhsm2.conf');
const ready = join(folder, 'ready');
const home = join(folder, 'home');
const waitMs = 20;

/** What opens the tokens; nobody ever logs in to the second one. */
export const softToken = {
  pin: '990101',
  /** As HOME it shows the tokens to processes that are started: their library looks there. */
  home,
  place: { module: library, token: 'fubie TEST' },
  unopened: { module: library, token: 'fubie TEST unopened' },
};

/** By their labels; `twice` is there two times, and P-521 is no key that serves here. */
function keys(): readonly (readonly [label: string, key: KeyObject])[] {
  const p256 = (label: string) => [label, generateSoftKey('p256')] as const;
  const curve = (name: string) => generateKeyPairSync('ec', { namedCurve: name }).privateKey;
  return [
    ...['coop/contract', 'other/contract', 'bank', 'ecdsa-sha256', 'twice', 'twice'].map(p256),
    ['ecdsa-sha384', curve('P-384')],
    ['p521', curve('P-521')],
    ['rsa-pkcs1-sha256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
    ['ed25519', generateSoftKey('ed25519')],
  ];
}

export function openSoftToken(): typeof softToken | undefined {
  if (!existsSync(library) || !existsSync(program)) return undefined;
  if (isFirst()) lay();
  while (!existsSync(ready)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
  // A worker's own copy of the environment is not what the library reads.
  koffi.load(null).func('int setenv(const char *, const char *, int)')(
    'SOFTHSM2_CONF',
    settings,
    1,
  );
  return softToken;
}

function isFirst(): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function lay(): void {
  sweep();
  const tokens = join(folder, 'tokens');
  mkdirSync(tokens);
  const text = `directories.tokendir = ${tokens}\nlog.level = ERROR\n`;
  writeFileSync(settings, text);
  mkdirSync(join(home, '.config/softhsm2'), { recursive: true });
  writeFileSync(join(home, '.config/softhsm2/softhsm2.conf'), text);
  const { pin, place, unopened } = softToken;
  for (const { token } of [place, unopened]) {
    run(['--init-token', '--free', '--label', token, '--so-pin', pin, '--pin', pin]);
  }
  const path = join(folder, 'key.pem');
  for (const [at, [label, key]] of keys().entries()) {
    writeFileSync(path, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const id = (at + 1).toString(16).padStart(2, '0');
    run(['--import', path, '--token', place.token, '--label', label, '--id', id, '--pin', pin]);
    rmSync(path);
  }
  writeFileSync(ready, '');
}

/** What processes left that are no more. */
function sweep(): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(prefix))) {
    const owner = name.slice(prefix.length);
    if (owner === String(pid) || existsSync(`/proc/${owner}`)) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function run(words: readonly string[]): void {
  execFileSync(program, words, { env: { SOFTHSM2_CONF: settings }, stdio: 'ignore' });
}
