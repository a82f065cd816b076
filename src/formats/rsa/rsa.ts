/**
 * Checks RSASSA-PKCS1-v1_5 and RSASSA-PSS signatures (RFC 8017 §8) with any digest an engine has.
 *
 * Engines know some combinations and not others: WebCrypto has no SHA-224, Node no mask over
 * another digest than the message's. This one knows all, so the same file gets the same answer
 * everywhere. Everything handled is public. A check of 2048 bits costs a tenth of a millisecond.
 */
import { concat, equal, fromHex, toHex } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import {
  digestBytes,
  digestOids,
  type Engine,
  type HashName,
  hashNames,
  type SignatureCheck,
  schemeOf,
} from '#formats/crypto';
import {
  contextTag,
  type Der,
  DerReader,
  integerOf,
  nullValue,
  oid,
  oidOf,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { bitsOf, powerOf } from './power.ts';

interface PublicKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
  readonly modulusBits: number;
  /** What the key says that it signs with, the salt being the least (RFC 4055 §3.3). */
  readonly restriction: PssParameters | undefined;
}

interface PssParameters {
  readonly hash: HashName;
  readonly mgfHash: HashName;
  readonly saltBytes: number;
}

const modulusBitsMin = 512;
const modulusBitsMax = 16_384;
/** A public exponent beyond this only costs time; nobody's key has one. */
const exponentBitsMax = 64;
const rsaEncryption = '1.2.840.113549.1.1.1';
const rsaPss = '1.2.840.113549.1.1.10';
const maskGeneration1 = '1.2.840.113549.1.1.8';
const saltBytesDefault = 20;
const sm3WithRsa = '1.2.156.10197.1.504';
const paddingBytesMin = 8;
const octetStringTag = 0x04;

/** Malformed keys, malformed signatures and other algorithms than RSA are `false`. */
export async function verifyRsa(
  check: SignatureCheck,
  engine: Pick<Engine, 'digest'>,
): Promise<boolean> {
  const scheme = schemeOf(check.algorithm);
  if (scheme.scheme !== 'rsa-pkcs1' && scheme.scheme !== 'rsa-pss') return false;
  const key = publicKeyOf(check.publicKey, scheme.scheme === 'rsa-pss');
  if (key === undefined) return false;
  if (scheme.scheme === 'rsa-pss' && !isAllowed(scheme, key.restriction)) return false;
  const modulusBytes = Math.ceil(key.modulusBits / 8);
  if (check.signature.length !== modulusBytes) return false;
  const opened = open(check.signature, key);
  if (opened === undefined) return false;
  const encoded = fromHex(opened.toString(16).padStart(2 * modulusBytes, '0'));
  const digest = await engine.digest(scheme.hash, check.message);
  if (scheme.scheme === 'rsa-pss') {
    return isPssEncoding({ encoded, digest, encodedBits: key.modulusBits - 1 }, scheme, engine);
  }
  // RFC 8017 §9.2 note 1: the parameters of the digest are NULL, and readers take none as well.
  return identifiersOf(scheme.hash).some((dotted) =>
    [sequence(oid(dotted), nullValue()), sequence(oid(dotted))].some((name) =>
      equal(encoded, paddedInfo(sequence(name, octets(digest)), modulusBytes)),
    ),
  );
}

/** OpenSSL names SM3 inside a signature by the identifier of SM3 with RSA. */
function identifiersOf(hash: HashName): readonly string[] {
  return hash === 'sm3' ? [digestOids.sm3, sm3WithRsa] : [digestOids[hash]];
}

/** EMSA-PKCS1-v1_5 (RFC 8017 §9.2): made again and compared, never parsed. */
function paddedInfo(info: Uint8Array, modulusBytes: number): Uint8Array {
  const padding = modulusBytes - info.length - 3;
  if (padding < paddingBytesMin) return new Uint8Array();
  const filled = new Uint8Array(padding).fill(0xff);
  return concat(Uint8Array.of(0, 1), filled, Uint8Array.of(0), info);
}

/** RSAVP1: signature to the power of the exponent; undefined when it is not below the modulus. */
function open(signature: Uint8Array, key: PublicKey): bigint | undefined {
  const base = BigInt(`0x${toHex(signature)}`);
  if (base >= key.modulus) return undefined;
  return powerOf(base, key.exponent, key.modulus);
}

