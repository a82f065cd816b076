/**
 * A disclosure `[salt, name, value]` and the digests that stand for it in an entry.
 *
 * RFC 9901 (SD-JWT) section 4.2.1 for the array, 4.2.3 for the digest: it is taken over the
 * base64url text, not over the JSON. The JSON here is canonical, so one value under one salt has
 * one text. The salt has 128 bits: without it nobody can tell a right guess of a telephone number
 * from a wrong one. SM3 stands beside SHA-256 so that a court may prefer either.
 */
import { fromBase64Url, toBase64Url, utf8 } from '#base/bytes';
import { canonical, type Json, parseCanonical } from '#base/canonical';
import { assert, Fault } from '#base/fault';
import { type Engine, lettersBy, spelledBy } from '#formats/crypto';

export const saltBytes = 16;
const nameLettersMax = 64;
const encodedLettersMax = 48 * 1024;
const disclosuresMax = 256;
// RFC 9901 section 4.1: these two names mean something else inside an SD-JWT.
const namesReserved = new Set(['_sd', '...']);

export interface Disclosure {
  /** The base64url text that is kept off the log and shown to whom it is opened to. */
  readonly encoded: string;
  readonly salt: Uint8Array;
  readonly name: string;
  readonly value: Json;
  /** base64url digests of `encoded`. */
  readonly sha256: string;
  readonly sm3: string;
}

/** One value that is to be committed to. */
interface Opening {
  /** From the caller's chance, and never used twice. */
  readonly salt: Uint8Array;
  readonly name: string;
  readonly value: Json;
}

/** Commits to one value. */
export async function disclose(opening: Opening, engine: Engine): Promise<Disclosure> {
  const [made] = await discloseAll([opening], engine);
  assert(made !== undefined, 'one opening is one disclosure');
  return made;
}

/** Commits to each of them. What an engine answers at once is not waited for. */
export async function discloseAll(
  openings: readonly Opening[],
  engine: Engine,
): Promise<readonly Disclosure[]> {
  const all: Disclosure[] = [];
  for (const opening of openings) {
    const encoded = encodedOpening(opening, engine);
    const sha256 = spelledBy(engine, { hash: 'sha256', of: encoded, as: 'base64url' });
    const sm3 = spelledBy(engine, { hash: 'sm3', of: encoded, as: 'base64url' });
    const { salt, name, value } = opening;
    all.push({
      encoded,
      salt,
      name,
      value,
      sha256: typeof sha256 === 'string' ? sha256 : await sha256,
      sm3: typeof sm3 === 'string' ? sm3 : await sm3,
    });
  }
  return all;
}

function encodedOpening({ salt, name, value }: Opening, engine: Engine): string {
  if (salt.length !== saltBytes) throw malformed('salt');
  if (name.length === 0 || name.length > nameLettersMax) throw malformed('name');
  if (namesReserved.has(name)) throw malformed('name');
  const encoded = lettersBy(engine, canonical([toBase64Url(salt), name, value]));
  if (encoded.length > encodedLettersMax) throw malformed('length');
  return encoded;
}

/** Reads what `disclose` printed, and nothing that would print differently. */
export async function parseDisclosure(encoded: string, engine: Engine): Promise<Disclosure> {
  if (encoded.length > encodedLettersMax) throw malformed('length');
  const opening = parseOpening(encoded);
  const disclosure = await disclose(opening, engine);
  if (disclosure.encoded !== encoded) throw malformed('spelling');
  return disclosure;
}

/** The file `disclosures/NNNN.json` of a package: the openings of one entry, in one order. */
export function printDisclosures(disclosures: readonly { readonly encoded: string }[]): Uint8Array {
  const texts = disclosures.map(({ encoded }) => encoded).toSorted();
  // Letters of base64url: nothing in them is escaped.
  return utf8(texts.length === 0 ? '[]' : `["${texts.join('","')}"]`);
}

export async function parseDisclosures(bytes: Uint8Array, engine: Engine): Promise<Disclosure[]> {
  const list = reading('list', () => parseCanonical(bytes));
  if (!Array.isArray(list) || list.length > disclosuresMax) throw malformed('list');
  const disclosures: Disclosure[] = [];
  let before: string | undefined;
  for (const encoded of list as readonly Json[]) {
    if (typeof encoded !== 'string') throw malformed('list');
    if (before !== undefined && encoded <= before) throw malformed('order');
    before = encoded;
    disclosures.push(await parseDisclosure(encoded, engine));
  }
  return disclosures;
}

function parseOpening(encoded: string): Opening {
  const array = reading('json', () => parseCanonical(fromBase64Url(encoded)));
  if (!Array.isArray(array) || array.length !== 3) throw malformed('array');
  const [salt, name, value] = array as readonly Json[];
  if (typeof salt !== 'string' || typeof name !== 'string' || value === undefined) {
    throw malformed('array');
  }
  return { salt: reading('salt', () => fromBase64Url(salt)), name, value };
}

function reading<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw malformed(what, cause);
  }
}

function malformed(why: string, cause?: unknown): Fault {
  return new Fault('disclosure.malformed', { why }, { cause });
}
