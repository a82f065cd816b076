/**
 * The two spellings of an SM2 signature: SEQUENCE { r, s } (GM/T 0009 §7.3) and r ‖ s.
 */
import { concat, fromHex } from '#base/bytes';
import { faultCode } from '#base/fault';
import { DerReader, integerFromBytes, integerOf, parseDer, sequence, tag } from '#formats/der';

const halfBytes = 32;

/** r ‖ s of a DER value; undefined if it is not one or a number does not fit. */
export function sm2SignatureFromDer(der: Uint8Array): Uint8Array | undefined {
  try {
    const reader = new DerReader(parseDer(der), tag.sequence);
    const halves = [reader.next(tag.integer), reader.next(tag.integer)].map(integerOf);
    reader.end();
    if (halves.some((half) => half <= 0n || half >= 1n << BigInt(8 * halfBytes))) return undefined;
    return concat(...halves.map((half) => fromHex(half.toString(16).padStart(2 * halfBytes, '0'))));
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return undefined;
  }
}

/** DER of r ‖ s, each half as long as the other. */
export function signatureToDer(halves: Uint8Array): Uint8Array {
  const middle = halves.length / 2;
  const numbers = [halves.subarray(0, middle), halves.subarray(middle)];
  return sequence(...numbers.map((half) => integerFromBytes(half)));
}
