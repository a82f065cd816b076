/**
 * A Signer over a private key that lives in this process's memory.
 */
import { constants, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { Fault } from '#base/fault';
import type { Signer, SigningAlgorithm } from '#formats/crypto';
import { publicKeyFacts } from '#formats/x509';
import { sm2Signer } from './sm2-signer.ts';

const rsaBitsMin = 2048;
const rsaBitsMax = 4096;
/** FIPS 186-5 §A.1.1: a smaller public exponent is read in what others signed, never written. */
const rsaExponentMin = 65_537n;
const pssSaltBytes = 32;

/**
 * The signer of a P-256, P-384, RSA (2048 to 4096 bits), Ed25519, ML-DSA-44 or SM2 key; others are
 * crypto.key_unsuitable. RSA signs as PKCS#1 v1.5 unless `pss` is asked for.
 */
export function softSigner(key: KeyObject, wanted: { readonly pss?: boolean } = {}): Signer {
  if (key.type !== 'private') throw new Fault('crypto.key_unsuitable', { why: 'not private' });
  const publicKey = publicKeyOf(key);
  const { family, curve, bits } = publicKeyFacts(publicKey);
  // SM2 before all: Node calls such a key by other names, depending on where it came from.
  if (curve === 'SM2') return sm2Signer(key);
  const by = (algorithm: SigningAlgorithm, digest: string | null, options?: object): Signer => {
    // The key bare where nothing is to be said of it: an object around it costs as much again.
    // ECDSA is written as DER then.
    const asked = options === undefined ? key : { key, ...options };
    return {
      algorithm,
      publicKey,
      sign: async (message) => new Uint8Array(sign(digest, message, asked)),
    };
  };
  // FIPS 204 with an empty context: it cosigns checkpoints and nothing else (tlog-cosignature).
  if (key.asymmetricKeyType === 'ml-dsa-44') return by('ml-dsa-44', null);
  if (family === 'ed25519') return by('ed25519', null);
  if (curve === 'P-256') return by('ecdsa-sha256', 'sha256');
  if (curve === 'P-384') return by('ecdsa-sha384', 'sha384');
  if (family === 'rsa' && bits >= rsaBitsMin && bits <= rsaBitsMax) {
    checkRsa(key);
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: pssSaltBytes };
    // A key may be for PSS alone (RFC 4055 §1.2): then nothing else can be made of it.
    return wanted.pss === true || key.asymmetricKeyType === 'rsa-pss'
      ? by('rsa-pss-sha256-sha256-32', 'sha256', padding)
      : by('rsa-pkcs1-sha256', 'sha256');
  }
  throw new Fault('crypto.key_unsuitable', { kind: curve ?? family });
}

/** A key for PSS may say which digests and how much salt it is for, too (RFC 4055 §3.1). */
function checkRsa({ asymmetricKeyDetails: details = {} }: KeyObject): void {
  const { publicExponent = 0n, hashAlgorithm, mgf1HashAlgorithm, saltLength = 0 } = details;
  if (publicExponent < rsaExponentMin) {
    throw new Fault('crypto.key_unsuitable', { kind: 'rsa', exponent: String(publicExponent) });
  }
  const digests = [hashAlgorithm, mgf1HashAlgorithm].filter((name) => name !== undefined);
  if (digests.some((name) => name !== 'sha256') || saltLength > pssSaltBytes) {
    throw new Fault('crypto.key_unsuitable', {
      kind: 'rsa-pss',
      digests: digests.join(),
      salt: saltLength,
    });
  }
}

/**
 * Its whole point: a file may hold half of it (SEC 1 §2.3.3, `-conv_form compressed`), and a
 * certificate says the same key in full (RFC 5480 §2.2).
 */
function publicKeyOf(key: KeyObject): Uint8Array {
  const known = createPublicKey(key);
  const said = new Uint8Array(known.export({ format: 'der', type: 'spki' }));
  const { family, curve } = publicKeyFacts(said);
  if (family !== 'ec' || (curve !== 'P-256' && curve !== 'P-384')) return said;
  const halfBytesMax = 80; // of the whole SubjectPublicKeyInfo; in full it is 91 at least
  if (said.length > halfBytesMax) return said;
  const whole = createPublicKey({ key: known.export({ format: 'jwk' }), format: 'jwk' });
  return new Uint8Array(whole.export({ format: 'der', type: 'spki' }));
}
