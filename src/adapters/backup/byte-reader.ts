/**
 * Reads a stream of bytes in the sizes the reader asks for, whatever sizes it arrives in.
 */
import { concat } from '#base/bytes';
import { Fault } from '#base/fault';

const newline = 0x0a;

/** Bytes of a stream, taken in order; `take` waits until there are enough or the stream ends. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** `count` bytes, or fewer at the end of the stream. */
  async take(count: number): Promise<Uint8Array> {
    while (this.#heldBytes < count && (await this.#more()));
    const all = concat(...this.#held);
    this.#keep(all.subarray(count));
    return all.subarray(0, count);
  }

  /** Up to and without the next newline; backup.head_malformed where none comes in time. */
  async line(bytesMax: number): Promise<Uint8Array> {
    let all = concat(...this.#held);
    while (all.indexOf(newline) < 0 && all.length <= bytesMax && (await this.#more())) {
      all = concat(...this.#held);
    }
    const end = all.indexOf(newline);
    if (end < 0 || end > bytesMax) throw new Fault('backup.head_malformed');
    this.#keep(all.subarray(end + 1));
    return all.subarray(0, end);
  }

  /** Is nothing left? */
  async ended(): Promise<boolean> {
    return this.#heldBytes === 0 && !(await this.#more());
  }

  /** Ends the stream below, read or not: a file is closed. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#source.return?.();
  }

  async #more(): Promise<boolean> {
    while (!this.#ended) {
      const next = await this.#source.next();
      this.#ended = next.done === true;
      if (next.done === true || next.value.length === 0) continue;
      this.#held.push(next.value);
      this.#heldBytes += next.value.length;
      return true;
    }
    return false;
  }

  #keep(rest: Uint8Array): void {
    this.#held = rest.length === 0 ? [] : [rest];
    this.#heldBytes = rest.length;
  }
}
