/**
 * What the formats ask of a cryptographic engine; they never choose one themselves.
 *
 * The engine is a part: node:crypto on the server, WebCrypto and noble in the page. Its answers are
 * asynchronous because the page's are. Keys arrive as DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
 */
import type { SignatureAlgorithm, SigningAlgorithm } from './algorithms.ts';
import type { Spelling } from './spelled.ts';

export type {
  HashName,
  SignatureAlgorithm,
  SignatureScheme,
  SigningAlgorithm,
} from './algorithms.ts';
export { digestBytes, digestOids, hashNames, schemeOf } from './algorithms.ts';
export { type Beginning, type BegunDigest, beginningOf } from './beginning.ts';
export { lettersBy, spelledBy } from './spelled.ts';

/** The part that computes: digests, signature checks, inflation. Nothing in it holds a key. */
export interface Engine extends Spelling {
  /**
   * Is `signature` over `message` by `publicKey`? ECDSA and SM2 signatures are DER (RFC 3279
   * §2.2.3); EC keys name their curve. A malformed key or signature, a key of another kind than the
   * algorithm, and a curve the engine does not know are `false`, never an exception: ask
   * `isComputable` (formats/x509) first to tell "broken" from "not supported".
   */
  verify(check: SignatureCheck): Promise<boolean>;
  /** zlib (RFC 1950) inflate; refuses with crypto.inflate_limit beyond `bytesMax`. */
  inflate(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array>;
  /** Raw inflate (RFC 1951), as in ZIP; refuses as `inflate`. */
  inflateRaw(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array>;
}

/** One signature to be checked by the engine. */
export interface SignatureCheck {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
  /** SM2 only: the signer's identity (GM/T 0009 §10); 1234567812345678 unless given. */
  readonly signerId?: string;
}

/** A private key that lives elsewhere: it can be asked, not read. */
export interface Signer {
  readonly algorithm: SigningAlgorithm;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}
