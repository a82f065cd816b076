/**
 * What a checker of SM2 signatures remembers between checks: prepared multiples of the base point
 * and of the keys it meets again and again, such as an authority's.
 *
 * A table costs as much as twenty checks, so a point earns one when it comes the fourth time. The
 * least recently used goes first, so that a file with many keys costs time and never memory.
 */
import type { Point } from './curve.ts';
import { type MultiplesTable, multiplesTable } from './multiples.ts';

interface Known {
  readonly sightings: number;
  readonly table: MultiplesTable | undefined;
}

const sightingsForTable = 4;
const keysMax = 4_096;
const tablesMax = 48; // 0.4 MB each.

/** One for each engine; holds public values only. */
export class Sm2Memory {
  readonly #keys = new Map<string, Known>();
  #tables = 0;

  /** The table of this point, once it came often enough. */
  tableOf(key: Point): MultiplesTable | undefined {
    const name = key.x.toString(36) + (key.y % 2n).toString();
    const before = this.#keys.get(name);
    const sightings = (before?.sightings ?? 0) + 1;
    const isDue = before?.table === undefined && sightings >= sightingsForTable;
    const table = isDue ? multiplesTable(key) : before?.table;
    if (isDue) this.#tables += 1;
    this.#keys.delete(name);
    this.#keys.set(name, { sightings, table });
    this.#forget();
    return table;
  }

  #forget(): void {
    if (this.#keys.size <= keysMax && this.#tables <= tablesMax) return;
    for (const [name, { table }] of this.#keys) {
      if (this.#keys.size > keysMax || table !== undefined) {
        this.#keys.delete(name);
        if (table !== undefined) this.#tables -= 1;
        return;
      }
    }
  }
}
