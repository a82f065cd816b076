/**
 * What rows claim of the tenant's register: things that belong to no loan case.
 */
import { sql } from 'kysely';

import { formatInstant, instantFromMs } from '#base/clock';
import type { Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { type RowClaim, registerCaseId } from '#trust/evidence';
import { txOf } from '../database.ts';

interface StaffRow {
  readonly id: string;
  readonly roles: readonly string[];
  readonly state: string;
  readonly path: string;
}

interface SealRow {
  readonly id: string;
  readonly standing: string;
}

interface BreachRow {
  readonly id: string;
  readonly foundAt: bigint;
  readonly persons: bigint;
}

export async function registerClaims(unit: Unit, engine: Engine): Promise<RowClaim[]> {
  const caseId = await registerCaseId(unit.tenant, engine);
  return [
    ...(await staffClaims(unit, caseId)),
    ...(await breachClaims(unit, caseId)),
    ...(await sealClaims(unit, caseId)),
  ];
}

/** Who may do what is said in the register; a lock after failed logins says nothing of it. */
async function staffClaims(unit: Unit, caseId: string): Promise<RowClaim[]> {
  const { rows } = await sql<StaffRow>`
    select s.id, s.roles, s.state, u.path
    from staff s join org_unit u on u.tenant = s.tenant and u.code = s.unit
    where s.tenant = ${unit.tenant} order by s.id`.execute(txOf(unit));
  return rows.map(({ id, roles, state, path }): RowClaim => {
    const type = 'staff.changed';
    const standing = state === 'locked' ? {} : { state };
    const ends = [{ type, values: { roles: [...roles], unit: path, ...standing } }] as const;
    const by = { staff: id };
    const demand = { is: 'opened', among: [type], by, shows: ['roles'], ends } as const;
    return { table: 'staff', key: id, caseId, demand };
  });
}

/** A breach that vanished from its table, or shrank there, was never told in full. */
async function breachClaims(unit: Unit, caseId: string): Promise<RowClaim[]> {
  const { rows } = await sql<BreachRow>`
    select id, found_at as "foundAt", persons from breach
    where tenant = ${unit.tenant} order by id`.execute(txOf(unit));
  const type = 'breach.recorded';
  const claims = rows.map(({ id, foundAt, persons }): RowClaim => {
    const found = formatInstant(instantFromMs(Number(foundAt)));
    const ends = [{ type, values: { foundAt: found, persons: Number(persons) } }] as const;
    const demand = { is: 'opened', among: [type], by: { breach: id }, ends } as const;
    return { table: 'breach', key: id, caseId, demand };
  });
  const by = rows.map(({ id }) => ({ breach: id }));
  const covered = { is: 'covered', among: [type], by } as const;
  return [...claims, { table: 'breach', key: 'all', caseId, demand: covered }];
}

/** A seal stands where its last step in the register left it, and none of them vanished. */
async function sealClaims(unit: Unit, caseId: string): Promise<RowClaim[]> {
  const { rows } = await sql<SealRow>`
    select id, standing from seal where tenant = ${unit.tenant} order by id`.execute(txOf(unit));
  const type = 'seal.managed';
  const claims = rows.map(({ id, standing }): RowClaim => {
    const ends = [{ type, values: { standing } }] as const;
    const demand = { is: 'opened', among: [type], by: { seal: id }, ends } as const;
    return { table: 'seal', key: id, caseId, demand };
  });
  const by = rows.map(({ id }) => ({ seal: id }));
  const covered = { is: 'covered', among: [type], by } as const;
  return [...claims, { table: 'seal', key: 'all', caseId, demand: covered }];
}
