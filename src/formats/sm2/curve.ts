/**
 * The curve of SM2 (GB/T 32918.5-2017 Annex A) in Jacobian coordinates over bigint.
 *
 * For public values only: its running time depends on what it is given. A coordinate between two
 * steps is any whole number below the field in size, of either sign, for JavaScript's remainder
 * keeps the sign and a reduction that makes it positive would cost as much as an addition.
 */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. */
export interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

/** The prime of the field. */
export const field = hex('fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff');

/** The order of the base point. */
export const order = hex('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');

export const sm2Curve = {
  a: field - 3n,
  b: hex('28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93'),
  base: {
    x: hex('32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7'),
    y: hex('bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0'),
  },
} as const;

export const infinity: Jacobian = { x: 1n, y: 1n, z: 0n };

/** Is it a point of the curve, with both coordinates in range? The cofactor is one. */
export function onCurve({ x, y }: Point): boolean {
  if (x >= field || y >= field) return false;
  return (y * y - (x * x * x + sm2Curve.a * x + sm2Curve.b)) % field === 0n;
}

/** The point of this x whose y is odd or even; undefined where the curve has none (§4.2.10). */
export function pointAt(x: bigint, isOdd: boolean): Point | undefined {
  const square = positive(x * x * x + sm2Curve.a * x + sm2Curve.b, field);
  // The prime is 3 modulo 4, so this power is a root wherever there is one.
  const root = power(square, (field + 1n) / 4n);
  const y = (root & 1n) === (isOdd ? 1n : 0n) ? root : field - root;
  return onCurve({ x, y }) ? { x, y } : undefined;
}

function power(value: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % field;
    if (bit === '1') result = (result * value) % field;
  }
  return result;
}

/** dbl-2001-b of the Explicit-Formulas Database, which needs a = -3. */
export function double(point: Jacobian): Jacobian {
  if (point.z === 0n) return infinity;
  const delta = (point.z * point.z) % field;
  const gamma = (point.y * point.y) % field;
  const beta = (point.x * gamma) % field;
  const alpha = (3n * (point.x - delta) * (point.x + delta)) % field;
  const x = (alpha * alpha - (beta << 3n)) % field;
  const z = (point.y * point.z * 2n) % field;
  return { x, y: (alpha * ((beta << 2n) - x) - ((gamma * gamma) << 3n)) % field, z };
}

/** add-1998-cmo-2, with the cases the formula does not know. */
export function add(one: Jacobian, other: Jacobian): Jacobian {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const z1 = (one.z * one.z) % field;
  const z2 = (other.z * other.z) % field;
  const u1 = (one.x * z2) % field;
  const s1 = (one.y * ((z2 * other.z) % field)) % field;
  const h = (other.x * z1 - u1) % field;
  const r = (other.y * ((z1 * one.z) % field) - s1) % field;
  if (h === 0n) return r === 0n ? double(one) : infinity;
  const hh = (h * h) % field;
  const hhh = (h * hh) % field;
  const v = (u1 * hh) % field;
  const x = (r * r - hhh - 2n * v) % field;
  const z = (((one.z * other.z) % field) * h) % field;
  return { x, y: (r * (v - x) - s1 * hhh) % field, z };
}

/** The same with a point whose Z is 1, which saves a third of the work. */
export function addAffine(one: Jacobian, other: Point): Jacobian {
  if (one.z === 0n) return { ...other, z: 1n };
  const z1 = (one.z * one.z) % field;
  const h = (other.x * z1 - one.x) % field;
  const r = (other.y * ((z1 * one.z) % field) - one.y) % field;
  if (h === 0n) return r === 0n ? double(one) : infinity;
  const hh = (h * h) % field;
  const hhh = (h * hh) % field;
  const v = (one.x * hh) % field;
  const x = (r * r - hhh - 2n * v) % field;
  return { x, y: (r * (v - x) - one.y * hhh) % field, z: (one.z * h) % field };
}

/** Is x, below the field, the affine X of this point? Saves the inversion. */
export function hasX(point: Jacobian, x: bigint): boolean {
  return point.z !== 0n && (point.x - x * ((point.z * point.z) % field)) % field === 0n;
}

/** Many points at the price of one inversion (Montgomery's trick); none of them is infinite. */
export function allAffine(points: readonly Jacobian[]): readonly Point[] {
  const products: bigint[] = [];
  let product = 1n;
  for (const { z } of points) {
    products.push(product);
    product = (product * z) % field;
  }
  let inverse = invert(product, field);
  const affine: Point[] = [];
  for (let at = points.length - 1; at >= 0; at -= 1) {
    const { x, y, z } = points[at] ?? infinity;
    const own = (inverse * (products[at] ?? 1n)) % field;
    inverse = (inverse * z) % field;
    const square = (own * own) % field;
    affine.push({ x: (x * square) % field, y: (y * ((square * own) % field)) % field });
  }
  return affine.toReversed();
}

/** The extended Euclidean algorithm; `value` is not zero and `modulus` is prime. */
export function invert(value: bigint, modulus: bigint): bigint {
  let [low, high] = [positive(value, modulus), modulus];
  let [atLow, atHigh] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [atLow, atHigh] = [atHigh - quotient * atLow, atLow];
  }
  return positive(atLow, modulus);
}

export function positive(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function hex(digits: string): bigint {
  return BigInt(`0x${digits}`);
}
