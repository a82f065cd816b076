/**
 * Signed notes and the keys that sign them (C2SP signed-note v1.0.0).
 *
 * A text, an empty line, signature lines `— name base64(key id ‖ signature)`. The text counts for
 * nothing before a known key's signature is verified. Parsing is strict: what parses prints back.
 */
import { concat, equal, fromBase64, fromHex, toBase64, toHex, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';

const noteLettersMax = 256 * 1024;
const signaturesMax = 64;
const keyIdBytes = 4;
/** What one length octet can count: an ML-DSA cosignature commits to the name. */
const nameBytesMax = 255;

/**
 * Type bytes of signed-note: 0x01 signs the text, 0x04 and 0x06 are time-stamped cosignatures with
 * Ed25519 and ML-DSA-44.
 */
export type NoteKeyKind = 'ed25519' | 'cosignature' | 'mldsa-cosignature';

interface KindRule {
  readonly typeByte: number;
  /** SubjectPublicKeyInfo is this, then the key's own bytes (RFC 8410 §4, RFC 9881 §4). */
  readonly spkiPrefix: Uint8Array;
  readonly keyBytes: number;
}

const ed25519Key = { spkiPrefix: fromHex('302a300506032b6570032100'), keyBytes: 32 };
const kindRules: Readonly<Record<NoteKeyKind, KindRule>> = {
  ed25519: { typeByte: 0x01, ...ed25519Key },
  cosignature: { typeByte: 0x04, ...ed25519Key },
  'mldsa-cosignature': {
    typeByte: 0x06,
    spkiPrefix: fromHex('30820532300b06096086480165030403110382052100'),
    keyBytes: 1312,
  },
};
const kinds = ['ed25519', 'cosignature', 'mldsa-cosignature'] as const satisfies NoteKeyKind[];

export interface NoteKey {
  readonly name: string;
  readonly kind: NoteKeyKind;
  readonly id: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Note {
  /** With its last newline, without the empty line. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Derives the key id as signed-note recommends: SHA-256(name ‖ \n ‖ type ‖ key)[:4]. */
export async function noteKey(
  key: { name: string; kind: NoteKeyKind; publicKey: Uint8Array },
  engine: Engine,
): Promise<NoteKey> {
  if (!isKeyName(key.name)) throw new Fault('tlog.vkey_malformed', { why: 'name' });
  const digest = await engine.digest('sha256', concat(utf8(`${key.name}\n`), materialOf(key)));
  return { ...key, id: digest.slice(0, keyIdBytes) };
}

/** `name+8 hex digits`: how an entry names its actor. */
export function keyIdText(key: NoteKey): string {
  return `${key.name}+${toHex(key.id)}`;
}

/** The verifier key as one line of text, as trust files hold it. */
export function printVkey(key: NoteKey): string {
  return `${keyIdText(key)}+${toBase64(materialOf(key))}`;
}

export async function parseVkey(text: string, engine: Engine): Promise<NoteKey> {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  const [name, id, encoded] = [match?.[1], match?.[2], match?.[3]];
  if (name === undefined || id === undefined || encoded === undefined) {
    throw new Fault('tlog.vkey_malformed', { why: 'form' });
  }
  const material = base64Of(encoded, 'tlog.vkey_malformed');
  const kind = kinds.find((one) => kindRules[one].typeByte === material[0]);
  if (kind === undefined || material.length !== 1 + kindRules[kind].keyBytes) {
    throw new Fault('tlog.vkey_malformed', { why: 'kind' });
  }
  const publicKey = concat(kindRules[kind].spkiPrefix, material.slice(1));
  const key = await noteKey({ name, kind, publicKey }, engine);
  if (toHex(key.id) !== id) throw new Fault('tlog.vkey_malformed', { why: 'id' });
  return key;
}

/** The signature lines alone, as a witness answers them. */
export function printSignatures(signatures: readonly NoteSignature[]): string {
  return signatures
    .map(({ name, keyId, signature }) => `— ${name} ${toBase64(concat(keyId, signature))}\n`)
    .join('');
}

export function printNote(note: Note): string {
  return `${note.text}\n${printSignatures(note.signatures)}`;
}

export function parseNote(text: string): Note {
  if (text.length > noteLettersMax || !isPlain(text)) throw malformed('letters');
  const split = text.lastIndexOf('\n\n');
  if (split < 0) throw malformed('text');
  const signatures = parseSignatures(text.slice(split + 2));
  return { text: text.slice(0, split + 1), signatures };
}

export function parseSignatures(lines: string): NoteSignature[] {
  if (!lines.endsWith('\n')) throw malformed('end');
  const list = lines.slice(0, -1).split('\n');
  if (list.length > signaturesMax) throw malformed('signatures');
  return list.map((line) => {
    const match = /^— ([^ ]+) ([^ ]+)$/u.exec(line);
    const [name, encoded] = [match?.[1], match?.[2]];
    if (name === undefined || encoded === undefined || !isName(name)) throw malformed('line');
    const bytes = base64Of(encoded, 'tlog.note_malformed');
    if (bytes.length <= keyIdBytes) throw malformed('signature');
    return { name, keyId: bytes.slice(0, keyIdBytes), signature: bytes.slice(keyIdBytes) };
  });
}

/** Signs the text itself (type 0x01), as a log signs its checkpoint. */
export async function signNote(text: string, key: NoteKey, signer: Signer): Promise<NoteSignature> {
  return { name: key.name, keyId: key.id, signature: await signer.sign(utf8(text)) };
}

/** Is there a signature line of this key at all? Name and id must both be its own. */
export function isBy(signature: NoteSignature, key: NoteKey): boolean {
  return signature.name === key.name && equal(signature.keyId, key.id);
}

/** A name that a key of ours or one that we trust may bear. */
export function isKeyName(name: string): boolean {
  return utf8(name).length <= nameBytesMax && isName(name);
}

/**
 * C2SP signed-note: names are not empty and have no Unicode space and no plus. How long one is does
 * not matter here: lines of unknown keys are passed over, whatever cosignature they bear.
 */
function isName(name: string): boolean {
  return /^[^\p{White_Space}+]+$/u.test(name) && isPlain(name);
}

/** The type byte and the key as the note formats hold it. */
function materialOf({ kind, publicKey }: Pick<NoteKey, 'kind' | 'publicKey'>): Uint8Array {
  const { typeByte, spkiPrefix, keyBytes } = kindRules[kind];
  const prefix = publicKey.slice(0, spkiPrefix.length);
  const key = publicKey.slice(spkiPrefix.length);
  if (!equal(prefix, spkiPrefix) || key.length !== keyBytes) {
    throw new Fault('tlog.vkey_malformed', { why: 'key' });
  }
  return concat(Uint8Array.of(typeByte), key);
}

/** No control character but the newline, and nothing that has no UTF-8. */
function isPlain(text: string): boolean {
  if (!text.isWellFormed()) return false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x0a) return false;
  }
  return true;
}

function base64Of(text: string, code: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new Fault(code, { why: 'base64' }, { cause });
  }
}

function malformed(why: string): Fault {
  return new Fault('tlog.note_malformed', { why });
}
