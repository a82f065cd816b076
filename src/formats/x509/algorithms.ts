/**
 * AlgorithmIdentifier ↔ the names the engine knows (RFC 5758, RFC 8410, RFC 4055, RFC 5754).
 *
 * Parameters are part of the identifier: ECDSA and Ed25519 have none, RSA has NULL. Anything else
 * is another algorithm and refused.
 */
import { equal, fromHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { HashName, SignatureAlgorithm } from '#formats/crypto';
import { type Der, nullValue, oid, oidOf, parseDer, sequence, tag } from '#formats/der';

const rsaSha256 = '1.2.840.113549.1.1.11';

const signatureOids: Readonly<Record<SignatureAlgorithm, string>> = {
  'ecdsa-sha256': '1.2.840.10045.4.3.2',
  'ecdsa-sha384': '1.2.840.10045.4.3.3',
  'ecdsa-sha512': '1.2.840.10045.4.3.4',
  ed25519: '1.3.101.112',
  'rsa-pkcs1-sha256': rsaSha256,
  'rsa-pkcs1-sha384': '1.2.840.113549.1.1.12',
  'rsa-pkcs1-sha512': '1.2.840.113549.1.1.13',
};

const hashOids: Readonly<Record<HashName, string>> = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  sm3: '1.2.156.10197.1.401',
};

/** SubjectPublicKeyInfo of an uncompressed P-256 point up to its 65 octets (RFC 5480 §2). */
const p256Prefix = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200');
const p256SpkiBytes = 91;
const ed25519Prefix = fromHex('302a300506032b6570032100');
const ed25519SpkiBytes = 44;
const uncompressedPoint = 0x04;

export function signatureAlgorithmDer(algorithm: SignatureAlgorithm): Uint8Array {
  const name = oid(signatureOids[algorithm]);
  return algorithm.startsWith('rsa-') ? sequence(name, nullValue()) : sequence(name);
}

/** The algorithm an identifier names; x509.algorithm_unknown if the engine has no such one. */
export function signatureAlgorithmOf(identifier: Der): SignatureAlgorithm {
  for (const algorithm of Object.keys(signatureOids) as SignatureAlgorithm[]) {
    if (equal(identifier.der, signatureAlgorithmDer(algorithm))) return algorithm;
  }
  throw new Fault('x509.algorithm_unknown', { at: identifier.at, oid: oidIn(identifier) });
}

/**
 * In CMS the signature algorithm may be named without its digest (RFC 5652 §10.1.2 and the habit
 * of rsaEncryption, RFC 3370 §3.2): then the SignerInfo's digest algorithm completes it.
 */
export function cmsSignatureAlgorithmOf(identifier: Der, hash: HashName): SignatureAlgorithm {
  if (oidIn(identifier) !== '1.2.840.113549.1.1.1') return signatureAlgorithmOf(identifier);
  if (hash === 'sha256') return 'rsa-pkcs1-sha256';
  if (hash === 'sha384') return 'rsa-pkcs1-sha384';
  if (hash === 'sha512') return 'rsa-pkcs1-sha512';
  throw new Fault('x509.algorithm_unknown', { at: identifier.at, oid: hash });
}

/** RFC 5754 §2: no parameters. */
export function hashAlgorithmDer(hash: HashName): Uint8Array {
  return sequence(oid(hashOids[hash]));
}

/** Accepts absent and NULL parameters, for RFC 5754 §2 demands both of a reader. */
export function hashAlgorithmOf(identifier: Der): HashName {
  for (const hash of Object.keys(hashOids) as HashName[]) {
    const name = oid(hashOids[hash]);
    if (equal(identifier.der, sequence(name))) return hash;
    if (equal(identifier.der, sequence(name, nullValue()))) return hash;
  }
  throw new Fault('x509.algorithm_unknown', { at: identifier.at, oid: oidIn(identifier) });
}

/** What kind of key a SubjectPublicKeyInfo holds, as far as the house cares. */
export function publicKeyKind(spki: Uint8Array): 'p256' | 'ed25519' | 'other' {
  const isP256 =
    spki.length === p256SpkiBytes &&
    equal(spki.subarray(0, p256Prefix.length), p256Prefix) &&
    spki[p256Prefix.length] === uncompressedPoint;
  if (isP256) return 'p256';
  const isEd25519 =
    spki.length === ed25519SpkiBytes &&
    equal(spki.subarray(0, ed25519Prefix.length), ed25519Prefix);
  return isEd25519 ? 'ed25519' : 'other';
}

/** The bits of the key itself, without its algorithm: what key identifiers are digests of. */
export function publicKeyBits(spki: Uint8Array): Uint8Array {
  const bits = parseDer(spki).children[1];
  if (bits?.tag !== tag.bitString) throw new Fault('x509.malformed', { why: 'public key' });
  return bits.content.subarray(1);
}

function oidIn(identifier: Der): string {
  const name = identifier.children[0];
  if (identifier.tag !== tag.sequence || name?.tag !== tag.oid) {
    throw new Fault('x509.malformed', { at: identifier.at, why: 'algorithm identifier' });
  }
  return oidOf(name);
}
