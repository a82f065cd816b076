/**
 * Judges that no package of the system holds: pyHanko by pip, PDFBox, BouncyCastle, the European
 * Commission's DSS, veraPDF and ofdrw by Maven, sm-crypto-v2 by npm, those in Go from its proxy.
 * Brought once, into `var/judges` or Go's own cache; without a network each says so and is skipped.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { ask, available } from './tools-of-others.ts';

/** A judge that is here, or why it is not. */
export type Brought<Judge> = Judge | { readonly missing: string };

const here = import.meta.dirname;
const cache = join(here, '../var/judges');
const smCrypto = 'sm-crypto-v2@1.15.1';

export function isMissing<Judge extends object>(
  brought: Brought<Judge>,
): brought is { readonly missing: string } {
  return 'missing' in brought;
}

/** The interpreter of an environment that holds pyHanko in the version that was pinned. */
export function bringPyHanko(): Brought<{ readonly python: string }> {
  const folder = join(cache, 'pyhanko');
  const python = join(folder, 'bin/python');
  const program = join(here, 'python/pyhanko_judge.py');
  if (ask(python, [program, '--here']).code === 0) return { python };
  if (!available('python3')) return { missing: 'python3 is not on this computer' };
  mkdirSync(cache, { recursive: true });
  const made = ask('python3', ['-m', 'venv', '--clear', folder]);
  if (made.code !== 0) return { missing: `no environment: ${lastLine(made.text)}` };
  const wanted = join(here, 'python/requirements.txt');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const brought = ask(python, [...pip, '--retries', '1', '-r', wanted]);
  if (brought.code !== 0) return { missing: `pip: ${lastLine(brought.text)}` };
  return ask(python, [program, '--here']).code === 0 ? { python } : { missing: 'pyHanko' };
}

/** Which Java judges share jars: sets, for the libraries of one disturb those of the other. */
interface JarSet {
  readonly jars: string;
  /** Below java/: what Maven brings, and what each jar of it must be. */
  readonly pom: string;
  readonly pins: string;
  readonly judges: readonly string[];
}

const javaSets = {
  signatures: {
    jars: 'jars',
    pom: 'pom.xml',
    pins: 'jars.sha256',
    judges: ['PdfBoxJudge', 'DssJudge'],
  },
  archival: {
    jars: 'jars-archival',
    pom: 'archival-pom.xml',
    pins: 'archival-jars.sha256',
    judges: ['VeraPdfJudge'],
  },
  sealed: {
    jars: 'jars-sealed',
    pom: 'sealed-pom.xml',
    pins: 'sealed-jars.sha256',
    judges: ['OfdrwJudge'],
  },
} satisfies Readonly<Record<string, JarSet>>;

/** The class path of Java judges, compiled; each jar is the one that was pinned. */
export function bringJava(
  which: keyof typeof javaSets = 'signatures',
): Brought<{ readonly classPath: string }> {
  if (!available('javac')) return { missing: 'javac is not on this computer' };
  const { pom, pins, judges, ...set } = javaSets[which];
  const jars = join(cache, set.jars);
  if (!arePinned(jars, pins)) {
    if (!available('mvn')) return { missing: 'mvn is not on this computer' };
    rmSync(jars, { recursive: true, force: true });
    const goal = ['-q', '-B', '-f', join(here, 'java', pom), 'dependency:copy-dependencies'];
    const brought = ask('mvn', [...goal, `-DoutputDirectory=${jars}`]);
    if (brought.code !== 0) return { missing: `mvn: ${firstError(brought.text)}` };
    if (!arePinned(jars, pins)) return { missing: `the jars are not those of java/${pins}` };
  }
  const classes = join(cache, 'classes');
  mkdirSync(classes, { recursive: true });
  const sources = judges.map((name) => join(here, 'java', `${name}.java`));
  const classPath = `${classes}:${join(jars, '*')}`;
  const compiled = ask('javac', ['-nowarn', '-cp', join(jars, '*'), '-d', classes, ...sources]);
  return compiled.code === 0 ? { classPath } : { missing: `javac: ${lastLine(compiled.text)}` };
}

/**
 * The modules our Go programs and litewitness are built from, into Go's own cache: tests build them
 * without a network, so that nobody's test waits for one.
 */
export function bringGoModules(): void {
  if (!available('go')) return console.log('go is not on this computer');
  for (const folder of ['strangers', 'tlog']) {
    const brought = ask('go', ['mod', 'download'], join(here, folder));
    if (brought.code !== 0) console.log(`go mod download: ${lastLine(brought.text)}`);
  }
}

/** The folder in which sm-crypto-v2 is installed. */
export function bringSmCrypto(): Brought<{ readonly module: string }> {
  const folder = join(cache, 'npm');
  const module = join(folder, 'node_modules/sm-crypto-v2/dist/index.mjs');
  if (existsSync(module)) return { module };
  mkdirSync(folder, { recursive: true });
  const how = ['--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--no-save'];
  const brought = ask('npm', ['install', ...how, '--fetch-retries=0', smCrypto]);
  return existsSync(module) ? { module } : { missing: `npm: ${lastLine(brought.text)}` };
}

function arePinned(jars: string, pins: string): boolean {
  const lines = readFileSync(join(here, 'java', pins), 'utf8')
    .trim()
    .split('\n');
  return lines.every((line) => {
    const [sha256, name = ''] = line.split(/\s+/);
    const path = join(jars, name);
    if (!existsSync(path)) return false;
    return createHash('sha256').update(readFileSync(path)).digest('hex') === sha256;
  });
}

function firstError(text: string): string {
  return text.split('\n').find((line) => line.includes('ERROR')) ?? lastLine(text);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
