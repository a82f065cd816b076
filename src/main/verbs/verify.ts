/**
 * `fubie verify FILE … [--trust DIR] [--at TIME] [--receipt FILE|DIR] [--content FILE]
 * [--evidence-record FILE …] [--profile strict|etsi] [--revocation if-present|required] [--json]
 * [--report OUT --key FILE --cert FILE [--chain FILE …] [--password-file FILE] [--tsa URL …]]`
 *
 * Several files are judged one after the other, each for itself: with `--json` one line for each,
 * in their order. What belongs to one file (a receipt, a content, a report) takes one file only.
 *
 * Reads files and nothing else: no server, no database, no network. Only a report that is to bear a
 * time-stamp asks the authority named. A report is never written over another file.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { nodeEngine, softKeyFromPem, softSigner } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import { judgedBy, printVerdict, readJudgingTime, type VerifyCommand } from '#doors/cli';
import { readCertificate } from '#formats/x509';
import { StampLines } from '#trust/timestamp';
import type { Report } from '#trust/verify';
import { trustFiles } from '../estate/trust-folder.ts';
import { bytesOf, optionOf, optionsOf } from '../options.ts';
import { certificatesFrom, certificatesHeld } from '../signing/given-files.ts';
import { httpTimestampLine } from '../signing/public-lines.ts';
import type { ReportSeal } from '../signing/verification-report.ts';
import { plainWords } from './words.ts';

/** Options that say something about one file. */
const ofOneFile = ['--receipt', '--content', '--evidence-record', '--report'];

export async function run(args: readonly string[]): Promise<number> {
  const files = plainWords('verify', args);
  const [file] = files;
  if (file === undefined) throw new Fault('main.usage', { needs: 'FILE' });
  const own = ofOneFile.find((name) => args.includes(name));
  if (files.length > 1 && own !== undefined) {
    throw new Fault('main.usage', { needs: `one FILE with ${own}` });
  }
  const out = optionOf(args, '--report');
  const settings = await settingsIn(args);
  if (out === undefined) {
    const exits: number[] = [];
    for (const one of files) {
      const command = { ...settings, file: one, bytes: await bytesOf(one) };
      exits.push(printVerdict(await judgedBy(command, nodeEngine), command.json, print));
    }
    return worstOf(exits);
  }
  // A report is handed on: where a file lay on this computer is nobody's business.
  const command = { ...settings, file: basename(file), bytes: await bytesOf(file) };
  const report = await judgedBy(command, nodeEngine);
  const exit = printVerdict(report, command.json, print);
  await seal({ command, report }, { args, out });
  return exit;
}

function print(text: string): void {
  process.stdout.write(text);
}

/** One invalid file makes the answer 1, else one indeterminate makes it 3. */
function worstOf(exits: readonly number[]): number {
  return [1, 3].find((exit) => exits.includes(exit)) ?? 0;
}

/** What is the same for every file of one call. */
async function settingsIn(args: readonly string[]): Promise<Omit<VerifyCommand, 'file' | 'bytes'>> {
  const trust = optionOf(args, '--trust');
  const at = optionOf(args, '--at');
  const receipt = optionOf(args, '--receipt');
  const content = optionOf(args, '--content');
  const records = await Promise.all(optionsOf(args, '--evidence-record').map(bytesOf));
  const profile = oneOf(optionOf(args, '--profile'), ['strict', 'etsi']);
  const revocation = oneOf(optionOf(args, '--revocation'), ['if-present', 'required']);
  return {
    trust: trust === undefined ? new Map<string, Uint8Array>() : await trustFiles(trust),
    json: args.includes('--json'),
    ...(at === undefined ? {} : { at: readJudgingTime(at) }),
    ...(receipt === undefined ? {} : { receipt: await receiptsOf(receipt) }),
    ...(content === undefined ? {} : { content: await bytesOf(content) }),
    ...(records.length === 0 ? {} : { evidenceRecords: records }),
    ...(profile === undefined ? {} : { profile }),
    ...(revocation === undefined ? {} : { revocation }),
  };
}

/** The typesetter is large: it is loaded only by who wants a report. */
async function seal(
  judged: { readonly command: VerifyCommand; readonly report: Report },
  { args, out }: { readonly args: readonly string[]; readonly out: string },
): Promise<void> {
  const issuer = await sealFrom(args);
  const { writeReport } = await import('../signing/verification-report.ts');
  const sealed = await writeReport(judged, issuer, systemClock);
  try {
    await writeFile(out, sealed, { flag: 'wx' });
  } catch (cause) {
    throw new Fault('main.file_unwritable', { path: out }, { cause });
  }
}

async function sealFrom(args: readonly string[]): Promise<ReportSeal> {
  const [key, cert] = [optionOf(args, '--key'), optionOf(args, '--cert')];
  if (key === undefined || cert === undefined) {
    throw new Fault('main.usage', { needs: '--key FILE --cert FILE' });
  }
  const passwordFile = optionOf(args, '--password-file');
  const password =
    passwordFile === undefined
      ? undefined
      : fromUtf8(await bytesOf(passwordFile)).replace(/\r?\n$/, '');
  const [certificate, ...more] = await certificatesIn(cert);
  if (certificate === undefined) throw new Fault('main.usage', { needs: '--cert FILE' });
  const chains = await Promise.all(optionsOf(args, '--chain').map(certificatesIn));
  const chain = [...more, ...chains.flat()];
  const lines = optionsOf(args, '--tsa').map(httpTimestampLine);
  const stamps =
    lines.length === 0
      ? {}
      : { stamps: new StampLines({ ...stampParts, lines, ...(await stampTrust(args)) }) };
  const signer = softSigner(softKeyFromPem(fromUtf8(await bytesOf(key)), password));
  return { signer, certificate, chain, ...stamps };
}

const stampParts = { engine: nodeEngine, clock: systemClock, random: systemRandom };

/** Whom to believe about the time: the certificates of the trust folder. */
async function stampTrust(args: readonly string[]) {
  const trust = optionOf(args, '--trust');
  const files = trust === undefined ? [] : [...(await trustFiles(trust)).values()];
  const known = files.flatMap(certificatesHeld);
  const anchors = known.map((der) => readCertificate(der));
  return { anchors, pool: anchors };
}

async function certificatesIn(path: string): Promise<readonly Uint8Array[]> {
  return certificatesFrom(await bytesOf(path));
}

function oneOf<Word extends string>(
  text: string | undefined,
  words: readonly Word[],
): Word | undefined {
  if (text === undefined) return undefined;
  const word = words.find((one) => one === text);
  if (word === undefined) throw new Fault('main.usage', { needs: words.join('|'), given: text });
  return word;
}

/** One receipt, or the folder in which a phone keeps all it ever got. */
async function receiptsOf(path: string): Promise<Uint8Array> {
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) return bytesOf(path);
  const receipts: Json[] = [];
  for (const name of names.filter((one) => one.endsWith('.json')).toSorted()) {
    receipts.push(parseCanonical(await bytesOf(join(path, name))));
  }
  return canonicalBytes({ receipts, complete: true });
}
