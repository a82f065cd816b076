/**
 * The curve of SM2 (GB/T 32918.5-2017 Annex A) in Jacobian coordinates over bigint.
 *
 * For public values only: its running time depends on what it is given.
 */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

/** x = X/Z², y = Y/Z³; Z = 0 is the point at infinity. */
interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const field = hex('fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff');

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

const infinity: Jacobian = { x: 1n, y: 1n, z: 0n };

/** Is it a point of the curve, with both coordinates in range? The cofactor is one. */
export function onCurve({ x, y }: Point): boolean {
  if (x >= field || y >= field) return false;
  return mod(y * y - (x * x * x + sm2Curve.a * x + sm2Curve.b)) === 0n;
}

/** Undefined is the point at infinity. */
export function addPoints(one: Point | undefined, other: Point | undefined): Point | undefined {
  return toAffine(add(toJacobian(one), toJacobian(other)));
}

export function multiply(point: Point, factor: bigint): Point | undefined {
  const base = toJacobian(point);
  let sum = infinity;
  for (const bit of factor.toString(2)) {
    sum = double(sum);
    if (bit === '1') sum = add(sum, base);
  }
  return toAffine(sum);
}

/** dbl-2001-b of the Explicit-Formulas Database, which needs a = -3. */
function double(point: Jacobian): Jacobian {
  if (point.z === 0n) return infinity;
  const delta = mod(point.z * point.z);
  const gamma = mod(point.y * point.y);
  const beta = mod(point.x * gamma);
  const alpha = mod(3n * (point.x - delta) * (point.x + delta));
  const x = mod(alpha * alpha - 8n * beta);
  const z = mod((point.y + point.z) ** 2n - gamma - delta);
  return { x, y: mod(alpha * (4n * beta - x) - 8n * gamma * gamma), z };
}

/** add-1998-cmo-2, with the cases the formula does not know. */
function add(one: Jacobian, other: Jacobian): Jacobian {
  if (one.z === 0n) return other;
  if (other.z === 0n) return one;
  const z1 = mod(one.z * one.z);
  const z2 = mod(other.z * other.z);
  const u1 = mod(one.x * z2);
  const s1 = mod(one.y * z2 * other.z);
  const h = mod(other.x * z1 - u1);
  const r = mod(other.y * z1 * one.z - s1);
  if (h === 0n) return r === 0n ? double(one) : infinity;
  const hh = mod(h * h);
  const hhh = mod(h * hh);
  const v = mod(u1 * hh);
  const x = mod(r * r - hhh - 2n * v);
  return { x, y: mod(r * (v - x) - s1 * hhh), z: mod(one.z * other.z * h) };
}

function toJacobian(point: Point | undefined): Jacobian {
  return point === undefined ? infinity : { ...point, z: 1n };
}

function toAffine({ x, y, z }: Jacobian): Point | undefined {
  if (z === 0n) return undefined;
  const inverse = invert(z);
  const square = mod(inverse * inverse);
  return { x: mod(x * square), y: mod(y * square * inverse) };
}

/** The extended Euclidean algorithm; `value` is not zero and the field is prime. */
function invert(value: bigint): bigint {
  let [low, high] = [mod(value), field];
  let [atLow, atHigh] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [atLow, atHigh] = [atHigh - quotient * atLow, atLow];
  }
  return mod(atLow);
}

function mod(value: bigint): bigint {
  const rest = value % field;
  return rest < 0n ? rest + field : rest;
}

function hex(digits: string): bigint {
  return BigInt(`0x${digits}`);
}
