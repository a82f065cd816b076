/**
 * Removes objects whose row never came: a crash between the two leaves ciphertext that nobody
 * names.
 */
import { addSeconds, type Clock } from '#base/clock';
import type { TenantId, Units } from '#base/unit';
import type { NamedObjects, SweptObjects } from './ports.ts';

/** Far longer than any unit lives: an object whose row may still come is never touched. */
const orphanSecondsMin = 86_400;
const sweptMax = 1_000_000; // objects looked at in one sweep
const askedMax = 1_000; // names in one question to the database

export class ObjectSweep {
  readonly #parts: { units: Units; objects: SweptObjects; rows: NamedObjects; clock: Clock };

  constructor(parts: { units: Units; objects: SweptObjects; rows: NamedObjects; clock: Clock }) {
    this.#parts = parts;
  }

  /** Answers how many objects were removed. */
  async sweep(tenant: TenantId): Promise<number> {
    const { units, objects, rows, clock } = this.#parts;
    const before = addSeconds(clock.now(), -orphanSecondsMin);
    return units.run(tenant, async (unit) => {
      const old = await objects.writtenBefore(unit, before, sweptMax);
      let removed = 0;
      for (let from = 0; from < old.length; from += askedMax) {
        const asked = old.slice(from, from + askedMax);
        const named = await rows.named(unit, asked);
        const orphans = asked.filter((sha256) => !named.has(sha256));
        for (const sha256 of orphans) await objects.remove(unit, sha256);
        removed += orphans.length;
      }
      return removed;
    });
  }
}
