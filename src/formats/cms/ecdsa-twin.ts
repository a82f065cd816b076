/**
 * An ECDSA signature on P-256 always has two spellings, (r, s) and (r, n − s), and anybody can turn
 * one into the other. Where every byte must be fixed, only the smaller s counts.
 */
import { compare, fromHex } from '#base/bytes';
import { DerReader, integer, integerOf, parseDer, sequence, tag } from '#formats/der';

/** The order of the group of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3). */
const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** The largest s that is the smaller one, as a DER INTEGER has it: positive, so no octet before. */
const smallestHalf = fromHex((p256Order / 2n).toString(16));

/** The spelling with the smaller s of an Ecdsa-Sig-Value (RFC 3279 §2.2.3). */
export function smallerTwin(signature: Uint8Array): Uint8Array {
  const reader = new DerReader(parseDer(signature), tag.sequence);
  const r = reader.next(tag.integer);
  const written = reader.next(tag.integer);
  reader.end();
  // Every second one is the smaller already, and is told by its octets.
  const { content } = written;
  if (content.length < smallestHalf.length) return signature;
  if (content.length === smallestHalf.length && compare(content, smallestHalf) <= 0) {
    return signature;
  }
  const s = integerOf(written);
  // An s outside 1 … n − 1 has no twin; whoever verifies it refuses it.
  if (s <= p256Order / 2n || s >= p256Order) return signature;
  return sequence(r.der, integer(p256Order - s));
}
