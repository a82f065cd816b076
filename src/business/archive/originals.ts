/**
 * Originals are read again and hashed on a schedule, the ones that waited longest first.
 *
 * An object's name is the digest of its bytes, so damage cannot hide: what is altered or gone is an
 * alarm that stands until the object is sound again, and an entry in the tenant's register says
 * what was looked at and what was wrong. Nothing is repaired here; a copy from the other site is.
 */
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId, Unit, Units } from '#base/unit';
import type { DocumentObjects, ObjectName } from '#business/tenancy';
import type { Evidence } from '#trust/evidence';

/** Each object comes round at least this often. */
export const recheckSecondsMax = 7 * 86_400;
/** Of one run, so that it never holds a disk for long. */
const objectsPerRunMax = 200;
/** Damaged ones are looked at again soon, to see that they were restored. */
const damagedSecondsMax = 600;

/** What became of one object. */
export interface CheckedOriginal {
  readonly sha256: string;
  readonly isSound: boolean;
}

/** The rows that name objects, and when each object was last looked at. */
export interface OriginalRows {
  /** Never looked at, or sound and not since `before`, or damaged and not since `damagedBefore`. */
  due(
    unit: Unit,
    asked: { readonly before: Instant; readonly damagedBefore: Instant; readonly countMax: number },
  ): Promise<readonly ObjectName[]>;
  checked(unit: Unit, at: Instant, originals: readonly CheckedOriginal[]): Promise<void>;
}

/** What the check of originals leans on. */
export interface OriginalParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly rows: OriginalRows;
  readonly objects: Pick<DocumentObjects, 'get'>;
  readonly evidence: Pick<Evidence, 'note'>;
}

/** Looks at originals again; see `check`. */
export class Originals {
  readonly #parts: OriginalParts;

  constructor(parts: OriginalParts) {
    this.#parts = parts;
  }

  /** Answers how many were looked at, and which of them are not what their names say. */
  async check(tenant: TenantId): Promise<{ checked: number; damaged: readonly string[] }> {
    const { units, clock, rows, evidence } = this.#parts;
    return units.run(tenant, async (unit) => {
      const at = clock.now();
      const due = await rows.due(unit, {
        before: addSeconds(at, -recheckSecondsMax),
        damagedBefore: addSeconds(at, -damagedSecondsMax),
        countMax: objectsPerRunMax,
      });
      if (due.length === 0) return { checked: 0, damaged: [] };
      const originals: CheckedOriginal[] = [];
      for (const name of due) {
        originals.push({ sha256: name.sha256, isSound: await this.#isSound(unit, name) });
      }
      await rows.checked(unit, at, originals);
      const damaged = originals.filter(({ isSound }) => !isSound).map(({ sha256 }) => sha256);
      await evidence.note(unit, {
        type: 'originals.checked',
        disclosures: [
          { name: 'checked', value: due.length },
          { name: 'damaged', value: damaged },
        ],
        of: [],
      });
      return { checked: due.length, damaged };
    });
  }

  async #isSound(unit: Unit, name: ObjectName): Promise<boolean> {
    try {
      await this.#parts.objects.get(unit, name);
      return true;
    } catch (thrown) {
      const isDamage =
        thrown instanceof Fault && ['objects.altered', 'objects.missing'].includes(thrown.code);
      if (isDamage) return false;
      throw thrown;
    }
  }
}
