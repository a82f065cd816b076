/** Powers of whole numbers. Everything handled is public, so nothing need take the same time. */

/** `base` to the power of `exponent`, modulo `modulus`. */
export function powerOf(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

export function bitsOf(number: bigint): number {
  return number.toString(2).length;
}
