/**
 * Puts the supervisors' look together for one process.
 */
import { PostgresRegulatorRows } from '#adapters/postgres';
import { RegulatorDesk } from '#business/regulator';
import type { Ground } from './ground.ts';
import type { LendingRooms } from './lending.ts';
import { peopleIn, type StaffRooms } from './staff.ts';

export function openRegulatorDesk(
  ground: Ground,
  { loan }: LendingRooms,
  { rights }: StaffRooms,
): RegulatorDesk {
  const { vault } = ground;
  return new RegulatorDesk({
    ...ground,
    rights,
    rows: new PostgresRegulatorRows(),
    people: { ...peopleIn(vault), openForLaw: (unit) => vault.under(unit, 'legal') },
    contracts: loan.contracts,
    shelf: loan.shelf,
  });
}
