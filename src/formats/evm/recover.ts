/**
 * Who signed a digest with secp256k1 (SEC 2 section 2.4.1): the address that follows from r, s and
 * the parity of R (SEC 1 section 4.1.6; Yellow Paper, appendix F). Public values only: its running
 * time depends on them.
 */
import { concat } from '#base/bytes';
import { keccak256 } from './keccak.ts';

const field = 2n ** 256n - 2n ** 32n - 977n;
const order = BigInt('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
const base: Point = {
  x: BigInt('0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'),
  y: BigInt('0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8'),
  z: 1n,
};
const addressStart = 12;
const wordBytes = 32;
const sealBytes = 65;

/** Jacobian: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const infinity: Point = { x: 1n, y: 1n, z: 0n };

/** The address behind r ‖ s ‖ parity over a digest; undefined where no key makes such a one. */
export function recoverAddress(digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const parity = signature[sealBytes - 1] ?? 0;
  if (signature.length !== sealBytes || parity > 1) return undefined;
  const r = numberOf(signature.subarray(0, wordBytes));
  const s = numberOf(signature.subarray(wordBytes, 2 * wordBytes));
  if (r === 0n || s === 0n || r >= order || s >= order) return undefined;
  const square = mod(r * r * r + 7n, field);
  const root = power(square, (field + 1n) / 4n);
  if (mod(root * root - square, field) !== 0n) return undefined;
  const point = { x: r, y: root % 2n === BigInt(parity) ? root : field - root, z: 1n };
  const inverse = invert(r, order);
  const ofBase = mod(-numberOf(digest) * inverse, order);
  const key = add(times(base, ofBase), times(point, mod(s * inverse, order)));
  if (key.z === 0n) return undefined;
  const z = invert(key.z, field);
  const x = mod(key.x * z * z, field);
  const y = mod(key.y * z * z * z, field);
  return keccak256(concat(word(x), word(y))).slice(addressStart);
}

function times(point: Point, by: bigint): Point {
  let sum = infinity;
  for (let bit = BigInt(by.toString(2).length - 1); bit >= 0n; bit -= 1n) {
    sum = double(sum);
    if (((by >> bit) & 1n) === 1n) sum = add(sum, point);
  }
  return sum;
}

/** dbl-2009-l of the Explicit-Formulas Database, for a = 0. */
function double({ x, y, z }: Point): Point {
  if (z === 0n) return infinity;
  const b = mod(y * y, field);
  const c = mod(b * b, field);
  const d = mod(2n * ((x + b) * (x + b) - x * x - c), field);
  const e = mod(3n * x * x, field);
  const wide = mod(e * e - 2n * d, field);
  return { x: wide, y: mod(e * (d - wide) - 8n * c, field), z: mod(2n * y * z, field) };
}

/** add-1998-cmo-2, with the cases that the formula does not know. */
function add(one: Point, other: Point): Point {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const z1 = mod(one.z * one.z, field);
  const z2 = mod(other.z * other.z, field);
  const u1 = mod(one.x * z2, field);
  const s1 = mod(one.y * z2 * other.z, field);
  const h = mod(other.x * z1 - u1, field);
  const r = mod(other.y * z1 * one.z - s1, field);
  if (h === 0n) return r === 0n ? double(one) : infinity;
  const hh = mod(h * h, field);
  const hhh = mod(hh * h, field);
  const v = mod(u1 * hh, field);
  const x = mod(r * r - hhh - 2n * v, field);
  return { x, y: mod(r * (v - x) - s1 * hhh, field), z: mod(one.z * other.z * h, field) };
}

/** Fermat: the modulus is prime and the value no multiple of it. */
function invert(value: bigint, modulus: bigint): bigint {
  return power(value, modulus - 2n, modulus);
}

function power(value: bigint, exponent: bigint, modulus = field): bigint {
  let result = 1n;
  let square = mod(value, modulus);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = mod(result * square, modulus);
    square = mod(square * square, modulus);
  }
  return result;
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function word(value: bigint): Uint8Array {
  return Uint8Array.from({ length: wordBytes }, (_, at) =>
    Number((value >> BigInt(8 * (wordBytes - 1 - at))) & 0xffn),
  );
}
