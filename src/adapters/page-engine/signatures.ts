/**
 * Signature checks in a page: RSA and SM2 by the formats' own arithmetic, the other curves by
 * noble.
 *
 * Its answers are those of the server's engine, the malformed inputs included: an ECDSA signature
 * is strict DER of two positive numbers, a key names its curve and is a point on it, Ed25519 and
 * Ed448 follow RFC 8032 to the letter (no cofactor, s below the order).
 */
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { brainpoolP256r1, brainpoolP384r1, brainpoolP512r1 } from '@noble/curves/misc.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concat, fromHex } from '#base/bytes';
import { ifReadable } from '#base/fault';
import { type SignatureCheck, schemeOf } from '#formats/crypto';
import { type Der, DerReader, integerOf, oidOf, parseDer, tag } from '#formats/der';
import { verifyDsa, verifyRsa } from '#formats/rsa';
import { sm2SignatureFromDer, verifySm2 } from '#formats/sm2';
import { digest } from './digests.ts';
import { rareCurve } from './rare-curves.ts';

/** By the curve's own name (RFC 5480 §2.1.1.1, RFC 5639, SEC 2). */
const curves = new Map([
  ['1.2.840.10045.3.1.7', p256],
  ['1.3.132.0.34', p384],
  ['1.3.132.0.35', p521],
  ['1.3.132.0.10', secp256k1],
  ['1.3.36.3.3.2.8.1.1.7', brainpoolP256r1],
  ['1.3.36.3.3.2.8.1.1.11', brainpoolP384r1],
  ['1.3.36.3.3.2.8.1.1.13', brainpoolP512r1],
]);
const ecPublicKey = '1.2.840.10045.2.1';
/** RFC 8410 §3. */
const edwards = { ed25519: '1.3.101.112', ed448: '1.3.101.113' } as const;
const bySelf = { digest };

/** A public key as its SubjectPublicKeyInfo spells it. */
interface Key {
  readonly algorithm: string;
  /** The identifier in its parameters; parameters written out are no curve's name. */
  readonly curve: string | undefined;
  readonly point: Uint8Array;
}

export async function verifySignature(check: SignatureCheck): Promise<boolean> {
  const { scheme } = schemeOf(check.algorithm);
  switch (scheme) {
    case 'rsa-pkcs1':
    case 'rsa-pss':
      return verifyRsa(check, bySelf);
    case 'sm2':
      return verifySm2Der(check);
    case 'ecdsa':
      return verifyEcdsa(check);
    case 'ed25519':
      return verifyEdwards(check, edwards.ed25519, ed25519);
    case 'ed448':
      return verifyEdwards(check, edwards.ed448, ed448);
    case 'dsa':
      return verifyDsa(check, bySelf);
    case 'ml-dsa-44':
      return false;
  }
}

async function verifySm2Der(check: SignatureCheck): Promise<boolean> {
  const signature = sm2SignatureFromDer(check.signature);
  return signature !== undefined && verifySm2({ ...check, signature }, bySelf);
}

async function verifyEcdsa(check: SignatureCheck): Promise<boolean> {
  const { hash } = schemeOf(check.algorithm);
  const key = read(check.publicKey, keyOf);
  const numbers = read(check.signature, numbersOf);
  const curve = key?.algorithm === ecPublicKey ? curveOf(key.curve ?? '') : undefined;
  if (hash === undefined || curve === undefined || key === undefined || numbers === undefined) {
    return false;
  }
  const { n: order } = curve.Point.CURVE();
  if (numbers.some((number) => number <= 0n || number >= order)) return false;
  const digits = curve.lengths.signature ?? 0;
  const halves = numbers.map((number) => fromHex(number.toString(16).padStart(digits, '0')));
  const message = await digest(hash, check.message);
  const options = { prehash: false, lowS: false, format: 'compact' } as const;
  return tried(() => curve.verify(concat(...halves), message, key.point, options));
}

function curveOf(oid: string): ECDSA | undefined {
  return curves.get(oid) ?? rareCurve(oid);
}

function verifyEdwards(check: SignatureCheck, name: string, curve: typeof ed25519): boolean {
  const key = read(check.publicKey, keyOf);
  if (key?.algorithm !== name || key.curve !== undefined) return false;
  return tried(() => curve.verify(check.signature, check.message, key.point, { zip215: false }));
}

function keyOf(spki: Der): Key {
  const outer = new DerReader(spki, tag.sequence);
  const names = outer.enter(tag.sequence);
  const bits = outer.next(tag.bitString).content;
  outer.end();
  const algorithm = oidOf(names.next(tag.oid));
  const parameters = names.optional(tag.oid);
  names.end();
  const curve = parameters === undefined ? undefined : oidOf(parameters);
  return { algorithm, curve, point: bits.subarray(1) };
}

/** r and s (RFC 3279 §2.2.3). */
function numbersOf(signature: Der): bigint[] {
  const reader = new DerReader(signature, tag.sequence);
  const numbers = [integerOf(reader.next(tag.integer)), integerOf(reader.next(tag.integer))];
  reader.end();
  return numbers;
}

function read<T>(bytes: Uint8Array, parse: (der: Der) => T): T | undefined {
  return ifReadable(() => parse(parseDer(bytes)));
}

/** noble throws for a point that is none; to a caller that is "not valid". */
function tried(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}
