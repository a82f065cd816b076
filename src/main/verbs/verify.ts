/**
 * `fubie verify FILE [--trust DIR] [--at TIME] [--receipt FILE|DIR] [--content FILE]
 * [--profile strict|etsi] [--revocation if-present|required] [--json]`
 *
 * Reads files and nothing else: no server, no database, no network.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { readJudgingTime, runVerify } from '#doors/cli';
import { optionOf } from '../options.ts';
import { trustFiles } from '../trust-folder.ts';

const options = ['--trust', '--at', '--receipt', '--content', '--profile', '--revocation'];

export async function run(args: readonly string[]): Promise<number> {
  const file = args.find(
    (word, at) => !word.startsWith('--') && !options.includes(args[at - 1] ?? ''),
  );
  if (file === undefined) throw new Fault('main.usage', { needs: 'FILE' });
  const trust = optionOf(args, '--trust');
  const at = optionOf(args, '--at');
  const receipt = optionOf(args, '--receipt');
  const content = optionOf(args, '--content');
  const profile = oneOf(optionOf(args, '--profile'), ['strict', 'etsi']);
  const revocation = oneOf(optionOf(args, '--revocation'), ['if-present', 'required']);
  const command = {
    file,
    bytes: await bytesOf(file),
    trust: trust === undefined ? new Map<string, Uint8Array>() : await trustFiles(trust),
    json: args.includes('--json'),
    ...(at === undefined ? {} : { at: readJudgingTime(at) }),
    ...(receipt === undefined ? {} : { receipt: await receiptsOf(receipt) }),
    ...(content === undefined ? {} : { content: await bytesOf(content) }),
    ...(profile === undefined ? {} : { profile }),
    ...(revocation === undefined ? {} : { revocation }),
  };
  return runVerify(command, nodeEngine, (text) => process.stdout.write(text));
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

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (cause) {
    throw new Fault('main.file_unreadable', { path }, { cause });
  }
}
