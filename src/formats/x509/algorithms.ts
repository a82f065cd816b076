/**
 * AlgorithmIdentifier ↔ the names the engine knows (RFC 5758, RFC 8410, RFC 4055, RFC 5754,
 * RFC 8692, GM/T 0006).
 *
 * Parameters are part of the identifier: Ed25519 and Ed448 have none, RSASSA-PSS has its own, the
 * others have NULL or none, for both are written in the field. Anything else is another algorithm
 * and refused.
 */
import { equal, fromHex } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  digestOids,
  type HashName,
  hashNames,
  type SignatureAlgorithm,
  type SigningAlgorithm,
  schemeOf,
} from '#formats/crypto';
import {
  contextConstructed,
  contextTag,
  type Der,
  DerReader,
  integer,
  nullValue,
  oid,
  oidOf,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';

const rsaEncryption = '1.2.840.113549.1.1.1';
const rsaPss = '1.2.840.113549.1.1.10';
const maskGeneration1 = '1.2.840.113549.1.1.8';

/** The first identifier of a name is the one that is written; the others are read. */
const signatureOids: readonly (readonly [string, SignatureAlgorithm])[] = [
  ['1.2.840.10045.4.3.2', 'ecdsa-sha256'],
  ['1.2.840.113549.1.1.11', 'rsa-pkcs1-sha256'],
  ['1.2.840.10045.4.3.3', 'ecdsa-sha384'],
  ['1.2.840.10045.4.3.4', 'ecdsa-sha512'],
  ['1.3.101.112', 'ed25519'],
  ['1.3.101.113', 'ed448'],
  ['1.2.840.113549.1.1.12', 'rsa-pkcs1-sha384'],
  ['1.2.840.113549.1.1.13', 'rsa-pkcs1-sha512'],
  ['1.2.156.10197.1.501', 'sm2-sm3'],
  ['1.2.840.113549.1.1.5', 'rsa-pkcs1-sha1'],
  ['1.3.14.3.2.29', 'rsa-pkcs1-sha1'],
  ['1.2.840.113549.1.1.4', 'rsa-pkcs1-md5'],
  ['1.3.36.3.3.1.2', 'rsa-pkcs1-ripemd160'],
  ['1.2.840.113549.1.1.14', 'rsa-pkcs1-sha224'],
  ['2.16.840.1.101.3.4.3.13', 'rsa-pkcs1-sha3-224'],
  ['2.16.840.1.101.3.4.3.14', 'rsa-pkcs1-sha3-256'],
  ['2.16.840.1.101.3.4.3.15', 'rsa-pkcs1-sha3-384'],
  ['2.16.840.1.101.3.4.3.16', 'rsa-pkcs1-sha3-512'],
  ['1.2.156.10197.1.504', 'rsa-pkcs1-sm3'],
  ['1.2.840.10045.4.1', 'ecdsa-sha1'],
  ['1.2.840.10045.4.3.1', 'ecdsa-sha224'],
  ['2.16.840.1.101.3.4.3.9', 'ecdsa-sha3-224'],
  ['2.16.840.1.101.3.4.3.10', 'ecdsa-sha3-256'],
  ['2.16.840.1.101.3.4.3.11', 'ecdsa-sha3-384'],
  ['2.16.840.1.101.3.4.3.12', 'ecdsa-sha3-512'],
  ['1.2.840.10040.4.3', 'dsa-sha1'],
  ['1.3.14.3.2.27', 'dsa-sha1'],
  ['2.16.840.1.101.3.4.3.1', 'dsa-sha224'],
  ['2.16.840.1.101.3.4.3.2', 'dsa-sha256'],
  ['2.16.840.1.101.3.4.3.3', 'dsa-sha384'],
  ['2.16.840.1.101.3.4.3.4', 'dsa-sha512'],
];
const signatureByOid = new Map(signatureOids);

const hashByOid = new Map(hashNames.map((hash) => [digestOids[hash], hash]));

/** A signature algorithm in place of a digest's, as some vendors write it in digestAlgorithm. */
const hashHabits = new Map<string, HashName>([
  ['1.2.156.10197.1.401.1', 'sm3'],
  // id-shake256-len (RFC 8419 §2.3), whose only allowed length is 512 bits.
  ['2.16.840.1.101.3.4.2.18', 'shake256'],
]);

/** SubjectPublicKeyInfo of an uncompressed P-256 point up to its 65 octets (RFC 5480 §2). */
const p256Prefix = fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200');
const p256SpkiBytes = 91;
const ed25519Prefix = fromHex('302a300506032b6570032100');
const ed25519SpkiBytes = 44;
const uncompressedPoint = 0x04;
const pssSaltBytesDefault = 20;
const pssSaltBytesMax = 2048;

export function signatureAlgorithmDer(algorithm: SigningAlgorithm): Uint8Array {
  const made = writtenSignatures.get(algorithm) ?? writtenSignature(algorithm);
  writtenSignatures.set(algorithm, made);
  return made;
}

/** There are some ten algorithms to sign with: each is written once, and read-only from then on. */
const writtenSignatures = new Map<SigningAlgorithm, Uint8Array>();

function writtenSignature(algorithm: SigningAlgorithm): Uint8Array {
  const scheme = schemeOf(algorithm);
  if (scheme.scheme === 'rsa-pss') {
    // RFC 4055 §2.1: writers put NULL into the digests' parameters here.
    const mgfHash = sequence(oid(digestOids[scheme.mgfHash]), nullValue());
    const parameters = sequence(
      contextConstructed(0, sequence(oid(digestOids[scheme.hash]), nullValue())),
      contextConstructed(1, sequence(oid(maskGeneration1), mgfHash)),
      contextConstructed(2, integer(scheme.saltBytes)),
    );
    return sequence(oid(rsaPss), parameters);
  }
  const found = signatureOids.find(([, name]) => name === algorithm);
  if (found === undefined) throw new TypeError(`no identifier for ${algorithm}`);
  const name = oid(found[0]);
  return scheme.scheme === 'rsa-pkcs1' ? sequence(name, nullValue()) : sequence(name);
}

/** The algorithm an identifier names; x509.algorithm_unknown if the house knows no such one. */
export function signatureAlgorithmOf(identifier: Der): SignatureAlgorithm {
  const name = oidIn(identifier);
  const parameters = identifier.children[1];
  if (name === rsaPss && parameters !== undefined) return pssOf(parameters);
  const algorithm = signatureByOid.get(name);
  const bare = algorithm === 'ed25519' || algorithm === 'ed448';
  if (algorithm === undefined || (bare ? parameters !== undefined : !isEmpty(parameters))) {
    throw unknown(identifier, name);
  }
  return algorithm;
}

/**
 * In CMS the signature algorithm may be named by its key alone (RFC 5652 §10.1.2, RFC 3370 §3.2 and
 * the habits of GM/T 0010 and of smart cards): then the SignerInfo's digest algorithm completes it.
 */
export function cmsSignatureAlgorithmOf(identifier: Der, hash: HashName): SignatureAlgorithm {
  const name = oidIn(identifier);
  switch (name) {
    case rsaEncryption:
      return `rsa-pkcs1-${hash}`;
    case '1.2.840.10045.2.1':
    // ansi-X9-62 signatures without a word on the digest, as some toolkits name "ECDSA".
    case '1.2.840.10045.4':
      return `ecdsa-${hash}`;
    case '1.2.840.10040.4.1':
      return `dsa-${hash}`;
    case '1.2.156.10197.1.301':
    case '1.2.156.10197.1.301.1':
      // sm2 and sm2-1 digital signature (GM/T 0006 §5): only SM3 is ever meant.
      if (hash !== 'sm3') throw unknown(identifier, `${name} with ${hash}`);
      return 'sm2-sm3';
    default:
      return signatureAlgorithmOf(identifier);
  }
}

/** RFC 5754 §2: no parameters. */
export function hashAlgorithmDer(hash: HashName): Uint8Array {
  const made = writtenHashes.get(hash) ?? sequence(oid(digestOids[hash]));
  writtenHashes.set(hash, made);
  return made;
}

const writtenHashes = new Map<HashName, Uint8Array>();

/** Accepts absent and NULL parameters, for RFC 5754 §2 demands both of a reader. */
export function hashAlgorithmOf(identifier: Der): HashName {
  const name = oidIn(identifier);
  const habit = hashHabits.get(name);
  if (habit !== undefined) return habit;
  const hash = hashByOid.get(name);
  if (hash === undefined || !isEmpty(identifier.children[1])) throw unknown(identifier, name);
  return hash;
}

/**
 * The digest that a text names, as XML and seals write it: `SM3`, `SHA-256`, `sha1` or a dotted
 * identifier; undefined if it names none.
 */
export function hashOfName(text: string): HashName | undefined {
  const name = text.trim();
  const dotted = hashByOid.get(name) ?? hashHabits.get(name);
  const plain = name.toLowerCase().replace(/^sha-(?!3)/, 'sha');
  return dotted ?? hashNames.find((one) => one === plain);
}

/** What kind of key a SubjectPublicKeyInfo holds, as far as the house's own keys go. */
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

/** RSASSA-PSS-params (RFC 4055 §3.1): every field has a default, and the defaults are SHA-1's. */
function pssOf(parameters: Der): SignatureAlgorithm {
  const reader = new DerReader(parameters, tag.sequence);
  const inside = (number: number): Der | undefined => {
    const explicit = reader.optional(contextTag(number, 'constructed'));
    if (explicit !== undefined && explicit.children.length !== 1) throw unknown(parameters, rsaPss);
    return explicit?.children[0];
  };
  const hashAlgorithm = inside(0);
  const maskAlgorithm = inside(1);
  const salt = inside(2);
  const trailer = inside(3);
  reader.end();
  const saltBytes = salt === undefined ? pssSaltBytesDefault : smallIntegerOf(salt);
  if (saltBytes > pssSaltBytesMax || (trailer !== undefined && smallIntegerOf(trailer) !== 1)) {
    throw unknown(parameters, rsaPss);
  }
  const hash = hashAlgorithm === undefined ? 'sha1' : hashAlgorithmOf(hashAlgorithm);
  return `rsa-pss-${hash}-${maskHashOf(maskAlgorithm)}-${saltBytes}`;
}

function maskHashOf(maskAlgorithm: Der | undefined): HashName {
  if (maskAlgorithm === undefined) return 'sha1';
  const digest = maskAlgorithm.children[1];
  const name = oidIn(maskAlgorithm);
  if (name !== maskGeneration1) throw unknown(maskAlgorithm, name);
  return digest === undefined ? 'sha1' : hashAlgorithmOf(digest);
}

function isEmpty(parameters: Der | undefined): boolean {
  return parameters === undefined || parameters.tag === tag.null;
}

function oidIn(identifier: Der): string {
  const [name, , ...others] = identifier.children;
  if (identifier.tag !== tag.sequence || name?.tag !== tag.oid || others.length > 0) {
    throw new Fault('x509.malformed', { at: identifier.at, why: 'algorithm identifier' });
  }
  return oidOf(name);
}

function unknown(identifier: Der, dotted: string): Fault {
  return new Fault('x509.algorithm_unknown', { at: identifier.at, oid: dotted });
}
