/**
 * Proofs of existence (ETSI EN 319 102-1 §5.6.2.3): since when an object is known to have existed.
 *
 * A time-stamp proves that everything its imprint covers existed at its time. Objects are known by
 * their bytes, so that a certificate in a message and the same one in a document's security store
 * are one object. What is not proved has existed since the time of judging and no earlier.
 */
import { equal, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';

/** Who proved it: the earliest proof of one object. */
export interface Proof {
  readonly at: Instant;
  /** The name of the stamping authority. */
  readonly by: string;
  /** The asker said so, and no stamp. */
  readonly isAsserted?: boolean;
}

export class Existence {
  /** By the last octets, which are those of a signature; equal ones are compared in full. */
  readonly #proofs = new Map<string, Proved[]>();

  prove(objects: readonly Uint8Array[], proof: Proof): void {
    for (const object of objects) {
      const known = this.#known(object);
      if (known === undefined) this.#slot(object).push({ object, proof });
      else if (proof.at < known.proof.at) known.proof = proof;
    }
  }

  of(object: Uint8Array): Proof | undefined {
    return this.#known(object)?.proof;
  }

  /** Is the object proved to have existed at or before `at`? */
  isProvedAt(object: Uint8Array, at: Instant): boolean {
    const proof = this.of(object);
    return proof !== undefined && proof.at <= at;
  }

  #known(object: Uint8Array): Proved | undefined {
    return this.#slot(object).find((one) => equal(one.object, object));
  }

  #slot(object: Uint8Array): Proved[] {
    const name = toHex(object.subarray(-tailBytes));
    const slot = this.#proofs.get(name) ?? [];
    this.#proofs.set(name, slot);
    return slot;
  }
}

interface Proved {
  readonly object: Uint8Array;
  proof: Proof;
}

const tailBytes = 16;
