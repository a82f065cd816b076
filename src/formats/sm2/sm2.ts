/**
 * Checks SM2 signatures with SM3 and the signer's identity (GB/T 32918.2-2016 §7, GM/T 0009-2012).
 *
 * What an engine calls "SM2" often leaves the identity out of the digest and so accepts nothing
 * that a Chinese signing device makes (shown for Node and `openssl dgst`). Here ZA is always in, by
 * default over 1234567812345678 (GM/T 0009 §10). Everything handled is public, so the arithmetic
 * need not run in constant time; no private key ever comes here. One check of a new key costs one
 * and a half milliseconds, with a memory and a key met before a third of one.
 */
import { concat, equal, fromHex, toHex, utf8 } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import {
  add,
  field,
  hasX,
  infinity,
  type Jacobian,
  onCurve,
  order,
  type Point,
  pointAt,
  positive,
  sm2Curve,
} from './curve.ts';
import type { Sm2Memory } from './memory.ts';
import { addMultipleFrom, multiple } from './multiples.ts';

/** The identity every signer has who was given no other one. */
export const sm2DefaultId = '1234567812345678';

/** SubjectPublicKeyInfo of id-ecPublicKey on sm2p256v1 up to the coordinates of the point. */
const spkiPrefix = fromHex('3059301306072a8648ce3d020106082a811ccf5501822d03420004');
/** AlgorithmIdentifier; some makers put the curve also, or only, in the algorithm's place. */
const algorithms = [
  '301306072a8648ce3d020106082a811ccf5501822d',
  '301406082a811ccf5501822d06082a811ccf5501822d',
  '300a06082a811ccf5501822d',
  '300c06082a811ccf5501822d0500',
].map(fromHex);
/** GB/T 32918.1 §4.2.9: half a point and the last bit of the rest, or both in one. */
const pointForm = { compressed: 0x02, whole: 0x04, mixed: 0x06 } as const;
const coordinateBytes = 32;
const identityBytesMax = 8191; // ENTL counts bits in two octets (§5.5).

/** One SM2 signature to be checked. */
export interface Sm2Check {
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** r ‖ s, 32 bytes each. */
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  readonly signerId?: string;
}

/** The point of a key, or undefined when it is not an SM2 key or not on the curve. */
export function sm2PublicKey(spki: Uint8Array): Point | undefined {
  const from = spki.length - 2 * coordinateBytes;
  if (equal(spkiPrefix, spki.subarray(0, Math.max(from, 0)))) return wholePoint(spki, from);
  for (const algorithm of algorithms) {
    const length = 2 + algorithm.length;
    // SEQUENCE { algorithm, BIT STRING without unused bits { form, coordinates } }
    for (const coordinates of [1, 2]) {
      const bits = 2 + coordinates * coordinateBytes;
      const head = [0x30, algorithm.length + 2 + bits, ...algorithm, 0x03, bits, 0];
      const isLong = spki.length === length + 2 + bits;
      if (isLong && head.every((byte, at) => spki[at] === byte)) return pointIn(spki, head.length);
    }
  }
  return undefined;
}

/** The SubjectPublicKeyInfo that says this point in full, as certificates do. */
export function sm2PublicKeyDer({ x, y }: Point): Uint8Array {
  return concat(spkiPrefix, bytesOf(x), bytesOf(y));
}

/** The encoded point that begins at `at` and ends the bytes. */
function pointIn(spki: Uint8Array, at: number): Point | undefined {
  const form = spki[at] ?? 0;
  const isWhole = spki.length === at + 1 + 2 * coordinateBytes;
  if (isWhole && form === pointForm.whole) return wholePoint(spki, at + 1);
  const isOdd = (form & 1) === 1;
  if (isWhole && (form & ~1) === pointForm.mixed) {
    const point = wholePoint(spki, at + 1);
    return point !== undefined && (point.y & 1n) === (isOdd ? 1n : 0n) ? point : undefined;
  }
  if (isWhole || (form & ~1) !== pointForm.compressed) return undefined;
  return pointAt(numberAt(spki, at + 1), isOdd);
}

function wholePoint(spki: Uint8Array, from: number): Point | undefined {
  const point = { x: numberAt(spki, from), y: numberAt(spki, from + coordinateBytes) };
  return onCurve(point) ? point : undefined;
}

/** GB/T 32918.2 §7.1. A malformed key or signature is `false`, never an exception. */
export async function verifySm2(
  check: Sm2Check,
  engine: Pick<Engine, 'digest'>,
  memory?: Sm2Memory,
): Promise<boolean> {
  const key = sm2PublicKey(check.publicKey);
  const id = utf8(check.signerId ?? sm2DefaultId);
  if (key === undefined || id.length > identityBytesMax) return false;
  const za = await engine.digest('sm3', identityBlock(key, id));
  const e = await engine.digest('sm3', concat(za, check.message));
  return holds(key, { signature: check.signature, digest: e }, memory);
}

/**
 * Does the signature hold over SM3 of the message alone, as some makers write it against the
 * standard? Only to name a flaw: such a signature is not an SM2 signature.
 */
export async function holdsWithoutIdentity(
  check: Sm2Check,
  engine: Pick<Engine, 'digest'>,
): Promise<boolean> {
  const key = sm2PublicKey(check.publicKey);
  if (key === undefined) return false;
  const digest = await engine.digest('sm3', check.message);
  return holds(key, { signature: check.signature, digest }, undefined);
}

/** What is hashed into ZA: ENTL ‖ ID ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA (§5.5). */
export function identityBlock(key: Point, id: Uint8Array): Uint8Array {
  const bits = id.length * 8;
  const { a, b, base } = sm2Curve;
  const numbers = [a, b, base.x, base.y, key.x, key.y].map(bytesOf);
  return concat(Uint8Array.of(bits >> 8, bits & 0xff), id, ...numbers);
}

function holds(
  key: Point,
  given: { signature: Uint8Array; digest: Uint8Array },
  memory: Sm2Memory | undefined,
): boolean {
  if (given.signature.length !== 2 * coordinateBytes) return false;
  const r = numberAt(given.signature, 0);
  const s = numberAt(given.signature, coordinateBytes);
  if (r === 0n || r >= order || s === 0n || s >= order) return false;
  const t = (r + s) % order;
  if (t === 0n) return false;
  const sum = sumOf({ s, t, key }, memory);
  // R = (e + x) mod n must be r: x is r − e, or that plus n where it still fits into the field.
  const x = positive(r - numberAt(given.digest, 0), order);
  return hasX(sum, x) || (x + order < field && hasX(sum, x + order));
}

/** s · G + t · P. */
function sumOf(
  { s, t, key }: { s: bigint; t: bigint; key: Point },
  memory: Sm2Memory | undefined,
): Jacobian {
  return addMultiple(addMultiple(infinity, key, { factor: t, memory }), sm2Curve.base, {
    factor: s,
    memory,
  });
}

function addMultiple(
  sum: Jacobian,
  point: Point,
  { factor, memory }: { factor: bigint; memory: Sm2Memory | undefined },
): Jacobian {
  const table = memory?.tableOf(point);
  if (table !== undefined) return addMultipleFrom(sum, table, factor);
  return add(sum, multiple(point, factor));
}

function numberAt(bytes: Uint8Array, from: number): bigint {
  return BigInt(`0x${toHex(bytes.subarray(from, from + coordinateBytes))}`);
}

function bytesOf(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * coordinateBytes, '0'));
}
