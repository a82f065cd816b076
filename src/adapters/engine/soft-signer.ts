/**
 * A Signer over a private key that lives in this process's memory.
 */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { Fault } from '#base/fault';
import type { Signer } from '#formats/crypto';

/** Takes P-256 and Ed25519 keys, the kinds the house makes; others are crypto.key_unsuitable. */
export function softSigner(key: KeyObject): Signer {
  if (key.type !== 'private') throw new Fault('crypto.key_unsuitable', { why: 'not private' });
  const publicKey = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  if (key.asymmetricKeyType === 'ed25519') {
    const bySelf = async (message: Uint8Array) => new Uint8Array(sign(null, message, key));
    return { algorithm: 'ed25519', publicKey, sign: bySelf };
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Fault('crypto.key_unsuitable', { kind: key.asymmetricKeyType ?? 'unknown' });
  }
  const asDer = { key, dsaEncoding: 'der' } as const;
  const withSha256 = async (message: Uint8Array) => new Uint8Array(sign('sha256', message, asDer));
  return { algorithm: 'ecdsa-sha256', publicKey, sign: withSha256 };
}
