/**
 * Keys that are born on this device and cannot leave it (law 1): WebCrypto P-256, non-extractable.
 *
 * The signing key lives in the page that signs and nowhere else. The enrolment key is older than
 * the code and must outlive a tab that the telephone kills while she reads the message, so its
 * handle (never its bytes) may wait in IndexedDB until the certificate is there.
 */
import type { Signer } from 'fubie-core';

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const hash = { name: 'ECDSA', hash: 'SHA-256' } as const;
const scalarBytes = 32;

export async function bornPair(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(curve, false, ['sign', 'verify']);
}

/** The pair as something that signs CMS and PKCS#10, which want DER (RFC 3279 section 2.2.3). */
export async function signerOf(pair: CryptoKeyPair): Promise<Signer> {
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  return {
    algorithm: 'ecdsa-sha256',
    publicKey,
    async sign(message) {
      const raw = await crypto.subtle.sign(hash, pair.privateKey, new Uint8Array(message));
      return derSignature(new Uint8Array(raw));
    },
  };
}

/** r‖s (IEEE P1363) as SEQUENCE { INTEGER, INTEGER }. */
export function derSignature(raw: Uint8Array): Uint8Array {
  const numbers = [raw.subarray(0, scalarBytes), raw.subarray(scalarBytes)].map(integer);
  const body = Uint8Array.from(numbers.flatMap((number) => [...number]));
  return Uint8Array.of(0x30, body.length, ...body);
}

function integer(scalar: Uint8Array): Uint8Array {
  let from = 0;
  while (from < scalar.length - 1 && scalar[from] === 0) from += 1;
  const digits = scalar.subarray(from);
  const pad = (digits[0] ?? 0) >= 0x80 ? [0] : [];
  return Uint8Array.of(0x02, digits.length + pad.length, ...pad, ...digits);
}
