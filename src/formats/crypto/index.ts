/**
 * What the formats ask of a cryptographic engine; they never choose one themselves.
 *
 * The engine is a part: node:crypto on the server, WebCrypto and noble in the page. Its answers are
 * asynchronous because the page's are. Keys arrive as DER SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
 */
export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'sm3';

export type SignatureAlgorithm =
  | 'ecdsa-sha256'
  | 'ecdsa-sha384'
  | 'ecdsa-sha512'
  | 'ed25519'
  | 'rsa-pkcs1-sha256'
  | 'rsa-pkcs1-sha384'
  | 'rsa-pkcs1-sha512';

export interface Engine {
  digest(hash: HashName, bytes: Uint8Array): Promise<Uint8Array>;
  /**
   * Is `signature` over `message` by `publicKey`? ECDSA signatures are DER (RFC 3279 §2.2.3).
   * A malformed key or signature is `false`, never an exception.
   */
  verify(check: SignatureCheck): Promise<boolean>;
  /** zlib (RFC 1950) inflate; refuses with crypto.inflate_limit beyond `bytesMax`. */
  inflate(bytes: Uint8Array, bytesMax: number): Promise<Uint8Array>;
}

export interface SignatureCheck {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly message: Uint8Array;
}

/** A private key that lives elsewhere: it can be asked, not read. */
export interface Signer {
  readonly algorithm: SignatureAlgorithm;
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}
