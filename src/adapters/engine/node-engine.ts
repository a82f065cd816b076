/**
 * The engine that formats ask, answered by Node's OpenSSL and zlib.
 *
 * It promises what the port says: a malformed key or signature, or a key of another kind than the
 * algorithm names, is `false`. Where OpenSSL differs from the standard (SM2 without the signer's
 * identity) or is narrower (PSS with a mask over another digest), the house's own arithmetic
 * answers, the same that answers in the page.
 */
import { createHash, type Hash, hash as oneShot, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { inflate, inflateRaw } from 'node:zlib';
import { concat, fromLatin1 } from '#base/bytes';
import { errorCode, Fault } from '#base/fault';
import {
  type Beginning,
  type BegunDigest,
  type Engine,
  type HashName,
  type SignatureCheck,
  schemeOf,
} from '#formats/crypto';
import { verifyDsa, verifyRsa } from '#formats/rsa';
import { Sm2Memory, sm2SignatureFromDer, verifySm2 } from '#formats/sm2';
import { type KeyKind, KeyMemory } from './key-memory.ts';

type Inflate = (bytes: Uint8Array, limit: { maxOutputLength: number }) => Promise<Buffer>;

const inflateZlib: Inflate = promisify(inflate);
const inflateBare: Inflate = promisify(inflateRaw);
const verifyBeside = promisify(verify);
const shake256Bytes = 64;
/** Where OpenSSL writes the same value as RFC 8017; it names SM3 and SHAKE otherwise. */
const hashesForRsa: readonly HashName[] = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

/**
 * An engine with a memory of its own for the keys it meets. With `beside`, OpenSSL checks
 * signatures in libuv's threads: for whoever has many in one moment and one thread for all else.
 */
export function createNodeEngine({ beside = false } = {}): Engine {
  const sm2Memory = new Sm2Memory();
  const keys = new KeyMemory();
  return {
    digest,
    begin,
    spell: ({ hash, of, as }) => oneShot(hash, of, as),
    letters: (text) => Buffer.from(text).toString('base64url'),
    verify: (check) => verifySignature(check, { digest, sm2Memory, keys, beside }),
    inflate: (bytes, bytesMax) => inflated(inflateZlib, bytes, bytesMax),
    inflateRaw: (bytes, bytesMax) => inflated(inflateBare, bytes, bytesMax),
  };
}

/** Far below where a copy costs what a state of OpenSSL's does. */
const joinedBytesMax = 4096;

async function digest(hash: HashName, ...parts: readonly Uint8Array[]): Promise<Uint8Array> {
  const short = hash === 'shake256' ? undefined : onePart(parts);
  // As a text of bytes: a Buffer's memory is the system's, and the collector is told of it. These
  // few bytes lie on V8's own heap, and half the price goes.
  if (short !== undefined) return fromLatin1(oneShot(hash, short, 'binary'));
  const sum = begunHash(hash);
  for (const part of parts) sum.update(part);
  return new Uint8Array(sum.digest());
}

/** What can be hashed in one call: half the price of a state for what is as short as a leaf. */
function onePart(parts: readonly Uint8Array[]): Uint8Array | undefined {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const bytes = parts.reduce((sum, { length }) => sum + length, 0);
  return bytes <= joinedBytesMax ? concat(...parts) : undefined;
}

function begunHash(hash: HashName): Hash {
  return createHash(hash, hash === 'shake256' ? { outputLength: shake256Bytes } : {});
}

/** OpenSSL's state behind the beginning is copied for each file. */
function begin(bytes: Uint8Array, known: readonly BegunDigest[] = []): Beginning {
  const begun = new Map(known.map((one) => [one.hash, one] as const));
  const begunBy = (hash: HashName): BegunDigest => {
    const own = begun.get(hash) ?? begunDigest(hash, begunHash(hash).update(bytes));
    begun.set(hash, own);
    return own;
  };
  return {
    digest: async (hash, ...rest) => begunBy(hash).digest(...rest),
    begun: (hash, ...rest) => begunBy(hash).on(...rest),
  };
}

function begunDigest(hash: HashName, state: Hash): BegunDigest {
  const behind = (rest: readonly Uint8Array[]): Hash => {
    const sum = state.copy();
    for (const part of rest) sum.update(part);
    return sum;
  };
  return {
    hash,
    digest: (...rest) => new Uint8Array(behind(rest).digest()),
    on: (...rest) => begunDigest(hash, behind(rest)),
  };
}

/** The engine of this process. */
export const nodeEngine: Engine = createNodeEngine();

interface Parts {
  readonly digest: Engine['digest'];
  readonly sm2Memory: Sm2Memory;
  readonly keys: KeyMemory;
  readonly beside: boolean;
}

async function verifySignature(check: SignatureCheck, parts: Parts): Promise<boolean> {
  const scheme = schemeOf(check.algorithm);
  switch (scheme.scheme) {
    case 'rsa-pkcs1':
      if (!hashesForRsa.includes(scheme.hash)) return verifyRsa(check, parts);
      return verifyNatively(check, { parts, kind: 'rsa', hash: scheme.hash });
    case 'rsa-pss':
      return verifyRsa(check, parts);
    case 'ecdsa':
      return verifyNatively(check, { parts, kind: 'ec', hash: scheme.hash });
    case 'ed25519':
    case 'ed448':
    case 'ml-dsa-44':
      return verifyNatively(check, { parts, kind: scheme.scheme, hash: null });
    case 'sm2': {
      const signature = sm2SignatureFromDer(check.signature);
      return signature !== undefined && verifySm2({ ...check, signature }, parts, parts.sm2Memory);
    }
    case 'dsa':
      return verifyDsa(check, parts);
  }
}

function verifyNatively(
  { publicKey, message, signature }: SignatureCheck,
  how: { readonly parts: Parts; readonly kind: KeyKind; readonly hash: HashName | null },
): boolean | Promise<boolean> {
  const { parts, kind, hash } = how;
  const key = parts.keys.get(publicKey, kind);
  if (key === undefined) return false;
  // The key bare: an object around it, if only to say `dsaEncoding: 'der'`, costs a quarter more.
  // OpenSSL throws on some signatures it cannot even parse; to a caller that is "not valid".
  if (parts.beside) return verifyBeside(hash, message, key, signature).catch(() => false);
  try {
    return verify(hash, message, key, signature);
  } catch {
    return false;
  }
}

async function inflated(by: Inflate, bytes: Uint8Array, bytesMax: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await by(bytes, { maxOutputLength: bytesMax }));
  } catch (cause) {
    const tooLong = errorCode(cause) === 'ERR_BUFFER_TOO_LARGE';
    const code = tooLong ? 'crypto.inflate_limit' : 'crypto.inflate_malformed';
    throw new Fault(code, { bytesMax }, { cause });
  }
}
