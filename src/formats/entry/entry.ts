/**
 * One fact of one case as it stands in the log, byte for byte.
 *
 * Canonical JSON (RFC 8785); its leaf is SHA-256(0x00 ‖ entry) (RFC 6962 section 2.1). It names the
 * case by a random tag, holds salted commitments and digests of documents, and nothing that can be
 * derived from a person. `prev` chains the entries of one case, so that none can be left out.
 */
import { concat, toBase64, utf8 } from '#base/bytes';
import { canonical, canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { formatInstant, type Instant, parseInstant } from '#base/clock';
import { assert, Fault } from '#base/fault';
import { type Engine, spelledBy } from '#formats/crypto';
import { type Attestation, attestationJson, parseAttestation } from './attestation.ts';
import {
  type EntryKind,
  entryKind,
  entryVersionMax,
  isEntryType,
  versionOf,
} from './entry-types.ts';

/** C2SP tlog-tiles: an entry's length is a uint16 in its bundle. */
export const entryBytesMax = 65_535;
export const caseTagBytes = 16;
/**
 * Base64 of 32 and 64 bytes, base64url of 16 and 32, in the only spelling each has: the bits that
 * the last letter has over are zero (RFC 4648 section 3.5). A look instead of a decoding: an entry
 * holds twenty of these.
 */
const spellings = {
  digest: /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
  signature: /^[A-Za-z0-9+/]{85}[AQgw]==$/,
  tag: /^[A-Za-z0-9_-]{21}[AQgw]$/,
  commitment: /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/,
} as const;
const commitmentsMax = 256;
const documentsMax = 64;
const refsMax = 16;
const nameLettersMax = 120;
const domainLine = 'fubie/entry/v1\n';
const members = ['_sd', '_sd3', 'at', 'by', 'case', 'clock', 'env', 'of', 'prev', 'seq'];
const membersRequired = [...members, 'sig', 'type', 'v'];

/** A document an entry speaks of, by its length and two digests (base64). */
export interface Original {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly sm3: string;
}

/** Where an entry stands, when and by whom: what every version of the format says alike. */
export interface ChainPlace {
  /** 16 random bytes, base64url: the case's name in the log. */
  readonly caseTag: string;
  readonly seq: number;
  /** base64 SHA-256 of the case's previous entry; null for the first one only. */
  readonly prev: string | null;
  readonly at: Instant;
  /** The actor's key id, `name+8 hex digits`. */
  readonly by: string;
}

export interface UnsignedEntry extends ChainPlace, EntryKind {
  /** Where `at` comes from. */
  readonly clock: string;
  /** base64 SHA-256 of the environment record: what program stated this, running where. */
  readonly env: string;
  /** Sorted base64url SHA-256 and SM3 digests of disclosures (RFC 9901). */
  readonly sd: readonly string[];
  readonly sd3: readonly string[];
  readonly of: readonly Original[];
  readonly att?: Attestation;
  /** Earlier entries this one stands on, by name: base64 SHA-256 of the whole entry. */
  readonly refs?: Readonly<Record<string, string>>;
}

export interface Entry extends UnsignedEntry {
  /** base64 Ed25519 signature of the actor over `entryMessage`. */
  readonly sig: string;
}

/** An entry of a newer program: what every version keeps of it, and nothing of what it states. */
export interface NewerEntry extends ChainPlace {
  readonly v: number;
  readonly type: string;
  readonly sig: string;
  /** What its actor signed: this rule is that of every version. */
  readonly message: Uint8Array;
}

/** What the actor signs: a domain line, then the entry without its signature. */
export function entryMessage(entry: UnsignedEntry): Uint8Array {
  return utf8(domainLine + canonical(entryJson(entry)));
}

export function printEntry(entry: Entry): Uint8Array {
  return canonicalBytes(entryJson(entry, entry.sig));
}

/**
 * Signs and prints in one go. Refuses what no verifier could read, for it could never be taken
 * back; how long it may be is the caller's to say.
 */
export async function signedEntry(
  unsigned: UnsignedEntry,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const json = entryJson(unsigned);
  const text = canonical(json);
  const message = utf8(domainLine + text);
  const sig = toBase64(await sign(message));
  readEntry({ ...json, sig });
  // Behind `seq`, its place in the canonical order: nothing comes after it but type and version.
  const end = `,"type":"${unsigned.type}","v":${versionOf(unsigned)}}`;
  assert(text.endsWith(end), 'an entry ends with its type and version');
  // Domain line and end have one byte for a letter.
  const before = message.subarray(domainLine.length, message.length - end.length);
  return concat(before, utf8(`,"sig":"${sig}"${end}`));
}

/** base64 SHA-256 of the entry's bytes: what `prev` and `refs` of later entries name. */
export async function entryHash(bytes: Uint8Array, engine: Engine): Promise<string> {
  return spelledBy(engine, { hash: 'sha256', of: bytes, as: 'base64' });
}

/** Accepts only what printEntry prints; everything else is entry.malformed with the member. */
export function parseEntry(bytes: Uint8Array): Entry {
  return readEntry(fieldsOf(bytes));
}

/**
 * Reads an entry of a version above this program's, so that its place, its signature and its proof
 * are judged though its words are not. entry.malformed where even these members are not as ever.
 */
export function parseNewerEntry(bytes: Uint8Array): NewerEntry {
  const fields = fieldsOf(bytes);
  const v = wholeOf(fields['v'], 'v');
  if (v <= entryVersionMax) throw malformed('v');
  const { sig, ...unsigned } = fields;
  return {
    v,
    type: wordOf(fields['type'], 'type'),
    ...placeOf(fields),
    sig: signatureOf(sig),
    message: utf8(domainLine + canonical(unsigned)),
  };
}

function fieldsOf(bytes: Uint8Array): { readonly [key: string]: Json } {
  if (bytes.length > entryBytesMax) throw malformed('length');
  return objectOf(
    wrapped('json', () => parseCanonical(bytes)),
    'json',
  );
}

function readEntry(fields: { readonly [key: string]: Json }): Entry {
  requireVersion(fields['v']);
  const optional = ['att', 'refs'].filter((name) => name in fields);
  const count = membersRequired.length + optional.length;
  const hasAll = membersRequired.every((name) => Object.hasOwn(fields, name));
  if (!hasAll || Object.keys(fields).length !== count) throw malformed('members');
  const sd = commitmentsOf(fields['_sd'], '_sd');
  const sd3 = commitmentsOf(fields['_sd3'], '_sd3');
  if (sd.length !== sd3.length) throw malformed('_sd3');
  return {
    ...kindOf(fields),
    ...placeOf(fields),
    clock: wordOf(fields['clock'], 'clock'),
    env: digestOf(fields['env'], 'env'),
    sd,
    sd3,
    of: originalsOf(fields['of']),
    ...('att' in fields ? { att: wrapped('att', () => parseAttestation(fields['att'])) } : {}),
    ...('refs' in fields ? { refs: refsOf(fields['refs']) } : {}),
    sig: signatureOf(fields['sig']),
  };
}

function placeOf(fields: { readonly [key: string]: Json }): ChainPlace {
  const seq = wholeOf(fields['seq'], 'seq');
  return {
    caseTag: spelledOf(fields['case'], 'case', spellings.tag),
    seq,
    prev: prevOf(fields['prev'], seq),
    at: wrapped('at', () => parseInstant(textOf(fields['at'], 'at'))),
    by: wordOf(fields['by'], 'by'),
  };
}

function signatureOf(json: Json | undefined): string {
  return spelledOf(json, 'sig', spellings.signature);
}

/** In the order of the canonical text, which is spelled in one go then. */
function entryJson(entry: UnsignedEntry, sig?: string): { readonly [key: string]: Json } {
  return {
    _sd: entry.sd,
    _sd3: entry.sd3,
    at: formatInstant(entry.at),
    ...(entry.att === undefined ? {} : { att: attestationJson(entry.att) }),
    by: entry.by,
    case: entry.caseTag,
    clock: entry.clock,
    env: entry.env,
    of: entry.of.map(({ name, bytes, sha256, sm3 }) => ({ bytes, name, sha256, sm3 })),
    prev: entry.prev,
    ...(entry.refs === undefined ? {} : { refs: entry.refs }),
    seq: entry.seq,
    ...(sig === undefined ? {} : { sig }),
    type: entry.type,
    v: versionOf(entry),
  };
}

/** A newer program wrote it: no mistake of the entry's, and nothing this reader may judge. */
function requireVersion(json: Json | undefined): void {
  const v = wholeOf(json, 'v');
  if (v > entryVersionMax) throw new Fault('entry.version_unknown', { v, known: entryVersionMax });
}

function kindOf(fields: { readonly [key: string]: Json }): EntryKind {
  const text = textOf(fields['type'], 'type');
  if (!isEntryType(text)) throw malformed('type');
  const kind = entryKind(text, wholeOf(fields['v'], 'v'));
  if (kind === undefined) throw malformed('v');
  return kind;
}

/** The first entry of a case has nothing before it, and only the first. */
function prevOf(json: Json | undefined, seq: number): string | null {
  if ((seq === 0) !== (json === null)) throw malformed('prev');
  return json === null ? null : digestOf(json, 'prev');
}

function originalsOf(json: Json | undefined): Original[] {
  const names = new Set<string>();
  return listOf(json, 'of', documentsMax).map((item) => {
    const fields = objectOf(item, 'of');
    // Four members, and each of the four is read below.
    if (Object.keys(fields).length !== 4) throw malformed('of');
    const name = textOf(fields['name'], 'of');
    if (name.length === 0 || name.length > nameLettersMax || names.has(name)) throw malformed('of');
    names.add(name);
    return {
      name,
      bytes: wholeOf(fields['bytes'], 'of'),
      sha256: digestOf(fields['sha256'], 'of'),
      sm3: digestOf(fields['sm3'], 'of'),
    };
  });
}

function refsOf(json: Json | undefined): Record<string, string> {
  const fields = Object.entries(objectOf(json, 'refs'));
  if (fields.length === 0 || fields.length > refsMax) throw malformed('refs');
  return Object.fromEntries(
    fields.map(([name, hash]) => {
      if (!/^[a-z][a-z0-9._-]{0,63}$/.test(name)) throw malformed('refs');
      return [name, digestOf(hash, 'refs')];
    }),
  );
}

/** Sorted and without repetition, so that order says nothing about which value is which. */
function commitmentsOf(json: Json | undefined, member: string): string[] {
  let before = '';
  return listOf(json, member, commitmentsMax).map((item) => {
    const text = spelledOf(item, member, spellings.commitment);
    if (text <= before) throw malformed(member);
    before = text;
    return text;
  });
}

function digestOf(json: Json | undefined, member: string): string {
  return spelledOf(json, member, spellings.digest);
}

function spelledOf(json: Json | undefined, member: string, spelling: RegExp): string {
  const text = textOf(json, member);
  if (!spelling.test(text)) throw malformed(member);
  return text;
}

function wordOf(json: Json | undefined, member: string): string {
  const text = textOf(json, member);
  if (!/^[!-~]{1,120}$/.test(text)) throw malformed(member);
  return text;
}

function textOf(json: Json | undefined, member: string): string {
  if (typeof json !== 'string') throw malformed(member);
  return json;
}

function wholeOf(json: Json | undefined, member: string): number {
  if (typeof json !== 'number' || json < 0) throw malformed(member);
  return json;
}

function listOf(json: Json | undefined, member: string, lengthMax: number): readonly Json[] {
  if (!Array.isArray(json) || json.length > lengthMax) throw malformed(member);
  return json as readonly Json[];
}

function objectOf(json: Json | undefined, member: string): { readonly [key: string]: Json } {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed(member);
  return json as { readonly [key: string]: Json };
}

function wrapped<T>(member: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw malformed(member, cause);
  }
}

function malformed(member: string, cause?: unknown): Fault {
  return new Fault('entry.malformed', { member }, { cause });
}
