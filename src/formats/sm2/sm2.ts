/**
 * Checks SM2 signatures with SM3 and the signer's identity (GB/T 32918.2-2016 §7, GM/T 0009-2012).
 *
 * What an engine calls "SM2" often leaves the identity out of the digest and so accepts nothing
 * that a Chinese signing device makes (shown for Node and `openssl dgst`). Here ZA is always in, by
 * default over 1234567812345678 (GM/T 0009 §10). Everything handled is public, so the arithmetic
 * need not run in constant time; no private key ever comes here. One check costs a few
 * milliseconds.
 */
import { concat, equal, fromHex, toHex, utf8 } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { addPoints, multiply, onCurve, order, type Point, sm2Curve } from './curve.ts';

/** The identity every signer has who was given no other one. */
export const sm2DefaultId = '1234567812345678';

/** SubjectPublicKeyInfo of id-ecPublicKey on sm2p256v1 up to the coordinates of the point. */
const spkiPrefix = fromHex('3059301306072a8648ce3d020106082a811ccf5501822d03420004');
const coordinateBytes = 32;

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
  if (spki.length !== spkiPrefix.length + 2 * coordinateBytes) return undefined;
  if (!equal(spki.subarray(0, spkiPrefix.length), spkiPrefix)) return undefined;
  const point = { x: numberAt(spki, spkiPrefix.length), y: numberAt(spki, spkiPrefix.length + 32) };
  return onCurve(point) ? point : undefined;
}

/** GB/T 32918.2 §7.1. A malformed key or signature is `false`, never an exception. */
export async function verifySm2(check: Sm2Check, engine: Engine): Promise<boolean> {
  const key = sm2PublicKey(check.publicKey);
  if (key === undefined || check.signature.length !== 2 * coordinateBytes) return false;
  const r = numberAt(check.signature, 0);
  const s = numberAt(check.signature, coordinateBytes);
  if (r === 0n || r >= order || s === 0n || s >= order) return false;
  const t = (r + s) % order;
  if (t === 0n) return false;
  const za = await identityDigest(key, check.signerId ?? sm2DefaultId, engine);
  const e = numberAt(await engine.digest('sm3', concat(za, check.message)), 0);
  const sum = addPoints(multiply(sm2Curve.base, s), multiply(key, t));
  return sum !== undefined && (e + sum.x) % order === r;
}

/** ZA = SM3(ENTL ‖ ID ‖ a ‖ b ‖ xG ‖ yG ‖ xA ‖ yA), §5.5. */
function identityDigest(key: Point, signerId: string, engine: Engine): Promise<Uint8Array> {
  const id = utf8(signerId);
  const bits = id.length * 8;
  const { a, b, base } = sm2Curve;
  const numbers = [a, b, base.x, base.y, key.x, key.y].map(bytesOf);
  return engine.digest('sm3', concat(Uint8Array.of(bits >> 8, bits & 0xff), id, ...numbers));
}

function numberAt(bytes: Uint8Array, from: number): bigint {
  return BigInt(`0x${toHex(bytes.subarray(from, from + coordinateBytes))}`);
}

function bytesOf(value: bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(2 * coordinateBytes, '0'));
}
