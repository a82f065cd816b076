/**
 * Rows of staff's sessions, each found together with its account as that stands now.
 */
import { sql } from 'kysely';

import { type Instant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type { Factor, FoundSession, OpenGlass, SessionStore } from '#business/access';
import { txOf } from '../database.ts';

interface SessionColumns {
  tenant: string;
  token_sha256: Uint8Array;
  id: string;
  staff: string;
  factors: Factor[];
  opened_at: bigint;
  seen_at: bigint;
  until: bigint;
}

interface Tables {
  staff_session: SessionColumns;
}

interface FoundRow {
  session: string;
  factors: Factor[];
  seen_at: bigint;
  id: string;
  login: string;
  unit: string;
  path: string;
  roles: string[];
  must_change: boolean;
  glass: { id: string; permission: OpenGlass['permission']; caseId: string; until: number }[];
}

/** Sessions of staff. */
export class PostgresSessions implements SessionStore {
  async open(unit: Unit, session: Parameters<SessionStore['open']>[1]): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('staff_session')
      .values({
        tenant: unit.tenant,
        token_sha256: session.tokenSha256,
        id: session.id,
        staff: session.staff,
        factors: [...session.factors],
        opened_at: BigInt(session.openedAt),
        seen_at: BigInt(session.openedAt),
        until: BigInt(session.until),
      })
      .execute();
  }

  async find(
    unit: Unit,
    question: { tokenSha256: Uint8Array; now: Instant; seenAfter: Instant },
  ): Promise<FoundSession | undefined> {
    const { tokenSha256, now, seenAfter } = question;
    const { rows } = await sql<FoundRow>`
      select s.id as session, s.factors, s.seen_at, a.id, a.login, a.unit, u.path, a.roles,
        a.must_change,
        coalesce((
          select json_agg(json_build_object('id', g.id, 'permission', g.permission,
            'caseId', g.case_id, 'until', g.until))
          from break_glass g
          where g.tenant = a.tenant and g.staff = a.id and g.until > ${BigInt(now)}
        ), '[]') as glass
      from staff_session s
      join staff a on a.tenant = s.tenant and a.id = s.staff
      join org_unit u on u.tenant = a.tenant and u.code = a.unit
      where s.tenant = ${unit.tenant} and s.token_sha256 = ${tokenSha256}
        and s.until > ${BigInt(now)} and s.seen_at > ${BigInt(seenAfter)}
        and a.state = 'active'`.execute(txOf<Tables>(unit));
    const row = rows[0];
    return row === undefined ? undefined : foundOf(unit, row);
  }

  async seen(unit: Unit, tokenSha256: Uint8Array, at: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('staff_session')
      .set({ seen_at: BigInt(at) })
      .where('tenant', '=', unit.tenant)
      .where('token_sha256', '=', tokenSha256)
      .execute();
  }

  async end(unit: Unit, session: string): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('staff_session')
      .where('tenant', '=', unit.tenant)
      .where('id', '=', session)
      .execute();
  }

  async endOf(unit: Unit, staff: string, keep: number): Promise<void> {
    const tx = txOf<Tables>(unit);
    const kept = tx
      .selectFrom('staff_session')
      .select('id')
      .where('tenant', '=', unit.tenant)
      .where('staff', '=', staff)
      .orderBy('opened_at', 'desc')
      .orderBy('id', 'desc')
      .limit(keep);
    await tx
      .deleteFrom('staff_session')
      .where('tenant', '=', unit.tenant)
      .where('staff', '=', staff)
      .where('id', 'not in', kept)
      .execute();
  }

  async forgetBefore(unit: Unit, before: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .deleteFrom('staff_session')
      .where('tenant', '=', unit.tenant)
      .where('until', '<', BigInt(before))
      .execute();
  }
}

function foundOf(unit: Unit, row: FoundRow): FoundSession {
  return {
    id: row.session,
    factors: row.factors,
    seenAt: instantFromMs(Number(row.seen_at)),
    staff: {
      id: row.id,
      tenant: unit.tenant,
      login: row.login,
      unit: row.unit,
      unitPath: row.path,
      roles: row.roles,
      state: 'active',
      mustChange: row.must_change,
      glass: row.glass.map((glass) => ({ ...glass, until: instantFromMs(glass.until) })),
    },
  };
}
