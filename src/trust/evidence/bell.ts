/**
 * Wakes whoever waits for something to do. A bell rung while nobody waited is heard by the next.
 */
export class Bell {
  #waiting: { readonly promise: Promise<void>; readonly hear: () => void } | undefined;
  #rang = false;

  ring(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#rang = true;
    else waiting.hear();
  }

  /** Resolves at the next ring, or at once after one that nobody heard. */
  rung(): Promise<void> {
    if (this.#rang) {
      this.#rang = false;
      return Promise.resolve();
    }
    if (this.#waiting === undefined) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting = { promise, hear: resolve };
    }
    return this.#waiting.promise;
  }
}
