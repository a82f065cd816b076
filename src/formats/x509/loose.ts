/**
 * Reads DER, or, for certificates as they are found, BER with one meaning (X.690 §8).
 *
 * Signatures are over the bytes as they stand, so a second spelling cannot be slipped in by anybody
 * but the issuer; that it is one is said.
 */
import { Fault } from '#base/fault';
import { type Der, parseBer, parseDer } from '#formats/der';

/** A value and whether its bytes are the only ones it could have. */
export interface Loose {
  readonly value: Der;
  readonly isDer: boolean;
}

/** der.malformed or der.limit for anything that is not even BER, or that has bytes after it. */
export function parseLoosely(bytes: Uint8Array): Loose {
  try {
    return { value: parseDer(bytes), isDer: true };
  } catch (thrown) {
    if (!(thrown instanceof Fault) || thrown.code !== 'der.malformed') throw thrown;
    const { value, trailingBytes } = parseBer(bytes);
    if (trailingBytes > 0) throw thrown;
    return { value, isDer: false };
  }
}
