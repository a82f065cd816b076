/**
 * Rows of consents: what she said last about one kind and, where it is bound to one, one recipient.
 */
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { ConsentDecision, ConsentMethod, ConsentStore } from '#business/consent';
import { txOf } from '../database.ts';

interface Tables {
  consent: {
    tenant: string;
    case_id: string;
    kind: string;
    recipient: string;
    version: string;
    sha256: string;
    method: string;
    accepted: boolean;
    at: bigint;
    withdrawn_at: bigint | null;
  };
}

const methods: readonly ConsentMethod[] = ['tick', 'signature', 'counter'];

export class PostgresConsents implements ConsentStore {
  async put(unit: Unit, decision: ConsentDecision): Promise<void> {
    const { caseId, kind, recipient, version, sha256, method, accepted, withdrawnAt } = decision;
    const said = {
      version,
      sha256,
      method,
      accepted,
      at: BigInt(decision.at),
      withdrawn_at: withdrawnAt === undefined ? null : BigInt(withdrawnAt),
    };
    await txOf<Tables>(unit)
      .insertInto('consent')
      .values({ tenant: unit.tenant, case_id: caseId, kind, recipient, ...said })
      .onConflict((clash) =>
        clash.columns(['tenant', 'case_id', 'kind', 'recipient']).doUpdateSet(said),
      )
      .execute();
  }

  async ofCase(unit: Unit, caseId: string): Promise<readonly ConsentDecision[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('consent')
      .selectAll()
      .where('case_id', '=', caseId)
      .orderBy('kind')
      .orderBy('recipient')
      .execute();
    return rows.map((row) => {
      const method = methods.find((known) => known === row.method);
      if (method === undefined) throw new Fault('postgres.row_malformed', { method: row.method });
      return {
        caseId: row.case_id,
        kind: row.kind,
        recipient: row.recipient,
        version: row.version,
        sha256: row.sha256,
        method,
        accepted: row.accepted,
        at: instantFromMs(Number(row.at)),
        withdrawnAt:
          row.withdrawn_at === null ? undefined : instantFromMs(Number(row.withdrawn_at)),
      };
    });
  }
}
