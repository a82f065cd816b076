/**
 * Remembers what was read and which signatures were checked within one verification, and counts
 * the checks.
 *
 * A part, never a global: whoever judges a file makes one and hands it to every question. A check
 * costs a thousand times what everything else in a path costs, so the number of them is bounded.
 */
import { equal, toHex } from '#base/bytes';
import type { Engine, SignatureAlgorithm } from '#formats/crypto';
import { readOcsp } from '#formats/ocsp';
import { isComputable, readRevocationList } from '#formats/x509';
import { Readings } from './readings.ts';

/** Signatures checked in one verification at most. */
const signatureChecksMax = 400;

/** Something signed: certificate, list or response. */
export interface Signed {
  readonly tbs: Uint8Array;
  readonly signature: Uint8Array;
  readonly signatureAlgorithm: SignatureAlgorithm | undefined;
}

/** What a signature check says; `unsupported` and `spent` say nothing about the signature. */
export type SignatureAnswer = 'good' | 'broken' | 'unsupported' | 'spent';

interface Known {
  readonly signed: Signed;
  readonly publicKey: Uint8Array;
  readonly isGood: Promise<boolean>;
}

/** The signature checks of one verification, each done once. */
export class PathMemory {
  /** The lists and responses that were read. */
  readonly lists = new Readings(readRevocationList);
  readonly responses = new Readings(readOcsp);
  readonly #engine: Engine;
  /** By the last octets of the signature: equal ones are compared in full. */
  readonly #known = new Map<string, Known[]>();
  /** By the key as its certificate writes it, the key with the group of its issuer. */
  readonly #whole = new Map<string, Uint8Array>();
  #left: number;

  constructor(engine: Engine, checksMax: number = signatureChecksMax) {
    this.#engine = engine;
    this.#left = checksMax;
  }

  /** A key that inherits its group (RFC 3279 §2.3.2) and was met on a path that holds. */
  learn(written: Uint8Array, whole: Uint8Array): void {
    this.#whole.set(toHex(written), whole);
  }

  /** The key as it can be computed with: itself, unless a path has shown what it inherits. */
  wholeKey(written: Uint8Array): Uint8Array {
    if (this.#whole.size === 0) return written;
    return this.#whole.get(toHex(written)) ?? written;
  }

  async judge(signed: Signed, written: Uint8Array): Promise<SignatureAnswer> {
    const publicKey = this.wholeKey(written);
    const { signatureAlgorithm: algorithm, signature, tbs: message } = signed;
    if (algorithm === undefined || !isComputable(algorithm, publicKey)) return 'unsupported';
    const slot = toHex(signature.subarray(-16));
    const known = this.#known.get(slot) ?? [];
    this.#known.set(slot, known);
    let found = known.find((one) => isSame(one, signed, publicKey));
    if (found === undefined) {
      if (this.#left <= 0) return 'spent';
      this.#left -= 1;
      const isGood = this.#engine.verify({ algorithm, publicKey, signature, message });
      found = { signed, publicKey, isGood };
      known.push(found);
    }
    return (await found.isGood) ? 'good' : 'broken';
  }
}

function isSame(known: Known, signed: Signed, publicKey: Uint8Array): boolean {
  return (
    known.signed.signatureAlgorithm === signed.signatureAlgorithm &&
    equal(known.publicKey, publicKey) &&
    equal(known.signed.signature, signed.signature) &&
    equal(known.signed.tbs, signed.tbs)
  );
}
