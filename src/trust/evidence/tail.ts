/**
 * What was placed and is not signed yet, held in memory so that files are written without asking
 * the database for what was handed to it a moment ago.
 *
 * It may be empty or begin too late, as after a start; then the entries are read. It is forgotten
 * up to the tiles that are still open, so it stays as small as the signing is quick.
 */
import { tileWidth } from '#formats/tiles';
import { hashBytes } from '#formats/tlog';
import type { HashRun } from './growth.ts';

const hashesHeldMin = 1_024;

/** One height of one tree: hashes side by side from `#start` on, in a row with room behind them. */
class Row {
  #start: number;
  #end: number;
  #bytes = new Uint8Array(hashesHeldMin * hashBytes);

  constructor(start: number) {
    this.#start = start;
    this.#end = start;
  }

  add(row: Uint8Array): void {
    const held = this.#at(this.#end);
    if (held + row.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * (held + row.length));
      larger.set(this.#bytes.subarray(0, held));
      this.#bytes = larger;
    }
    this.#bytes.set(row, held);
    this.#end += row.length / hashBytes;
  }

  /** A copy: what is behind it moves when the row is forgotten. */
  slice(start: number, end: number): Uint8Array | undefined {
    if (start < this.#start || end > this.#end) return undefined;
    return this.#bytes.slice(this.#at(start), this.#at(end));
  }

  forgetBefore(start: number): void {
    if (start <= this.#start) return;
    this.#bytes.copyWithin(0, this.#at(start), this.#at(this.#end));
    this.#start = start;
  }

  #at(place: number): number {
    return (place - this.#start) * hashBytes;
  }
}

/** The hashes of one tree's tiles, by height. */
export class HashTail {
  readonly #rows: Row[] = [];

  add(gained: readonly HashRun[]): void {
    for (const [height, { start, row }] of gained.entries()) {
      const held = this.#rows[height] ?? new Row(start);
      held.add(row);
      this.#rows[height] = held;
    }
  }

  /** All of them in a row, or undefined where one is not held. */
  hashes(height: number, start: number, end: number): Uint8Array | undefined {
    return this.#rows[height]?.slice(start, end);
  }

  /** What only full tiles of a signed tree of `size` leaves need. */
  forget(size: number): void {
    let count = size;
    for (const row of this.#rows) {
      row.forgetBefore(openFrom(count));
      count = Math.floor(count / tileWidth);
    }
  }
}

/** Entries by place. */
export class EntryTail {
  #start: number;
  readonly #entries: Uint8Array[] = [];

  /** `start`: the place of the next entry. */
  constructor(start: number) {
    this.#start = start;
  }

  add(entries: readonly Uint8Array[]): void {
    this.#entries.push(...entries);
  }

  entries(start: number, end: number): readonly Uint8Array[] | undefined {
    if (start < this.#start || end > this.#start + this.#entries.length) return undefined;
    return this.#entries.slice(start - this.#start, end - this.#start);
  }

  forget(size: number): void {
    const start = openFrom(size);
    if (start <= this.#start) return;
    this.#entries.splice(0, start - this.#start);
    this.#start = start;
  }
}

/** Where the tile begins that `count` hashes leave open. */
function openFrom(count: number): number {
  return count - (count % tileWidth);
}
