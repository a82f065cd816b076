/**
 * What was placed and is not signed yet, held in memory so that files are written without asking
 * the database for what was handed to it a moment ago.
 *
 * It may be empty or begin too late, as after a start; then the entries are read. It is forgotten
 * up to the tiles that are still open, so it stays as small as the signing is quick.
 */
import { tileWidth } from '#formats/tiles';
import type { HashRun } from './growth.ts';

/** One height of one tree, side by side from `start` on. */
class Run {
  start: number;
  readonly hashes: Uint8Array[] = [];

  constructor(start: number) {
    this.start = start;
  }

  slice(start: number, end: number): readonly Uint8Array[] | undefined {
    if (start < this.start || end > this.start + this.hashes.length) return undefined;
    return this.hashes.slice(start - this.start, end - this.start);
  }

  forgetBefore(start: number): void {
    if (start <= this.start) return;
    this.hashes.splice(0, start - this.start);
    this.start = start;
  }
}

/** The hashes of one tree's tiles, by height. */
export class HashTail {
  readonly #runs: Run[] = [];

  add(gained: readonly HashRun[]): void {
    for (const [height, { start, hashes }] of gained.entries()) {
      const run = this.#runs[height] ?? new Run(start);
      run.hashes.push(...hashes);
      this.#runs[height] = run;
    }
  }

  /** All of them, or undefined where one is not held. */
  hashes(height: number, start: number, end: number): readonly Uint8Array[] | undefined {
    return this.#runs[height]?.slice(start, end);
  }

  /** What only full tiles of a signed tree of `size` leaves need. */
  forget(size: number): void {
    let count = size;
    for (const run of this.#runs) {
      run.forgetBefore(openFrom(count));
      count = Math.floor(count / tileWidth);
    }
  }
}

/** Entries by place. */
export class EntryTail {
  readonly #run: Run;

  /** `start`: the place of the next entry. */
  constructor(start: number) {
    this.#run = new Run(start);
  }

  add(entries: readonly Uint8Array[]): void {
    this.#run.hashes.push(...entries);
  }

  entries(start: number, end: number): readonly Uint8Array[] | undefined {
    return this.#run.slice(start, end);
  }

  forget(size: number): void {
    this.#run.forgetBefore(openFrom(size));
  }
}

/** Where the tile begins that `count` hashes leave open. */
function openFrom(count: number): number {
  return count - (count % tileWidth);
}
