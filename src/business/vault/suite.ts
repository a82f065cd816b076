/**
 * How one value becomes ciphertext: two suites, told apart by the first byte of what they made.
 *
 * A tenant writes with one suite; whatever it wrote with the other one before still opens, for
 * reading goes by the byte and not by the setting. The byte is part of what is authenticated, so a
 * ciphertext relabelled as the other suite's does not open.
 */
import type { Random } from '#base/random';

/** The suite of a tenant: AES-256-GCM, or SM4-CTR with HMAC-SM3 (GB/T 32907, GB/T 32905). */
export type SuiteName = 'aes-256-gcm' | 'sm4-ctr-hmac-sm3';

/** An authenticated cipher; an adapter brings both of them. */
export interface CipherSuite {
  readonly name: SuiteName;
  /** The first byte of everything this suite made. */
  readonly layout: number;
  /** `key` is 256 bits; the suite's own keys are derived from it. */
  keyed(key: Uint8Array): KeyedSuite;
}

/** A cipher suite under one key. `bound` is authenticated with the text and stored nowhere. */
export interface KeyedSuite {
  /** Pieces of a text become one ciphertext: that of all of them behind each other. */
  seal(bound: Uint8Array, plain: Uint8Array | readonly Uint8Array[], random: Random): Uint8Array;
  /** Undefined for what was altered, moved to another place, or made under another key. */
  open(bound: Uint8Array, cipher: Uint8Array): Uint8Array | undefined;
}
