/**
 * Is a message signature by this key? The algorithms of RFC 9421 §3.3 that the house speaks.
 *
 * `hmac-sha256`, `ecdsa-p256-sha256` and `ed25519` are the registry's. `sm2-sm3` is a private name:
 * SM2 with SM3 (GB/T 32918.2) over the base, the identity 1234567812345678, and r ‖ s in 64 bytes
 * as ECDSA has it here. The key decides the algorithm; what the message says may only agree (§3.2
 * step 6).
 */
import { equal, fromHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { integerFromBytes, sequence } from '#formats/der';
import { sm2PublicKey, verifySm2 } from '#formats/sm2';
import { equalSecrets, hmacSha256 } from './hmac.ts';

/** The closed list of algorithms a request may be signed with. */
export const messageAlgorithms = [
  'hmac-sha256',
  'ecdsa-p256-sha256',
  'ed25519',
  'sm2-sm3',
] as const;

/** One of the closed list. */
export type MessageAlgorithm = (typeof messageAlgorithms)[number];

/** What checks a signature: a shared secret, or a public key (DER SubjectPublicKeyInfo). */
export type MessageKey =
  | { readonly algorithm: 'hmac-sha256'; readonly secret: Uint8Array }
  | {
      readonly algorithm: Exclude<MessageAlgorithm, 'hmac-sha256'>;
      readonly publicKey: Uint8Array;
    };

const p256Prefix = fromHex('3059301306072a8648ce3d020106082a8648ce3d03010703420004');
const ed25519Prefix = fromHex('302a300506032b6570032100');
const secretBytesMin = 32;
const halfBytes = 32;

/** Refuses with httpsig.key_unsuitable what is not a key of its algorithm. */
export function refuseUnsuitable(key: MessageKey): void {
  if (!isSuitable(key)) throw new Fault('httpsig.key_unsuitable', { algorithm: key.algorithm });
}

/** Is `signature` over `base` by `key`? Malformed ones are `false`, never an exception. */
export async function verifyMessage(
  check: { readonly base: Uint8Array; readonly signature: Uint8Array; readonly key: MessageKey },
  engine: Engine,
): Promise<boolean> {
  const { base: message, signature, key } = check;
  if (!isSuitable(key)) return false;
  switch (key.algorithm) {
    case 'hmac-sha256':
      return equalSecrets(await hmacSha256(key.secret, message, engine), signature);
    case 'sm2-sm3':
      return verifySm2({ publicKey: key.publicKey, signature, message }, engine);
    case 'ed25519': {
      const { publicKey } = key;
      return engine.verify({ algorithm: 'ed25519', publicKey, signature, message });
    }
    case 'ecdsa-p256-sha256': {
      if (signature.length !== 2 * halfBytes) return false;
      const halves = [signature.subarray(0, halfBytes), signature.subarray(halfBytes)];
      const der = sequence(...halves.map(integerFromBytes));
      const { publicKey } = key;
      return engine.verify({ algorithm: 'ecdsa-sha256', publicKey, signature: der, message });
    }
  }
}

function isSuitable(key: MessageKey): boolean {
  switch (key.algorithm) {
    case 'hmac-sha256':
      return key.secret.length >= secretBytesMin;
    case 'ecdsa-p256-sha256':
      return startsWith(key.publicKey, p256Prefix, 2 * halfBytes);
    case 'ed25519':
      return startsWith(key.publicKey, ed25519Prefix, halfBytes);
    case 'sm2-sm3':
      return sm2PublicKey(key.publicKey) !== undefined;
  }
}

function startsWith(spki: Uint8Array, prefix: Uint8Array, keyBytes: number): boolean {
  return spki.length === prefix.length + keyBytes && equal(spki.subarray(0, prefix.length), prefix);
}
