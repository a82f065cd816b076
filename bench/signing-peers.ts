/**
 * Programs of others sign the same kinds of files by their documented calls, each in a process of
 * its own that tells the CPU of every file. What is not here is said and skipped.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringJava, bringPyHanko, isMissing } from '../conformance/brought-judges.ts';
import { ask, available } from '../conformance/tools-of-others.ts';
import { signpdfPackages, signpdfProgram } from './peers/signpdf.ts';
import { cpuMsOf, rounded, summaryOf } from './samples.ts';
import { inRoom, makePdf, type Size, sizes, type Way, waysToSign } from './signing-ways.ts';

const here = import.meta.dirname;
const cache = join(here, '../var/judges');
const filesMax = 100;
const largeFilesMax = 5;
const largeBytes = 5_000_000;
/** Of the files, while a virtual machine compiles. */
const warmFrom = 0.5;
const floorRounds = 25;

/** How a peer is started; what follows are key, list, output, seconds and then `last`. */
interface Peer {
  readonly name: string;
  readonly program: string;
  readonly first: readonly string[];
  readonly last?: readonly string[];
}

type Say = (line: string) => void;

export async function othersSigning(files: number, seconds: number, say: Say) {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fubie-bench-'));
  try {
    const { peers, skipped } = broughtPeers(folder);
    for (const reason of skipped) say(`skipped: ${reason}`);
    const key = keyFile(folder);
    if (key === undefined) return { skipped: ['openssl is not on this computer'] };
    const measured = [];
    const { floor } = await waysToSign();
    for (const size of sizes) {
      const floorMs = await medianMs(floor, size);
      const wished = size.bytes > largeBytes ? largeFilesMax : filesMax;
      const list = filesOf(folder, size, Math.min(files, wished));
      for (const peer of peers) {
        const found = measuredPeer(peer, { key, list, out: join(folder, 'out.pdf'), seconds });
        // How many times cheaper anybody could be at most: the key's operation and one hash.
        const toFloor = 'refused' in found ? undefined : rounded(found.warmMean / floorMs);
        measured.push({ size: size.name, peer: peer.name, floorMs, toFloor, ...found });
        const told =
          'refused' in found
            ? found.refused
            : `${found.warmMean} CPU ms, ${toFloor} times the floor, ${found.rssMb} MB`;
        say(`${size.name}, ${peer.name}: ${told}`);
      }
      for (const path of list) rmSync(path);
    }
    return { measured, skipped };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function medianMs(way: Way, size: Size): Promise<number> {
  const { document, room } = inRoom(makePdf(size));
  const samples: number[] = [];
  for (let round = 0; round < floorRounds; round += 1) {
    samples.push(await cpuMsOf(() => way(document, room)));
  }
  return summaryOf(samples).p50;
}

function measuredPeer(
  { program, first, last = [] }: Peer,
  work: { key: string; list: readonly string[]; out: string; seconds: number },
) {
  const names = `${work.out}.list`;
  writeFileSync(names, work.list.map((path) => `${path}\n`).join(''));
  const words = [...first, work.key, names, work.out, String(work.seconds), ...last];
  const { code, text } = ask(program, words);
  const samples = text.split('\n').filter((line) => /^[\d.]+(E-?\d+)?$/.test(line));
  if (code !== 0 || samples.length === 0) return { refused: lastLine(text) };
  const ms = samples.map(Number);
  const warm = ms.slice(Math.floor(ms.length * warmFrom));
  const rssKb = Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0);
  return {
    // A virtual machine counts its CPU in steps of ten milliseconds: only the mean says something.
    warmMean: rounded(warm.reduce((sum, one) => sum + one, 0) / warm.length),
    rssMb: Math.round(rssKb / 1024),
    ...summaryOf(ms),
  };
}

function broughtPeers(folder: string): { peers: readonly Peer[]; skipped: readonly string[] } {
  const found = [...javaPeers(folder), ...pythonPeer(), ...signpdfPeers(), ...programsOfOthers()];
  return {
    peers: found.filter((one) => typeof one !== 'string'),
    skipped: found.filter((one) => typeof one === 'string'),
  };
}

function javaPeers(folder: string): (Peer | string)[] {
  const brought = bringJava();
  if (isMissing(brought)) return [`PDFBox + BouncyCastle, EU DSS: ${brought.missing}`];
  const classes = join(folder, 'classes');
  mkdirSync(classes);
  const jars = brought.classPath;
  const sources = ['PeerKey', 'PdfBoxSign', 'DssSign'].map((one) =>
    join(here, `peers/${one}.java`),
  );
  const compiled = ask('javac', ['-nowarn', '-cp', jars, '-d', classes, ...sources]);
  if (compiled.code !== 0) return [`PDFBox, EU DSS: ${lastLine(compiled.text)}`];
  const first = (main: string): string[] => ['-cp', `${classes}:${jars}`, main];
  return [
    { name: 'PDFBox 3.0.4 + BouncyCastle 1.80', program: 'java', first: first('PdfBoxSign') },
    { name: 'EU DSS 6.2', program: 'java', first: first('DssSign') },
  ];
}

function pythonPeer(): (Peer | string)[] {
  const brought = bringPyHanko();
  if (isMissing(brought)) return [`pyHanko: ${brought.missing}`];
  const first = [join(here, 'peers/pyhanko_sign.py')];
  return [{ name: 'pyHanko 0.38', program: brought.python, first }];
}

function signpdfPeers(): (Peer | string)[] {
  const folder = join(cache, 'signpdf');
  const there = join(folder, 'node_modules/@signpdf/placeholder-pdf-lib');
  if (!existsSync(there)) {
    mkdirSync(folder, { recursive: true });
    const how = ['--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', '--no-save'];
    const brought = ask('npm', ['install', ...how, '--fetch-retries=0', ...signpdfPackages]);
    if (!existsSync(there)) return [`@signpdf: ${lastLine(brought.text)}`];
  }
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  return ['plain', 'pdf-lib'].map((placeholder) => ({
    name: `@signpdf 3.3.0, ${placeholder} placeholder`,
    program: process.execPath,
    first: [signpdfProgram],
    last: [folder, placeholder],
  }));
}

/** A process for each file, for they cannot be called otherwise; pdfsig signs from an NSS store. */
function programsOfOthers(): (Peer | string)[] {
  const first = [join(here, 'peers/program_sign.py')];
  return [
    { name: 'podofo, podofosign', needs: 'podofosign', last: ['podofosign'] },
    { name: 'poppler, pdfsig', needs: 'certutil', last: ['pdfsig'] },
  ].map(({ name, needs, last }) => {
    if (!available(needs)) return `${name}: ${needs} is not on this computer`;
    return { name, program: 'python3', first, last };
  });
}

function filesOf(folder: string, size: Size, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => {
    const path = join(folder, `${at}.pdf`);
    writeFileSync(path, makePdf(size));
    return path;
  });
}

/** RSA-2048 and a certificate, in the old encryption that every peer opens. */
function keyFile(folder: string): string | undefined {
  const at = (name: string): string => join(folder, name);
  const subject = '/CN=Fubie TEST bench - NOT LICENSED';
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', subject];
  const old = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'];
  const files = ['-keyout', at('key.pem'), '-out', at('cert.pem')];
  if (spawnSync('openssl', [...made, ...files]).status !== 0) return undefined;
  const from = ['-inkey', at('key.pem'), '-in', at('cert.pem'), '-passout', 'pass:bench'];
  const put = spawnSync('openssl', ['pkcs12', '-export', ...from, ...old, '-out', at('key.p12')]);
  return put.status === 0 ? at('key.p12') : undefined;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
