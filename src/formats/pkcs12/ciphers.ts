/**
 * How a password protects a part of a key file: PBES2 (RFC 8018 §6.2, as everybody writes today)
 * and the schemes of PKCS#12 itself (RFC 7292 appendix C), which old programs still write.
 */
import { Fault } from '#base/fault';
import { digestOids, type HashName, hashNames } from '#formats/crypto';
import { type Der, oidOf, smallIntegerOf, tag } from '#formats/der';

/** Some seconds of one processor; what asks for more stops a service, and no key is safer. */
export const pkcs12IterationsMax = 1_000_000;
/** Of one file: what is larger holds no key of a person. */
export const pkcs12BytesMax = 4 * 1024 * 1024;

/** A cipher with everything but the password. */
export type PasswordCipher =
  | {
      readonly is: 'pbes1';
      readonly cipher: 'des-ede3-cbc' | 'des-ede-cbc' | 'rc2-40-cbc' | 'rc2-128-cbc';
      readonly salt: Uint8Array;
      readonly iterations: number;
    }
  | {
      readonly is: 'pbes2';
      readonly cipher: BlockCipher;
      readonly vector: Uint8Array;
      readonly by: Pbkdf2;
    };

/** How a key is made of a password (RFC 8018 §5.2). */
export interface Pbkdf2 {
  readonly hash: HashName;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** Undefined unless stated. */
  readonly keyBytes: number | undefined;
}

type BlockCipher = 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'des-ede3-cbc' | 'sm4-cbc';

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';

const oldCiphers = new Map([
  ['1.2.840.113549.1.12.1.3', 'des-ede3-cbc'],
  ['1.2.840.113549.1.12.1.4', 'des-ede-cbc'],
  ['1.2.840.113549.1.12.1.5', 'rc2-128-cbc'],
  ['1.2.840.113549.1.12.1.6', 'rc2-40-cbc'],
] as const);

const blockCiphers: ReadonlyMap<string, BlockCipher> = new Map([
  ['2.16.840.1.101.3.4.1.2', 'aes-128-cbc'],
  ['2.16.840.1.101.3.4.1.22', 'aes-192-cbc'],
  ['2.16.840.1.101.3.4.1.42', 'aes-256-cbc'],
  ['1.2.840.113549.3.7', 'des-ede3-cbc'],
  ['1.2.156.10197.1.104.2', 'sm4-cbc'],
]);

const pseudoRandom: ReadonlyMap<string, HashName> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
  ['1.2.156.10197.1.401.2', 'sm3'],
]);

/** An AlgorithmIdentifier; refuses with pkcs12.unsupported and pkcs12.limit. */
export function cipherOf(value: Der): PasswordCipher {
  const { oid, parameters } = algorithmOf(value);
  if (oid === pbes2) return modern(parameters);
  const cipher = [...oldCiphers].find(([known]) => known === oid)?.[1];
  if (cipher === undefined) throw unsupported(oid);
  const [salt, iterations] = partsOf(parameters);
  return { is: 'pbes1', cipher, salt: octets(salt), iterations: iterationsOf(iterations) };
}

function modern(parameters: Der | undefined): PasswordCipher {
  const [derivation, scheme] = partsOf(parameters);
  const { oid, parameters: vector } = algorithmOf(scheme);
  const cipher = blockCiphers.get(oid);
  if (cipher === undefined) throw unsupported(oid);
  return { is: 'pbes2', cipher, vector: octets(vector), by: pbkdf2Of(derivation) };
}

/** An AlgorithmIdentifier of PBKDF2; pkcs12.unsupported for every other way. */
export function pbkdf2Of(value: Der | undefined): Pbkdf2 {
  const { oid, parameters } = algorithmOf(value);
  if (oid !== pbkdf2) throw unsupported(oid);
  const [salt, iterations, ...more] = partsOf(parameters);
  const stated = more.find((part) => part.tag === tag.sequence);
  const length = more.find((part) => part.tag === tag.integer);
  return {
    hash: stated === undefined ? 'sha1' : keyedHashOf(stated),
    salt: octets(salt),
    iterations: iterationsOf(iterations),
    keyBytes: length && smallIntegerOf(length),
  };
}

/** The digest of an HMAC (RFC 8018 §B.1.2, GM/T 0006). */
export function keyedHashOf(value: Der | undefined): HashName {
  const { oid } = algorithmOf(value);
  const hash = pseudoRandom.get(oid);
  if (hash === undefined) throw unsupported(oid);
  return hash;
}

export function hashOf(value: Der): HashName {
  const { oid } = algorithmOf(value);
  const hash = hashNames.find((name) => digestOids[name] === oid);
  if (hash === undefined) throw unsupported(oid);
  return hash;
}

export function iterationsOf(value: Der | undefined): number {
  if (value?.tag !== tag.integer) throw malformed('iterations');
  const iterations = smallIntegerOf(value);
  if (iterations > pkcs12IterationsMax) {
    throw new Fault('pkcs12.limit', { limit: 'pkcs12IterationsMax', value: iterations });
  }
  if (iterations < 1) throw malformed('iterations');
  return iterations;
}

export function algorithmOf(value: Der | undefined): {
  readonly oid: string;
  readonly parameters: Der | undefined;
} {
  const [oid, parameters] = partsOf(value);
  if (oid?.tag !== tag.oid) throw malformed('algorithm');
  return { oid: oidOf(oid), parameters };
}

export function partsOf(value: Der | undefined): readonly Der[] {
  if (value?.tag !== tag.sequence) throw malformed('sequence');
  return value.children;
}

export function octets(value: Der | undefined): Uint8Array {
  if (value?.tag !== tag.octetString) throw malformed('octets');
  return value.content;
}

export function malformed(why: string): Fault {
  return new Fault('pkcs12.malformed', { why });
}

export function unsupported(algorithm: string): Fault {
  return new Fault('pkcs12.unsupported', { algorithm });
}
