/**
 * Reads the structure of a PKCS#12 file (RFC 7292 §4): what is protected how, and the bags inside
 * what was opened. BER is read, for old programs write it. No password and no cipher is used here.
 */
import { concat } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import type { HashName } from '#formats/crypto';
import { contextTag, type Der, oidOf, parseBer, smallIntegerOf, tag } from '#formats/der';
import {
  algorithmOf,
  cipherOf,
  hashOf,
  iterationsOf,
  keyedHashOf,
  malformed,
  octets,
  type PasswordCipher,
  type Pbkdf2,
  partsOf,
  pbkdf2Of,
  pkcs12BytesMax,
  unsupported,
} from './ciphers.ts';

/** The outer structure: what the password vouches for, and the parts it protects. */
export interface Pkcs12 {
  /** What the MAC covers. */
  readonly content: Uint8Array;
  readonly mac: Pkcs12Mac;
  /** Each holds bags, once it is opened. */
  readonly safes: readonly SealedBytes[];
}

/** The check value over the contents (§5.1): an HMAC by `hash`. */
export interface Pkcs12Mac {
  readonly hash: HashName;
  readonly digest: Uint8Array;
  /** Its key's making, in the way of PKCS#12 itself or by PBKDF2 (PBMAC1, RFC 9579). */
  readonly by:
    | { readonly is: 'pkcs12'; readonly salt: Uint8Array; readonly iterations: number }
    | ({ readonly is: 'pbmac1' } & Pbkdf2 & { readonly keyBytes: number });
}

/** Bytes under a password, or in the clear where there is no cipher. */
export interface SealedBytes {
  readonly cipher: PasswordCipher | undefined;
  readonly bytes: Uint8Array;
}

/** What a key file holds of use here; lists and secrets are passed over. */
export type Pkcs12Bag =
  | ({ readonly is: 'key' } & SealedBytes)
  | { readonly is: 'certificate'; readonly der: Uint8Array };

const oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  safeBag: '1.2.840.113549.1.12.10.1.6',
  pbmac1: '1.2.840.113549.1.5.14',
  x509Certificate: '1.2.840.113549.1.9.22.1',
} as const;
const inside = contextTag(0, 'constructed');
const bagDepthMax = 4;
/** Programs write one or two; each under a password takes its own iterations to open. */
const safesMax = 16;
const version = 3;
/** Blocks of PBKDF2, each of which takes all the iterations anew. */
const macKeyBytesMax = 128;

/** Refuses with `pkcs12.*` what is no such file, or one that no password vouches for. */
export function readPkcs12(bytes: Uint8Array): Pkcs12 {
  if (bytes.length > pkcs12BytesMax) {
    throw new Fault('pkcs12.limit', { limit: 'pkcs12BytesMax', value: bytes.length });
  }
  return orMalformed(() => readOuter(bytes));
}

/** What lies in one opened safe, with the safes inside it. */
export function readBags(safe: Uint8Array): readonly Pkcs12Bag[] {
  return orMalformed(() => bagsIn(parseBer(safe).value, 0));
}

/** A key under a password as PKCS#8 has it (RFC 5958 §3), which a file of keys holds too. */
export function readSealedKey(der: Uint8Array): SealedBytes {
  return orMalformed(() => {
    const [algorithm, bytes] = partsOf(parseBer(der).value);
    if (algorithm === undefined) throw malformed('key');
    return { cipher: cipherOf(algorithm), bytes: octets(bytes) };
  });
}

function readOuter(bytes: Uint8Array): Pkcs12 {
  const [stated, safe, mac] = partsOf(parseBer(bytes).value);
  if (stated?.tag !== tag.integer || smallIntegerOf(stated) !== version) throw malformed('version');
  const authenticated = contentInfo(safe);
  if (authenticated.type !== oids.data) throw unsupported(authenticated.type);
  // Without it a wrong password and a changed file look alike.
  if (mac === undefined) throw new Fault('pkcs12.mac_missing');
  const content = octets(authenticated.value);
  const safes = partsOf(parseBer(content).value);
  if (safes.length > safesMax) {
    throw new Fault('pkcs12.limit', { limit: 'safesMax', value: safes.length });
  }
  return { content, mac: macOf(mac), safes: safes.map(safeOf) };
}

