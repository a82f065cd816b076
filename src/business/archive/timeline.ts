/**
 * What happened in one case, in order, with how far each fact is proved.
 *
 * Reads the log, not the rows: what is shown here is what a package would show.
 */

import type { Json } from '#base/canonical';
import { formatInstant } from '#base/clock';
import type { TenantId, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { parseDisclosure } from '#formats/disclosure';
import { parseEntry } from '#formats/entry';
import type { CaseFile, Evidence } from '#trust/evidence';

export interface TimelineEntry {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly by: string;
  /** L0 durable, L1 cosigned by the sentinel, L2 by a quorum of witnesses. */
  readonly level: string;
  /** Place in the log; null until sequenced. */
  readonly index: number | null;
  /** What is open to this reader; empty after erasure. */
  readonly facts: { readonly [name: string]: Json };
}

/** Facts that stay masked on every screen; a package under its own authorisation opens them. */
export const masked: ReadonlySet<string> = new Set([
  'name',
  'idNumber',
  'card',
  'phone',
  'address',
  'place',
  'device',
  'report',
]);

export const maskedText = '***';

export class Timeline {
  readonly #parts: { units: Units; cases: CaseFile; evidence: Evidence; engine: Engine };

  constructor(parts: { units: Units; cases: CaseFile; evidence: Evidence; engine: Engine }) {
    this.#parts = parts;
  }

  async read(tenant: TenantId, caseId: string): Promise<TimelineEntry[]> {
    const { units, cases, evidence } = this.#parts;
    return units.run(tenant, async (unit) => {
      const entries: TimelineEntry[] = [];
      for (const stored of await cases.openings(unit, caseId)) {
        const entry = parseEntry(stored.bytes);
        entries.push({
          seq: entry.seq,
          type: entry.type,
          at: formatInstant(entry.at),
          by: entry.by,
          level: await evidence.levelOf(unit, stored.hash),
          index: stored.index ?? null,
          facts: await this.#facts(stored.disclosures ?? []),
        });
      }
      return entries;
    });
  }

  async #facts(disclosures: readonly string[]): Promise<{ [name: string]: Json }> {
    const facts: { [name: string]: Json } = {};
    for (const encoded of disclosures) {
      const { name, value } = await parseDisclosure(encoded, this.#parts.engine);
      facts[name] = masked.has(name) ? maskedText : value;
    }
    return facts;
  }
}
