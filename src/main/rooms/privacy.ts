/**
 * Puts the privacy desks together for one process: requests of persons, holds, retention, erasure.
 */
import {
  PostgresBreaches,
  PostgresCaseBook,
  PostgresEpochWishes,
  PostgresFaceBook,
  PostgresPrivacy,
} from '#adapters/postgres';
import { checkLocally } from '#business/identity';
import { DecisionReview } from '#business/lending';
import {
  Breaches,
  Erasure,
  FaceFiling,
  Holds,
  PersonalReport,
  Portions,
  RetentionRun,
  RightsDesk,
} from '#business/privacy';
import type { Ground } from './ground.ts';
import type { LendingRooms } from './lending.ts';
import type { StaffRooms } from './staff.ts';

/** Everything that answers persons about their information. */
export type PrivacyRooms = ReturnType<typeof openPrivacyRooms>;

export function openPrivacyRooms(ground: Ground, rooms: LendingRooms, people: StaffRooms) {
  const { units, clock, random, engine, vault: records, evidence, entries, recordOf } = ground;
  const { catalog: shelf, loan, file } = rooms;
  const store = new PostgresPrivacy();
  const cases = new PostgresCaseBook();
  const fourEyes = people.approvals;
  const base = { units, clock, random, engine, shelf, store, cases, records, evidence, entries };
  const wishes = new PostgresEpochWishes(clock);
  const erasure = new Erasure({ ...base, epochs: wishes });
  const portions = new Portions({ ...base, erasure, consents: loan.consents });
  return {
    wishes,
    portions,
    rights: new RightsDesk({
      ...base,
      erasure,
      fourEyes,
      review: new DecisionReview(loan, file),
      check: (applicant) => void checkLocally(applicant, loan.mode),
    }),
    report: new PersonalReport({
      ...base,
      erasure,
      consents: loan.consents,
      contracts: loan.contracts,
      now: () => clock.now(),
      async handlerOf(tenant) {
        const { name, phone } = await recordOf(tenant);
        return { name, contact: phone };
      },
    }),
    faces: new FaceFiling({ shelf, now: () => clock.now(), book: new PostgresFaceBook() }),
    holds: new Holds({ ...base, erasure, fourEyes }),
    breaches: new Breaches({ clock, random, register: evidence, store: new PostgresBreaches() }),
    retention: new RetentionRun({ ...base, erasure, portions }),
  };
}
