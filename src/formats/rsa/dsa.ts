/**
 * Checks DSA signatures (FIPS 186-4 §4.7) with any digest an engine has.
 *
 * Nobody has signed documents with DSA for ten years, but those who did then have files to show.
 * Engines of pages do not know it, so one arithmetic answers everywhere. A key whose group is not
 * one (FIPS 186-4 appendix A) proves nothing: anybody can find values that "verify" in it.
 */
import { toHex } from '#base/bytes';
import { ifReadable } from '#base/fault';
import { type Engine, type SignatureCheck, schemeOf } from '#formats/crypto';
import { DerReader, integerOf, oidOf, parseDer, tag } from '#formats/der';
import { bitsOf, powerOf } from './power.ts';

interface DsaKey {
  readonly modulus: bigint;
  readonly order: bigint;
  readonly generator: bigint;
  readonly point: bigint;
}

const dsaOid = '1.2.840.10040.4.1';
const modulusBitsMin = 512;
/** FIPS 186-4 §4.2 ends at 3072; a longer modulus only costs time. */
const modulusBitsMax = 4_096;
const orderBitsMin = 160;
const orderBitsMax = 512;

/** Malformed keys, malformed signatures and other algorithms than DSA are `false`. */
export async function verifyDsa(
  check: SignatureCheck,
  engine: Pick<Engine, 'digest'>,
): Promise<boolean> {
  const scheme = schemeOf(check.algorithm);
  if (scheme.scheme !== 'dsa') return false;
  const key = ifReadable(() => keyOf(check.publicKey));
  const pair = ifReadable(() => pairOf(check.signature));
  if (key === undefined || pair === undefined || !isGroup(key)) return false;
  const { modulus, order, generator, point } = key;
  if (pair.some((number) => number <= 0n || number >= order)) return false;
  const [r = 0n, s = 0n] = pair;
  const digest = await engine.digest(scheme.hash, check.message);
  // §4.6: the leftmost bits of the digest, as many as the order has.
  const excess = BigInt(Math.max(0, 8 * digest.length - bitsOf(order)));
  const hashed = BigInt(`0x${toHex(digest)}`) >> excess;
  // The order is prime (Fermat), else the group is none and was refused.
  const inverse = powerOf(s, order - 2n, order);
  if ((inverse * s) % order !== 1n) return false;
  const first = powerOf(generator, (hashed * inverse) % order, modulus);
  const second = powerOf(point, (r * inverse) % order, modulus);
  return ((first * second) % modulus) % order === r;
}

/** Appendix A.1.1.3, A.2.2 and SP 800-89 §5.3.1, but for the primality of the numbers. */
function isGroup({ modulus, order, generator, point }: DsaKey): boolean {
  const sizes = [bitsOf(modulus), bitsOf(order)] as const;
  if (sizes[0] < modulusBitsMin || sizes[0] > modulusBitsMax || modulus % 2n === 0n) return false;
  if (sizes[1] < orderBitsMin || sizes[1] > orderBitsMax) return false;
  if ((modulus - 1n) % order !== 0n) return false;
  return [generator, point].every(
    (one) => one > 1n && one < modulus && powerOf(one, order, modulus) === 1n,
  );
}

/** RFC 3279 §2.3.2; a key that inherits its parameters from its issuer is none by itself. */
function keyOf(spki: Uint8Array): DsaKey | undefined {
  const outer = new DerReader(parseDer(spki), tag.sequence);
  const names = outer.enter(tag.sequence);
  const bits = outer.next(tag.bitString).content;
  outer.end();
  if (oidOf(names.next(tag.oid)) !== dsaOid || bits[0] !== 0 || !names.more) return undefined;
  const numbers = new DerReader(names.next(tag.sequence), tag.sequence);
  const [modulus, order, generator] = [1, 2, 3].map(() => integerOf(numbers.next(tag.integer)));
  numbers.end();
  const key = parseDer(bits.subarray(1));
  if (modulus === undefined || order === undefined || generator === undefined) return undefined;
  if (key.tag !== tag.integer) return undefined;
  return { modulus, order, generator, point: integerOf(key) };
}

/** r and s (RFC 3279 §2.2.2). */
function pairOf(signature: Uint8Array): readonly bigint[] {
  const reader = new DerReader(parseDer(signature), tag.sequence);
  const pair = [integerOf(reader.next(tag.integer)), integerOf(reader.next(tag.integer))];
  reader.end();
  return pair;
}
