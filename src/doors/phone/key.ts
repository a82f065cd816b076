/**
 * The signer's key: born here, non-extractable, used for one session, never written anywhere.
 *
 * Law 1. WebCrypto P-256, as in the page: the program can ask the key to sign and nothing else. The
 * answer of WebCrypto is r‖s (IEEE P1363); CMS and PKCS#10 want DER (RFC 3279 section 2.2.3).
 */
import type { Signer } from '#formats/crypto';
import { integerFromBytes, sequence } from '#formats/der';

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const scalarBytes = 32;

export async function bornKey(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey(curve, false, ['sign', 'verify']);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey));
  return {
    algorithm: 'ecdsa-sha256',
    publicKey,
    async sign(message) {
      const hash = { name: 'ECDSA', hash: 'SHA-256' } as const;
      const raw = await crypto.subtle.sign(hash, pair.privateKey, new Uint8Array(message));
      return derSignature(new Uint8Array(raw));
    },
  };
}

function derSignature(raw: Uint8Array): Uint8Array {
  return sequence(
    integerFromBytes(raw.subarray(0, scalarBytes)),
    integerFromBytes(raw.subarray(scalarBytes)),
  );
}