/** EMSA-PSS-VERIFY (RFC 8017 §9.1.2), step by step. */
async function isPssEncoding(
  found: { encoded: Uint8Array; digest: Uint8Array; encodedBits: number },
  { hash, mgfHash, saltBytes }: PssParameters,
  engine: Pick<Engine, 'digest'>,
): Promise<boolean> {
  const hashBytes = digestBytes[hash];
  const length = Math.ceil(found.encodedBits / 8);
  // A modulus of 8n + 1 bits has one octet more than its encoded message; it must be zero.
  const lead = found.encoded.length - length;
  if (lead > 0 && found.encoded[0] !== 0) return false;
  const encoded = found.encoded.subarray(lead);
  if (length < hashBytes + saltBytes + 2 || encoded[length - 1] !== 0xbc) return false;
  const masked = encoded.subarray(0, length - hashBytes - 1);
  const tail = encoded.subarray(length - hashBytes - 1, length - 1);
  const unusedBits = 8 * length - found.encodedBits;
  const unusedMask = (0xff00 >> unusedBits) & 0xff;
  if (((masked[0] ?? 0) & unusedMask) !== 0) return false;
  const mask = await maskOf(tail, { bytes: masked.length, hash: mgfHash }, engine);
  const block = masked.map((byte, at) => byte ^ (mask[at] ?? 0));
  block[0] = (block[0] ?? 0) & ~unusedMask;
  const saltAt = block.length - saltBytes;
  const one = block.indexOf(1);
  if (one !== saltAt - 1 || block.subarray(0, one).some((byte) => byte !== 0)) return false;
  const again = concat(new Uint8Array(8), found.digest, block.subarray(saltAt));
  return equal(await engine.digest(hash, again), tail);
}

/** MGF1 (RFC 8017 §B.2.1). */
async function maskOf(
  seed: Uint8Array,
  wanted: { bytes: number; hash: HashName },
  engine: Pick<Engine, 'digest'>,
): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (let counter = 0; counter * digestBytes[wanted.hash] < wanted.bytes; counter += 1) {
    const octetsOfCounter = Uint8Array.of(0, 0, counter >> 8, counter & 0xff);
    blocks.push(await engine.digest(wanted.hash, concat(seed, octetsOfCounter)));
  }
  return concat(...blocks).subarray(0, wanted.bytes);
}

/** Undefined for every key that is not RSA; a key made for PSS alone signs nothing else. */
function publicKeyOf(spki: Uint8Array, forPss: boolean): PublicKey | undefined {
  try {
    const outer = new DerReader(parseDer(spki), tag.sequence);
    const algorithm = outer.enter(tag.sequence);
    const name = oidOf(algorithm.next(tag.oid));
    const bits = outer.next(tag.bitString).content;
    outer.end();
    if (name !== rsaEncryption && !(forPss && name === rsaPss)) return undefined;
    const isRestricted = name === rsaPss && algorithm.more;
    const restriction = isRestricted ? restrictionOf(algorithm.next(tag.sequence)) : undefined;
    const numbers = new DerReader(parseDer(bits.subarray(1)), tag.sequence);
    const modulus = integerOf(numbers.next(tag.integer));
    const exponent = integerOf(numbers.next(tag.integer));
    numbers.end();
    if (bits[0] !== 0 || modulus <= 0n || exponent < 3n || exponent % 2n === 0n) return undefined;
    const modulusBits = bitsOf(modulus);
    if (modulusBits < modulusBitsMin || modulusBits > modulusBitsMax || modulus % 2n === 0n) {
      return undefined;
    }
    if (bitsOf(exponent) > exponentBitsMax) return undefined;
    return { modulus, exponent, modulusBits, restriction };
  } catch (thrown) {
    if (faultCode(thrown) === undefined) throw thrown;
    return undefined;
  }
}

/** RSASSA-PSS-params of a key (RFC 4055 §3.1); each part has a default, which is of SHA-1. */
function restrictionOf(parameters: Der): PssParameters {
  const reader = new DerReader(parameters, tag.sequence);
  const part = (number: number): Der | undefined =>
    reader.optional(contextTag(number, 'constructed'))?.children[0];
  const [digest, mask, salt, trailer] = [part(0), part(1), part(2), part(3)];
  reader.end();
  if (trailer !== undefined && smallIntegerOf(trailer) !== 1) throw new Fault('der.unexpected');
  if (mask !== undefined && nameIn(mask) !== maskGeneration1) throw new Fault('der.unexpected');
  return {
    hash: hashNamed(digest),
    mgfHash: hashNamed(mask?.children[1]),
    saltBytes: salt === undefined ? saltBytesDefault : smallIntegerOf(salt),
  };
}

function hashNamed(algorithm: Der | undefined): HashName {
  if (algorithm === undefined) return 'sha1';
  const name = nameIn(algorithm);
  const hash = hashNames.find((one) => digestOids[one] === name);
  if (hash === undefined) throw new Fault('der.unexpected', { at: algorithm.at });
  return hash;
}

function nameIn(algorithm: Der): string {
  return oidOf(new DerReader(algorithm, tag.sequence).next(tag.oid));
}

/** RFC 4055 §3.3: the digests are the key's, the salt is at least as long as it says. */
function isAllowed(by: PssParameters, least: PssParameters | undefined): boolean {
  if (least === undefined) return true;
  const isSame = by.hash === least.hash && by.mgfHash === least.mgfHash;
  return isSame && by.saltBytes >= least.saltBytes;
}

function octets(digest: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(octetStringTag, digest.length), digest);
}
