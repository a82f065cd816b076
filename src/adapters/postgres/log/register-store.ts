/**
 * What members of one tenant's log propose and vote, in the transaction of a unit.
 */
import { sql } from 'kysely';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { RegisterStore, RegisterText } from '#trust/witness';
import { txOf } from '../database.ts';

interface TextRow {
  readonly digest: string;
  readonly number: number;
  readonly text: string;
  readonly proposedAt: bigint;
  readonly note: string | null;
  readonly adoptedAt: bigint | null;
  readonly votes: readonly { readonly member: string; readonly line: string }[] | null;
}

export class PostgresRegisters implements RegisterStore {
  async all(unit: Unit): Promise<readonly RegisterText[]> {
    const { tenant } = unit;
    // Of two last votes that come at once the second one sees the first.
    const lock = `fubie/registers/${tenant}`;
    await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(txOf(unit));
    const { rows } = await sql<TextRow>`
      select t.digest, t.number, t.text, t.proposed_at as "proposedAt", t.note,
        t.adopted_at as "adoptedAt",
        (select json_agg(json_build_object('member', v.member, 'line', v.line) order by v.member)
          from log.register_vote v where v.tenant = t.tenant and v.digest = t.digest) as votes
      from log.register_text t where t.tenant = ${tenant}
      order by t.number, t.proposed_at, t.digest`.execute(txOf(unit));
    return rows.map(({ note, adoptedAt, votes, proposedAt, ...row }) => ({
      ...row,
      proposedAt: Number(proposedAt) as Instant,
      note: note ?? undefined,
      adoptedAt: adoptedAt === null ? undefined : (Number(adoptedAt) as Instant),
      votes: votes ?? [],
    }));
  }

  async propose(
    unit: Unit,
    text: Omit<RegisterText, 'note' | 'adoptedAt' | 'votes'>,
  ): Promise<void> {
    const { digest, number, proposedAt } = text;
    await sql`insert into log.register_text (tenant, digest, number, text, proposed_at)
      values (${unit.tenant}, ${digest}, ${number}, ${text.text}, ${proposedAt})
      on conflict (tenant, digest) do nothing`.execute(txOf(unit));
  }

  async vote(
    unit: Unit,
    vote: { digest: string; member: string; line: string; at: Instant },
  ): Promise<void> {
    const { digest, member, line, at } = vote;
    await sql`insert into log.register_vote (tenant, digest, member, line, voted_at)
      values (${unit.tenant}, ${digest}, ${member}, ${line}, ${at})
      on conflict (tenant, digest, member) do nothing`.execute(txOf(unit));
  }

  async adopt(unit: Unit, adopted: { digest: string; note: string; at: Instant }): Promise<void> {
    const { digest, note, at } = adopted;
    await sql`update log.register_text set note = ${note}, adopted_at = ${at}
      where tenant = ${unit.tenant} and digest = ${digest} and note is null`.execute(txOf(unit));
  }
}
