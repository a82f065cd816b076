/**
 * Opens encrypted files whose password is empty (ISO 32000-1 §7.6, ISO 32000-2 §7.6): the standard
 * security handler with RC4 and AES, revisions 2 to 6.
 *
 * A file that wants a password, or is encrypted to recipients' certificates, is refused with a
 * code: what its signer saw cannot be repeated without the key.
 */
import { concat, equal, fromLatin1 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { decryptCbc, encryptCbc } from './aes.ts';
import { md5 } from './md5.ts';
import { rc4 } from './rc4.ts';
import { integer, isName, type PdfDict, type PdfValue, pdfNull } from './value.ts';

/** ISO 32000-1 algorithm 2, step a: what fills up a password. */
const padding = Uint8Array.from(
  '28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a'.match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
);
const keyBytesMax = 32;

export type CipherName = 'rc4' | 'aes-128' | 'aes-256' | 'identity';

/** How the strings and the streams of a file are deciphered. */
export interface FileCipher {
  readonly key: Uint8Array;
  readonly strings: CipherName;
  readonly streams: CipherName;
  readonly metadata: boolean;
  /** Of the key's derivation; what is older than 4, and 5, are not written any more. */
  readonly revision: number;
  /** /P: what the owner allows others to do (ISO 32000-2 table 22). */
  readonly permissions: number;
}

/** `resolve` follows references of the Encrypt dictionary, which itself is never encrypted. */
export async function fileCipher(
  dict: PdfDict,
  file: { readonly id: Uint8Array; readonly resolve: (value: PdfValue | undefined) => PdfValue },
  engine: Engine,
): Promise<FileCipher> {
  const { resolve } = file;
  const at = (key: string): PdfValue => resolve(dict.entries.get(key));
  if (!isName(at('Filter'), 'Standard')) {
    throw new Fault(isName(at('Filter'), 'Adobe.PubSec') ? recipient : unsupported);
  }
  const version = integer(at('V')) ?? 0;
  const revision = integer(at('R')) ?? 0;
  const metadata = !(at('EncryptMetadata').kind === 'boolean' && isFalse(at('EncryptMetadata')));
  const ciphers = ciphersOf(dict, { version, resolve });
  const parts = {
    revision,
    bytes: version === 1 ? 5 : keyBytes(integer(at('Length')) ?? 40, version),
    owner: stringOf(at('O')),
    user: stringOf(at('U')),
    permissions: integer(at('P')) ?? 0,
    id: file.id,
    metadata,
  };
  // Nothing but attached files may be encrypted: then the document opens without any key.
  const isOpen = ciphers.strings === 'identity' && ciphers.streams === 'identity';
  const { permissions } = parts;
  if (isOpen) return { key: new Uint8Array(), ...ciphers, metadata, revision, permissions };
  const sealed = { user: stringOf(at('UE')), owner: stringOf(at('OE')) };
  const key = revision >= 5 ? await newKey(parts, sealed, engine) : oldKey(parts);
  if (key === undefined) throw new Fault('pdf.encrypted_password');
  return { key, ...ciphers, metadata, revision, permissions };
}

const recipient = 'pdf.encrypted_recipient';
const unsupported = 'pdf.encrypted_unsupported';

function isFalse(value: PdfValue): boolean {
  return value.kind === 'boolean' && !value.value;
}

function keyBytes(bits: number, version: number): number {
  if (version === 4) return 16;
  // Some writers state bytes instead of bits.
  const bytes = bits < 40 ? bits : bits >> 3;
  if (bytes < 5 || bytes > keyBytesMax) throw new Fault(unsupported, { bits });
  return bytes;
}

function ciphersOf(
  dict: PdfDict,
  { version, resolve }: { version: number; resolve: (value: PdfValue | undefined) => PdfValue },
): { strings: CipherName; streams: CipherName } {
  if (version === 1 || version === 2) return { strings: 'rc4', streams: 'rc4' };
  if (version !== 4 && version !== 5) throw new Fault(unsupported, { version });
  const filters = resolve(dict.entries.get('CF'));
  const named = (key: string): CipherName => {
    const chosen = resolve(dict.entries.get(key) ?? pdfNull);
    if (chosen.kind !== 'name' || chosen.name === 'Identity') return 'identity';
    const filter = filters.kind === 'dict' ? resolve(filters.entries.get(chosen.name)) : pdfNull;
    const method = filter.kind === 'dict' ? resolve(filter.entries.get('CFM')) : pdfNull;
    const cipher = method.kind === 'name' ? methods.get(method.name) : 'identity';
    if (cipher === undefined) throw new Fault(unsupported);
    return cipher;
  };
  return { strings: named('StrF'), streams: named('StmF') };
}

const methods: ReadonlyMap<string, CipherName> = new Map([
  ['None', 'identity'],
  ['V2', 'rc4'],
  ['AESV2', 'aes-128'],
  ['AESV3', 'aes-256'],
]);

interface KeyParts {
  readonly revision: number;
  readonly bytes: number;
  readonly owner: Uint8Array;
  readonly user: Uint8Array;
  readonly permissions: number;
  readonly id: Uint8Array;
  readonly metadata: boolean;
}

/** With the empty user password, or what the empty owner's password opens (algorithm 7). */
function oldKey(parts: KeyParts): Uint8Array | undefined {
  for (const bytes of keyLengths(parts)) {
    const sized = { ...parts, bytes };
    const key = keyFrom(padding, sized) ?? keyFrom(userPassword(sized), sized);
    if (key !== undefined) return key;
  }
  return undefined;
}

/** Some writers misspell the length of the key, or leave it out: it is one of two in most files. */
function keyLengths({ bytes, revision }: KeyParts): readonly number[] {
  if (revision !== 3) return [bytes];
  return [bytes, ...usualKeyBytes.filter((usual) => usual !== bytes)];
}

const usualKeyBytes = [16, 5];

function userPassword({ revision, bytes, owner }: KeyParts): Uint8Array {
  let digest = md5(padding);
  if (revision >= 3) for (let n = 0; n < 50; n += 1) digest = md5(digest);
  const key = digest.slice(0, bytes);
  let password: Uint8Array = owner.slice(0, 32);
  for (let n = revision >= 3 ? 19 : 0; n >= 0; n -= 1) {
    password = rc4(
      key.map((byte) => byte ^ n),
      password,
    );
  }
  return password;
}

/** Algorithm 2, then 4 or 5 to see that the password is right. */
function keyFrom(password: Uint8Array, parts: KeyParts): Uint8Array | undefined {
  const { revision, bytes, owner, user, permissions, id, metadata } = parts;
  const p = new Uint8Array(4);
  new DataView(p.buffer).setInt32(0, permissions | 0, true);
  const rest = revision >= 4 && !metadata ? new Uint8Array(4).fill(0xff) : new Uint8Array();
  let digest = md5(concat(password, owner.subarray(0, 32), p, id, rest));
  if (revision >= 3) for (let n = 0; n < 50; n += 1) digest = md5(digest.subarray(0, bytes));
  const key = digest.slice(0, bytes);
  let expected = revision === 2 ? rc4(key, padding) : rc4(key, md5(concat(padding, id)));
  if (revision >= 3) {
    for (let n = 1; n < 20; n += 1) {
      expected = rc4(
        key.map((byte) => byte ^ n),
        expected,
      );
    }
  }
  const length = revision === 2 ? 32 : 16;
  return equal(expected.subarray(0, length), user.subarray(0, length)) ? key : undefined;
}

/** ISO 32000-2 algorithm 2.A with the empty password, as the user's or as the owner's. */
async function newKey(
  { user, owner, revision }: KeyParts,
  sealed: { readonly user: Uint8Array; readonly owner: Uint8Array },
  engine: Engine,
): Promise<Uint8Array | undefined> {
  const hash = (salt: Uint8Array, more: Uint8Array): Promise<Uint8Array> =>
    revision === 5 ? engine.digest('sha256', concat(salt, more)) : hardened(salt, more, engine);
  const tries = [
    { stated: user, wrapped: sealed.user, more: new Uint8Array() },
    { stated: owner, wrapped: sealed.owner, more: user.subarray(0, 48) },
  ];
  for (const { stated, wrapped, more } of tries) {
    if (!equal(await hash(stated.subarray(32, 40), more), stated.subarray(0, 32))) continue;
    const between = await hash(stated.subarray(40, 48), more);
    return decryptCbc(between, new Uint8Array(16), wrapped.subarray(0, 32));
  }
  return undefined;
}

/** Algorithm 2.B with the empty password. */
async function hardened(salt: Uint8Array, more: Uint8Array, engine: Engine): Promise<Uint8Array> {
  let key = await engine.digest('sha256', concat(salt, more));
  for (let round = 0, last = 0; round < 64 || last > round - 32; round += 1) {
    const unit = concat(key, more);
    const repeated = new Uint8Array(64 * unit.length);
    for (let at = 0; at < repeated.length; at += unit.length) repeated.set(unit, at);
    const sealed = encryptCbc(key.subarray(0, 16), key.subarray(16, 32), repeated);
    const sum = sealed.subarray(0, 16).reduce((total, byte) => total + byte, 0);
    const hash = (['sha256', 'sha384', 'sha512'] as const)[sum % 3] ?? 'sha256';
    key = await engine.digest(hash, sealed);
    last = sealed.at(-1) ?? 0;
  }
  return key.subarray(0, 32);
}

function stringOf(value: PdfValue): Uint8Array {
  return value.kind === 'string' ? value.bytes : new Uint8Array();
}

/** Algorithm 1 and 1.A: the plain bytes of one string or stream of an object. */
export function decipher(
  cipher: { readonly key: Uint8Array; readonly name: CipherName },
  object: { readonly number: number; readonly generation: number },
  bytes: Uint8Array,
): Uint8Array {
  const { name } = cipher;
  if (name === 'identity') return bytes;
  const own = objectKey(cipher, object);
  return name === 'rc4' ? rc4(own, bytes) : cbc(own, bytes);
}

/** The key of one object: AES-256 has one for all of them. */
export function objectKey(
  { key, name }: { readonly key: Uint8Array; readonly name: CipherName },
  { number, generation }: { readonly number: number; readonly generation: number },
): Uint8Array {
  if (name === 'aes-256') return key;
  const place = [number, number >> 8, number >> 16, generation, generation >> 8];
  const salt = name === 'aes-128' ? fromLatin1('sAlT') : new Uint8Array();
  const digest = md5(concat(key, Uint8Array.from(place), salt));
  return digest.subarray(0, Math.min(16, key.length + 5));
}

function cbc(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  if (bytes.length < 32) return new Uint8Array();
  const plain = decryptCbc(key, bytes.subarray(0, 16), bytes.subarray(16));
  const filled = plain.at(-1) ?? 0;
  return filled >= 1 && filled <= 16 ? plain.subarray(0, plain.length - filled) : plain;
}
