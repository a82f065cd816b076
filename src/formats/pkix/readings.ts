/**
 * Objects read once within one verification: what is asked of a list for each certificate of a path
 * is asked of the same octets, and reading them costs more than the answer.
 */
import { ifReadable } from '#base/fault';

/** What octets say, by the array that holds them; `undefined` where they say nothing. */
export class Readings<T> {
  readonly #read: (der: Uint8Array) => T;
  readonly #known = new WeakMap<Uint8Array, { readonly found: T | undefined }>();

  constructor(read: (der: Uint8Array) => T) {
    this.#read = read;
  }

  of(der: Uint8Array): T | undefined {
    const known = this.#known.get(der);
    if (known !== undefined) return known.found;
    const found = ifReadable(() => this.#read(der));
    this.#known.set(der, { found });
    return found;
  }
}
