/**
 * Keeps the signed documents of a case provable for decades, from the day its flow is complete.
 *
 * The hand of a job that never ends: it raises what is signed, and comes again before the first of
 * the stamps loses its key. No step of the case waits for it.
 */
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import type { LongTermShelf, NextRaise } from '#trust/signing';

/** What raises the documents of a case, and where they are listed. */
export interface LongTermDeskParts {
  readonly units: Units;
  readonly documents: {
    ofCase(unit: Unit, caseId: string): Promise<readonly { readonly id: string }[]>;
  };
  readonly longTerm: Pick<LongTermShelf, 'raise'>;
}

/** Raises all documents of a case that bear a signature. */
export class LongTermDesk {
  readonly #parts: LongTermDeskParts;

  constructor(parts: LongTermDeskParts) {
    this.#parts = parts;
  }

  /** The commit answers when the case wants it again; undefined where nothing is left to raise. */
  async keep(tenant: TenantId, caseId: string): Promise<Commit<NextRaise | undefined>> {
    const { units, documents, longTerm } = this.#parts;
    const listed = await units.run(tenant, (unit) => documents.ofCase(unit, caseId));
    const commits: Commit<NextRaise | undefined>[] = [];
    for (const { id } of listed) {
      commits.push(await longTerm.raise({ tenant, caseId, document: id }));
    }
    return async (unit) => {
      const next: NextRaise[] = [];
      for (const commit of commits) {
        const one = await commit(unit);
        if (one !== undefined) next.push(one);
      }
      return next.toSorted((a, b) => a.at - b.at)[0];
    };
  }
}
