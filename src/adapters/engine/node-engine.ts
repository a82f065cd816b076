/**
 * The engine that formats ask, answered by Node's OpenSSL and zlib.
 *
 * It promises what the port says: a malformed key or signature, or a key of another kind than the
 * algorithm names, is `false`. An EC key is accepted on its named curve only as OpenSSL reads it;
 * which curves a caller trusts is the caller's question.
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { Fault } from '#base/fault';
import type { Engine, SignatureAlgorithm, SignatureCheck } from '#formats/crypto';

interface Suite {
  readonly key: string;
  /** What Node calls the digest; null for algorithms that hash by themselves. */
  readonly digest: string | null;
}

const suites: Record<SignatureAlgorithm, Suite> = {
  'ecdsa-sha256': { key: 'ec', digest: 'sha256' },
  'ecdsa-sha384': { key: 'ec', digest: 'sha384' },
  'ecdsa-sha512': { key: 'ec', digest: 'sha512' },
  ed25519: { key: 'ed25519', digest: null },
  'rsa-pkcs1-sha256': { key: 'rsa', digest: 'sha256' },
  'rsa-pkcs1-sha384': { key: 'rsa', digest: 'sha384' },
  'rsa-pkcs1-sha512': { key: 'rsa', digest: 'sha512' },
};

const inflateAsync = promisify(inflate);

export const nodeEngine: Engine = {
  digest: async (hash, bytes) => new Uint8Array(createHash(hash).update(bytes).digest()),

  verify: async (check) => verifySignature(check),

  async inflate(bytes, bytesMax) {
    try {
      return new Uint8Array(await inflateAsync(bytes, { maxOutputLength: bytesMax }));
    } catch (cause) {
      const tooLong = errorCode(cause) === 'ERR_BUFFER_TOO_LARGE';
      const code = tooLong ? 'crypto.inflate_limit' : 'crypto.inflate_malformed';
      throw new Fault(code, { bytesMax }, { cause });
    }
  },
};

function verifySignature(check: SignatureCheck): boolean {
  const suite = suites[check.algorithm];
  const key = publicKeyOf(check.publicKey);
  if (key === undefined || key.asymmetricKeyType !== suite.key) return false;
  try {
    return verify(suite.digest, check.message, { key, dsaEncoding: 'der' }, check.signature);
  } catch {
    // OpenSSL throws on some signatures it cannot even parse; to a caller that is "not valid".
    return false;
  }
}

function publicKeyOf(spki: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function errorCode(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
