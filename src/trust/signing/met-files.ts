/**
 * How far SM3 has come with files that this process has met, so that the next revision of a
 * document goes on where the one before ended: OpenSSL has no fast SM3, and a contract is gone
 * through with it when it is drafted and again for every signature otherwise.
 *
 * A file is known by its SHA-256, which whoever asks has made of the bytes themselves: what a row
 * says finds nothing that these bytes are not. Nothing depends on it: who is not found is gone
 * through. Of a document it holds digests and the bytes behind the last full block of 64.
 */
import { toHex } from '#base/bytes';
import type { BegunDigest } from '#formats/crypto';

/** Each some hundred bytes. */
const metFilesMax = 4_096;

export class MetFiles {
  /** The one met longest ago first. */
  readonly #begun = new Map<string, BegunDigest>();

  keep(sha256: Uint8Array, begun: BegunDigest): void {
    const name = toHex(sha256);
    this.#begun.delete(name);
    this.#begun.set(name, begun);
    if (this.#begun.size <= metFilesMax) return;
    for (const [oldest] of this.#begun) {
      this.#begun.delete(oldest);
      break;
    }
  }

  find(sha256: Uint8Array): readonly BegunDigest[] {
    const begun = this.#begun.get(toHex(sha256));
    return begun === undefined ? [] : [begun];
  }
}
