/**
 * Signature values as they are found: DER, or r ‖ s as smart cards and some Chinese makers write
 * it. An engine takes DER, so the other form is turned into it and said.
 */
import { faultCode } from '#base/fault';
import { type SignatureAlgorithm, schemeOf } from '#formats/crypto';
import { DerReader, parseDer, tag } from '#formats/der';
import { signatureToDer } from '#formats/sm2';

/** BSI TR-03111 §5.2.1: ecdsa-plain-signatures, whose values are r ‖ s. */
const plainCurveOids: Readonly<Record<string, SignatureAlgorithm>> = {
  '0.4.0.127.0.7.1.1.4.1.1': 'ecdsa-sha1',
  '0.4.0.127.0.7.1.1.4.1.2': 'ecdsa-sha224',
  '0.4.0.127.0.7.1.1.4.1.3': 'ecdsa-sha256',
  '0.4.0.127.0.7.1.1.4.1.4': 'ecdsa-sha384',
  '0.4.0.127.0.7.1.1.4.1.5': 'ecdsa-sha512',
};

export function plainCurveAlgorithmOf(oid: string): SignatureAlgorithm | undefined {
  return plainCurveOids[oid];
}

/** The value an engine takes, and whether it had to be rewritten. */
export function engineSignature(
  value: Uint8Array,
  algorithm: SignatureAlgorithm,
): { readonly signature: Uint8Array; readonly wasRaw: boolean } {
  const { scheme } = schemeOf(algorithm);
  const onCurve = scheme === 'ecdsa' || scheme === 'sm2';
  const wasRaw = onCurve && value.length >= 2 && value.length % 2 === 0 && !isPair(value);
  return { signature: wasRaw ? signatureToDer(value) : value, wasRaw };
}

function isPair(value: Uint8Array): boolean {
  try {
    const reader = new DerReader(parseDer(value), tag.sequence);
    reader.next(tag.integer);
    reader.next(tag.integer);
    reader.end();
    return true;
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return false;
  }
}
