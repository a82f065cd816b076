/**
 * What kind of key a SubjectPublicKeyInfo holds and how large it is: facts for a policy to judge.
 *
 * Nothing is refused here but a structure that cannot be read; a weak key is a fact, too.
 */
import { Fault } from '#base/fault';
import { type SignatureAlgorithm, schemeOf } from '#formats/crypto';
import { type Der, DerReader, oidOf, parseDer, tag } from '#formats/der';

/** A public key's family and size. */
export interface KeyFacts {
  readonly family: 'rsa' | 'ec' | 'ed25519' | 'ed448' | 'dsa' | 'dh' | 'x25519' | 'x448' | 'other';
  /** The algorithm's object identifier. */
  readonly oid: string;
  /** Modulus, field or group in bits; 0 if unknown. */
  readonly bits: number;
  /** Name of a known curve, the identifier of another, undefined if spelt out or not a curve. */
  readonly curve: string | undefined;
  /** The public exponent of RSA is odd and over 2, and the modulus odd (RFC 8017 §3.1). */
  readonly isSound: boolean;
  /** The curve is given by its parameters, which no verifier should trust (RFC 5480 §2.1.1). */
  readonly hasExplicitCurve: boolean;
}

const curves: Readonly<Record<string, { readonly name: string; readonly bits: number }>> = {
  '1.2.840.10045.3.1.1': { name: 'P-192', bits: 192 },
  '1.3.132.0.33': { name: 'P-224', bits: 224 },
  '1.2.840.10045.3.1.7': { name: 'P-256', bits: 256 },
  '1.3.132.0.34': { name: 'P-384', bits: 384 },
  '1.3.132.0.35': { name: 'P-521', bits: 521 },
  '1.3.132.0.10': { name: 'secp256k1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.7': { name: 'brainpoolP256r1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.11': { name: 'brainpoolP384r1', bits: 384 },
  '1.3.36.3.3.2.8.1.1.13': { name: 'brainpoolP512r1', bits: 512 },
  '1.3.36.3.3.2.8.1.1.1': { name: 'brainpoolP160r1', bits: 160 },
  '1.3.36.3.3.2.8.1.1.2': { name: 'brainpoolP160t1', bits: 160 },
  '1.3.36.3.3.2.8.1.1.3': { name: 'brainpoolP192r1', bits: 192 },
  '1.3.36.3.3.2.8.1.1.4': { name: 'brainpoolP192t1', bits: 192 },
  '1.3.36.3.3.2.8.1.1.5': { name: 'brainpoolP224r1', bits: 224 },
  '1.3.36.3.3.2.8.1.1.6': { name: 'brainpoolP224t1', bits: 224 },
  '1.3.36.3.3.2.8.1.1.8': { name: 'brainpoolP256t1', bits: 256 },
  '1.3.36.3.3.2.8.1.1.9': { name: 'brainpoolP320r1', bits: 320 },
  '1.3.36.3.3.2.8.1.1.10': { name: 'brainpoolP320t1', bits: 320 },
  '1.3.36.3.3.2.8.1.1.12': { name: 'brainpoolP384t1', bits: 384 },
  '1.3.36.3.3.2.8.1.1.14': { name: 'brainpoolP512t1', bits: 512 },
  '1.2.156.10197.1.301': { name: 'SM2', bits: 256 },
};

const plain: Readonly<Record<string, readonly [KeyFacts['family'], number]>> = {
  '1.3.101.110': ['x25519', 256],
  '1.3.101.111': ['x448', 448],
  '1.3.101.112': ['ed25519', 256],
  '1.3.101.113': ['ed448', 456],
};

const rsaOids = ['1.2.840.113549.1.1.1', '1.2.840.113549.1.1.10', '1.2.840.113549.1.1.7'];
const ecOid = '1.2.840.10045.2.1';
const sm2Oid = '1.2.156.10197.1.301';
const dsaOid = '1.2.840.10040.4.1';
const dhOids = ['1.2.840.10046.2.1', '1.2.840.113549.1.3.1'];

export function publicKeyFacts(spki: Uint8Array): KeyFacts {
  try {
    return factsOf(new DerReader(parseDer(spki), tag.sequence));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { ...nothing, oid: '' };
  }
}

const nothing: Omit<KeyFacts, 'oid'> = {
  family: 'other',
  bits: 0,
  curve: undefined,
  isSound: false,
  hasExplicitCurve: false,
};

/**
 * Can an engine say whether a signature holds under this key? Of another curve, a curve that is
 * spelt out, or a DSA key whose group stands elsewhere it cannot, and that is no forgery. A key of
 * another kind than the algorithm is computable: the signature is broken.
 */
export function isComputable(algorithm: SignatureAlgorithm, publicKey: Uint8Array): boolean {
  const { scheme } = schemeOf(algorithm);
  if (scheme !== 'ecdsa' && scheme !== 'dsa') return true;
  const { family, curve, bits } = publicKeyFacts(publicKey);
  if (scheme === 'dsa') return family !== 'dsa' || bits > 0;
  // Every engine of the house computes ECDSA on each curve with a name here; SM2 is not for it.
  return family !== 'ec' || (bits > 0 && curve !== 'SM2');
}

function factsOf(reader: DerReader): KeyFacts {
  const algorithm = reader.enter(tag.sequence);
  const key = reader.next(tag.bitString).content.subarray(1);
  const oid = oidOf(algorithm.next(tag.oid));
  const parameters = algorithm.more ? algorithm.any() : undefined;
  const known = plain[oid];
  if (known !== undefined) {
    const [family, bits] = known;
    return { ...nothing, oid, family, bits, isSound: true };
  }
  if (rsaOids.includes(oid)) return { ...nothing, oid, family: 'rsa', ...rsaFacts(key) };
  // GB/T 20518 habit: the curve's identifier in the algorithm's place.
  if (oid === sm2Oid) {
    return { ...nothing, oid, family: 'ec', bits: 256, curve: 'SM2', isSound: true };
  }
  if (oid === ecOid) return { ...nothing, oid, family: 'ec', ...curveFacts(parameters) };
  if (oid === dsaOid) {
    const bits = bitsOf(parameters?.children[0]?.content ?? new Uint8Array());
    return { ...nothing, oid, family: 'dsa', bits, isSound: bits > 0 };
  }
  if (dhOids.includes(oid)) return { ...nothing, oid, family: 'dh' };
  return { ...nothing, oid };
}

function isOdd(number: Uint8Array): boolean {
  return ((number.at(-1) ?? 0) & 1) === 1;
}

function rsaFacts(key: Uint8Array): { bits: number; isSound: boolean } {
  const reader = new DerReader(parseDer(key), tag.sequence);
  const modulus = reader.next(tag.integer).content;
  const exponent = reader.next(tag.integer).content;
  reader.end();
  const isPositive = ((modulus[0] ?? 0x80) & 0x80) === 0 && ((exponent[0] ?? 0x80) & 0x80) === 0;
  const isSound = isPositive && isOdd(modulus) && isOdd(exponent) && bitsOf(exponent) > 1;
  return { bits: bitsOf(modulus), isSound };
}

function curveFacts(
  parameters: Der | undefined,
): Pick<KeyFacts, 'bits' | 'curve' | 'isSound' | 'hasExplicitCurve'> {
  if (parameters?.tag !== tag.oid) {
    return { bits: 0, curve: undefined, isSound: false, hasExplicitCurve: true };
  }
  const oid = oidOf(parameters);
  const { name, bits } = curves[oid] ?? { name: oid, bits: 0 };
  return { bits, curve: name, isSound: true, hasExplicitCurve: false };
}

function bitsOf(magnitude: Uint8Array): number {
  const from = magnitude.findIndex((byte) => byte !== 0);
  if (from === -1) return 0;
  return (magnitude.length - from) * 8 - Math.clz32(magnitude[from] ?? 0) + 24;
}
