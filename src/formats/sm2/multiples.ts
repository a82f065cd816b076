/**
 * Multiples of a point: from a table of prepared points for one that is met often, by a sliding
 * window for one that is met once. Public values only.
 */
import { add, addAffine, allAffine, double, infinity, type Jacobian, type Point } from './curve.ts';

/** For each window of a factor the points 1 … 64 times 128ᵏ P. */
export type MultiplesTable = readonly (readonly Point[])[];

const windowBits = 7;
const windowSize = 1 << windowBits;
const windowHalf = windowSize / 2;
/** 256 bits and the carry of the last one. */
const windows = 37;
const slidingBits = 5;
const zeros = [0, 0, 0, 0]; // One less than the bits of a sliding window.

/** Costs as much as twenty multiplications; holds 2,368 points, 0.4 MB. */
export function multiplesTable(point: Point): MultiplesTable {
  const rows: Jacobian[] = [];
  let base: Jacobian = { ...point, z: 1n };
  for (let row = 0; row < windows; row += 1) {
    let next = base;
    for (let factor = 1; factor <= windowHalf; factor += 1) {
      rows.push(next);
      next = factor === 1 ? double(base) : add(next, base);
    }
    base = double(rows[rows.length - 1] ?? infinity);
  }
  const affine = allAffine(rows);
  return Array.from({ length: windows }, (_, row) =>
    affine.slice(row * windowHalf, (row + 1) * windowHalf),
  );
}

/** sum + factor · P, by 37 additions of prepared points; `factor` is below 2²⁵⁶. */
export function addMultipleFrom(sum: Jacobian, table: MultiplesTable, factor: bigint): Jacobian {
  let carry = 0;
  let result = sum;
  for (const [row, window] of windowsOf(factor).entries()) {
    let digit = window + carry;
    carry = digit > windowHalf ? 1 : 0;
    if (carry === 1) digit -= windowSize;
    if (digit === 0) continue;
    const prepared = table[row]?.[Math.abs(digit) - 1];
    if (prepared === undefined) continue;
    result = addAffine(result, digit < 0 ? { x: prepared.x, y: -prepared.y } : prepared);
  }
  return result;
}

/** factor · P by signed sliding windows (NAF of width 5); `factor` is not negative. */
export function multiple(point: Point, factor: bigint): Jacobian {
  const odd: Jacobian[] = [{ ...point, z: 1n }];
  const twice = double({ ...point, z: 1n });
  for (let at = 1; at < 1 << (slidingBits - 2); at += 1) {
    odd.push(add(odd[at - 1] ?? infinity, twice));
  }
  let result = infinity;
  for (const digit of nafOf(factor)) {
    result = double(result);
    const prepared = odd[(Math.abs(digit) - 1) / 2];
    if (digit === 0 || prepared === undefined) continue;
    result = add(result, digit < 0 ? { ...prepared, y: -prepared.y } : prepared);
  }
  return result;
}

/** The digits of base 128, least first. */
function windowsOf(factor: bigint): readonly number[] {
  const bits = factor.toString(2).padStart(windows * windowBits, '0');
  return Array.from({ length: windows }, (_, at) => {
    const end = bits.length - at * windowBits;
    return Number.parseInt(bits.slice(end - windowBits, end), 2);
  });
}

/** Non-adjacent form: every digit zero or odd and below 16 in size; greatest first. */
function nafOf(factor: bigint): readonly number[] {
  const bits = [...factor.toString(2)].toReversed().map(Number);
  const digits: number[] = [];
  for (let at = 0; at < bits.length; at += 1) {
    const bit = bits[at] ?? 0;
    if (bit === 2) {
      // A carry that met a set bit moves on.
      digits.push(0);
      bits[at + 1] = (bits[at + 1] ?? 0) + 1;
      continue;
    }
    if (bit === 0) {
      digits.push(0);
      continue;
    }
    let value = 0;
    for (let step = slidingBits - 1; step >= 0; step -= 1) {
      value = value * 2 + (bits[at + step] ?? 0);
    }
    const digit = signedWindow(value);
    const carry = (value - digit) >> slidingBits;
    digits.push(digit, ...zeros);
    if (carry > 0) bits[at + slidingBits] = (bits[at + slidingBits] ?? 0) + carry;
    at += slidingBits - 1;
  }
  return digits.toReversed();
}

function signedWindow(value: number): number {
  const size = 1 << slidingBits;
  const rest = value % size;
  return rest >= size / 2 ? rest - size : rest;
}
