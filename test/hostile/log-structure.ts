/**
 * What stands behind every 32-byte string of the log: a salted value, another entry, a public file,
 * or a document with a salt of its own inside. Anything else is somebody's value to be guessed.
 */

import { hash as hashAtOnce } from 'node:crypto';

import { nodeEngine } from '#adapters/engine';
import { fromBase64, fromBase64Url, fromHex, fromUtf8, toBase64, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { parseDisclosure } from '#formats/disclosure';
import { openPdf, readAttachments } from '#formats/pdf';

/** All of a log, and what those who may open it know. */
export interface KnownLog {
  readonly entries: readonly Uint8Array[];
  /** Disclosures as they are opened (RFC 9901). */
  readonly openings: readonly string[];
  /** Documents, rows and environment records whose digests entries name. */
  readonly salted: readonly Uint8Array[];
  /** Files that anybody may read, such as lists, schemas and policies. */
  readonly open: readonly Uint8Array[];
}

/** One string of the log that nothing explains. */
export interface Bare {
  readonly path: string;
  readonly why: string;
}

const saltBytesMin = 16;
/** Digests of keys that their owners made from chance and that no file repeats. */
const keyDigests = /\.att\.statement\.(?:enrolment|key)$/;

/** Every 32-byte string of these entries, lower-case hex, with where it stands. */
export function stringsOf(entries: readonly Uint8Array[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [at, bytes] of entries.entries()) {
    const json = JSON.parse(fromUtf8(bytes)) as Json;
    for (const [path, text] of textsOf(json, String(at))) {
      // An Ed25519 signature is 64 bytes and is no digest of anything guessed.
      for (const hex of spelled(text)) if (!found.has(hex)) found.set(hex, path);
    }
  }
  return found;
}

/** Strings of the log that nothing salted, public or logged explains. */
export async function bareStrings(log: KnownLog): Promise<readonly Bare[]> {
  const text = log.entries.map(fromUtf8).join('\n');
  const isShown = (salt: Uint8Array): boolean =>
    [...shapesOf(salt)].some((shape) => text.includes(shape));
  const explained = new Map<string, Uint8Array | 'open'>();
  const add = async (bytes: Uint8Array, why: Uint8Array | 'open'): Promise<void> => {
    for (const hash of ['sha256', 'sm3'] as const) {
      explained.set(toHex(await nodeEngine.digest(hash, bytes)), why);
    }
  };
  for (const bytes of [...log.entries, ...log.open]) await add(bytes, 'open');
  for (const bytes of log.salted) await add(bytes, await saltIn(bytes));
  for (const encoded of log.openings) {
    await add(utf8(encoded), (await parseDisclosure(encoded, nodeEngine)).salt);
  }
  const bare: Bare[] = [];
  for (const [hex, path] of stringsOf(log.entries)) {
    if (keyDigests.test(path)) continue;
    const salt = explained.get(hex);
    if (salt === undefined) bare.push({ path, why: 'nothing known has this digest' });
    else if (salt !== 'open' && salt.length < saltBytesMin) bare.push({ path, why: 'no salt' });
    else if (salt !== 'open' && isShown(salt)) bare.push({ path, why: 'its salt is in the log' });
  }
  return bare;
}

/** Under these twelve spellings a thief would try his guesses. */
export const encodings: Readonly<Record<string, (name: string, value: string) => Uint8Array>> = {
  utf8: (_, value) => utf8(value),
  'utf8-newline': (_, value) => utf8(`${value}\n`),
  'utf16-le': (_, value) => new Uint8Array(Buffer.from(value, 'utf16le')),
  'utf16-be': (_, value) => new Uint8Array(Buffer.from(value, 'utf16le').swap16()),
  json: (_, value) => utf8(JSON.stringify(value)),
  'json-member': (name, value) => utf8(JSON.stringify({ [name]: value })),
  'disclosure-without-salt': (name, value) => utf8(JSON.stringify(['', name, value])),
  'name-and-value': (name, value) => utf8(`${name}=${value}`),
  base64: (_, value) => utf8(toBase64(utf8(value))),
  'hex-lower': (_, value) => utf8(toHex(utf8(value))),
  'hex-upper': (_, value) => utf8(toHex(utf8(value)).toUpperCase()),
  decimal: (_, value) => packed(value),
};

/**
 * Every candidate under some encoding whose digest stands in the log. All strings of the log are
 * one table, through which candidates stream: the price is two hashes for each spelling, in one
 * turn of the loop and without a promise between them, for 10^6 candidates have 24 million.
 */
export function guessed(
  entries: readonly Uint8Array[],
  candidates: Iterable<{ readonly name: string; readonly value: string }>,
): readonly string[] {
  const strings = stringsOf(entries);
  const hits: string[] = [];
  const spellings = Object.entries(encodings);
  for (const { name, value } of candidates) {
    for (const [encoding, spell] of spellings) {
      const bytes = spell(name, value);
      for (const algorithm of ['sha256', 'sm3'] as const) {
        const path = strings.get(hashAtOnce(algorithm, bytes, 'hex'));
        if (path !== undefined) hits.push(`${name} as ${encoding} under ${algorithm}: ${path}`);
      }
    }
  }
  return hits;
}

/** Two digits in a byte, as telephone numbers and cards are often kept. */
function packed(value: string): Uint8Array {
  const digits = value.replaceAll(/[^0-9]/g, '');
  return fromHex(digits.length % 2 === 0 ? digits : `0${digits}`);
}

function* textsOf(json: Json, path: string): Iterable<readonly [string, string]> {
  if (typeof json === 'string') yield [path, json];
  else if (typeof json === 'object' && json !== null) {
    for (const [name, inner] of Object.entries(json)) yield* textsOf(inner, `${path}.${name}`);
  }
}

/** A text that spells 32 bytes in some alphabet of the house. */
function* spelled(text: string): Iterable<string> {
  const readers = [fromBase64, fromBase64Url, fromHex];
  for (const read of readers) {
    try {
      const bytes = read(text);
      if (bytes.length === 32) yield toHex(bytes);
    } catch {
      // Not in this alphabet.
    }
  }
}

function shapesOf(salt: Uint8Array): readonly string[] {
  const base64 = toBase64(salt);
  const url = base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return [toHex(salt), base64, url];
}

/** The chance inside a document, a row or a record; nothing where there is none. */
async function saltIn(bytes: Uint8Array): Promise<Uint8Array> {
  const data = isPdf(bytes) ? await dataOf(bytes) : bytes;
  try {
    const json = JSON.parse(fromUtf8(data)) as { salt?: string; token?: string };
    if (json.token !== undefined) return fromBase64(json.token);
    return json.salt === undefined ? new Uint8Array(0) : fromBase64Url(json.salt);
  } catch {
    // A certificate is DER; the chance in it is its public key, its last 64 bytes of 91.
    return bytes[0] === 0x30 ? bytes.slice(-64) : new Uint8Array(0);
  }
}

async function dataOf(pdf: Uint8Array): Promise<Uint8Array> {
  const attachments = await readAttachments(await openPdf(pdf, nodeEngine), nodeEngine);
  return attachments.find(({ name }) => name === 'data.json')?.bytes ?? new Uint8Array(0);
}

function isPdf(bytes: Uint8Array): boolean {
  return fromUtf8(bytes.slice(0, 5).map((byte) => byte & 0x7f)) === '%PDF-';
}