/** Whatever is wrong with the encoding is said in this room's words. */
function orMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!faultCode(cause)?.startsWith('der.')) throw cause;
    throw new Fault('pkcs12.malformed', { why: 'encoding' }, { cause });
  }
}

function contentInfo(value: Der | undefined): { readonly type: string; readonly value: Der } {
  const [type, held] = partsOf(value);
  const [content] = held?.tag === inside ? held.children : [];
  if (type?.tag !== tag.oid || content === undefined) throw malformed('content');
  return { type: oidOf(type), value: content };
}

function macOf(value: Der): Pkcs12Mac {
  const [info, salt, iterations] = partsOf(value);
  const [algorithm, digest] = partsOf(info);
  if (algorithm === undefined) throw malformed('mac');
  const { oid, parameters } = algorithmOf(algorithm);
  if (oid === oids.pbmac1) return { ...pbmac1Of(parameters), digest: octets(digest) };
  return {
    hash: hashOf(algorithm),
    digest: octets(digest),
    by: {
      is: 'pkcs12',
      salt: octets(salt),
      iterations: iterations === undefined ? 1 : iterationsOf(iterations),
    },
  };
}

/** RFC 9579 §4: salt and iterations beside it are not used, and the length of the key is stated. */
function pbmac1Of(parameters: Der | undefined): Omit<Pkcs12Mac, 'digest'> {
  const [derivation, scheme] = partsOf(parameters);
  const by = pbkdf2Of(derivation);
  const { keyBytes } = by;
  if (keyBytes === undefined || keyBytes < 1) throw malformed('key length');
  if (keyBytes > macKeyBytesMax) {
    throw new Fault('pkcs12.limit', { limit: 'macKeyBytesMax', value: keyBytes });
  }
  return { hash: keyedHashOf(scheme), by: { is: 'pbmac1', ...by, keyBytes } };
}

function safeOf(value: Der): SealedBytes {
  const { type, value: content } = contentInfo(value);
  if (type === oids.data) return { cipher: undefined, bytes: octets(content) };
  if (type !== oids.encryptedData) throw unsupported(type);
  const [, encrypted] = partsOf(content);
  const [, algorithm, bytes] = partsOf(encrypted);
  if (algorithm === undefined || bytes === undefined) throw malformed('encrypted data');
  return { cipher: cipherOf(algorithm), bytes: implicitOctets(bytes) };
}

/** `[0] IMPLICIT OCTET STRING`, in one piece or in several. */
function implicitOctets(value: Der): Uint8Array {
  if (value.tag === contextTag(0, 'primitive')) return value.content;
  if (value.tag !== inside) throw malformed('encrypted content');
  return concat(...value.children.map((piece) => octets(piece)));
}

function bagsIn(value: Der, depth: number): readonly Pkcs12Bag[] {
  if (depth > bagDepthMax) throw new Fault('pkcs12.limit', { limit: 'bagDepthMax', value: depth });
  return partsOf(value).flatMap((bag) => {
    const { type, value: held } = contentInfo(bag);
    if (type === oids.safeBag) return bagsIn(held, depth + 1);
    if (type === oids.keyBag) return [{ is: 'key', cipher: undefined, bytes: held.der } as const];
    if (type === oids.shroudedKeyBag) return [shroudedKey(held)];
    return type === oids.certBag ? certificateIn(held) : [];
  });
}

function shroudedKey(value: Der): Pkcs12Bag {
  const [algorithm, bytes] = partsOf(value);
  if (algorithm === undefined) throw malformed('key');
  return { is: 'key', cipher: cipherOf(algorithm), bytes: octets(bytes) };
}

function certificateIn(value: Der): Pkcs12Bag[] {
  const { type, value: der } = contentInfo(value);
  return type === oids.x509Certificate ? [{ is: 'certificate', der: octets(der) }] : [];
}
