/**
 * An ECDSA signature on P-256 always has two spellings, (r, s) and (r, n − s), and anybody can turn
 * one into the other. Where every byte must be fixed, only the smaller s counts.
 */
import { DerReader, integer, integerOf, parseDer, sequence, tag } from '#formats/der';

/** The order of the group of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3). */
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The spelling with the smaller s of an Ecdsa-Sig-Value (RFC 3279 §2.2.3). */
export function smallerTwin(signature: Uint8Array): Uint8Array {
  const reader = new DerReader(parseDer(signature), tag.sequence);
  const r = reader.next(tag.integer);
  const s = integerOf(reader.next(tag.integer));
  reader.end();
  // An s outside 1 … n − 1 has no twin; whoever verifies it refuses it.
  if (s <= p256Order / 2n || s >= p256Order) return signature;
  return sequence(r.der, integer(p256Order - s));
}
