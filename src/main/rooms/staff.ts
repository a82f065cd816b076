/**
 * Puts the desks together for one process: rights, sessions, accounts, approvals, cases.
 */
import { readFile } from 'node:fs/promises';

import { scryptPasswords } from '#adapters/engine';
import {
  deskStores,
  PostgresActs,
  PostgresApprovals,
  PostgresCaseRows,
  PostgresClients,
  PostgresCredentials,
  PostgresGlasses,
  PostgresGrants,
  PostgresOrgUnits,
  PostgresRates,
  PostgresSessions,
  PostgresStaff,
  PostgresTries,
} from '#adapters/postgres';
import { fromUtf8, utf8 } from '#base/bytes';
import type { Clock } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import {
  AccessBook,
  Approvals,
  BreakGlass,
  ClientDesk,
  Duties,
  type KeptTexts,
  Rights,
  Sessions,
  StaffDesk,
} from '#business/access';
import {
  CaseDesk,
  DecisionDesk,
  DeskRulebook,
  DocumentList,
  Glance,
  Overview,
  type People,
  UnmaskDesk,
} from '#business/desk';
import { DecisionReview } from '#business/lending';
import { Counter } from '#business/signer';
import type { Vault } from '#business/vault';
import type { SignerDesk } from '#doors/http';
import type { Ground } from './ground.ts';
import type { LendingRooms } from './lending.ts';

const rolesFile = new URL('../../../catalog/access/roles.json', import.meta.url);
/** The name under which the key store keys the digests of logins and addresses. */
const markField = 'login.mark';

/** Everything that desks of staff lean on. */
export type StaffRooms = Awaited<ReturnType<typeof openStaffRooms>>;

export async function openStaffRooms(ground: Ground) {
  const { units, clock, random, engine, vault, keystore, evidence: register } = ground;
  const book = AccessBook.parse(await readFile(rolesFile, 'utf8'));
  const rights = new Rights({
    book,
    clock,
    // The door reads the record to know whose host it is; where nobody did, the strict way holds.
    demandsStrong: (tenant) => {
      const record = ground.heldRecord(tenant);
      return record === undefined || record.strongFactor === true;
    },
  });
  const passwords = scryptPasswords(random);
  const staffRows = new PostgresStaff();
  const sessions = new PostgresSessions();
  const approvalRows = new PostgresApprovals();
  const rows = new PostgresCaseRows();
  const unitPathOfStaff = async (unit: Unit, id: string) =>
    (await staffRows.lock(unit, { id }))?.unitPath ?? '';
  const base = { units, clock, random, engine, rights, register, texts: textsIn(vault) };
  const approvals = new Approvals({ ...base, store: approvalRows, unitPathOfStaff });
  const clients = new ClientDesk({
    ...base,
    clients: new PostgresClients(),
    secrets: vault,
    fourEyes: approvals,
  });
  const accounts = { ...base, staff: staffRows, sessions, passwords };
  return {
    rights,
    passwords,
    approvals,
    clients,
    duties: new Duties({ acts: new PostgresActs(), rights, clock }),
    sessions: new Sessions({
      ...accounts,
      tries: new PostgresTries(),
      mark: async (tenant: TenantId, text: Uint8Array) =>
        keystore.bind(tenant, markField, await engine.digest('sha256', text)),
    }),
    staffRows,
    staff: new StaffDesk({
      ...accounts,
      places: new PostgresOrgUnits(),
      approvalRows,
      approvals,
      onLeave: [revokeKeys(clock), (unit, id) => clients.leave(unit, id)],
    }),
    glass: new BreakGlass({
      ...base,
      store: new PostgresGlasses(),
      unitPathOfCase: async (unit, caseId) => (await rows.one(unit, caseId))?.unitPath,
      unitPathOfStaff,
    }),
  };
}

/** The keys of his devices open nothing once he has left. */
function revokeKeys(clock: Clock) {
  const credentials = new PostgresCredentials();
  return async (unit: Unit, staff: string): Promise<void> => {
    for (const { id } of await credentials.of(unit, staff)) {
      await credentials.revoke(unit, id, clock.now());
    }
  };
}

/** The desks that show cases: they need lending too. */
export function openCaseDesks(
  ground: Ground,
  rooms: StaffRooms,
  {
    lending,
    signer,
  }: {
    readonly lending: Pick<LendingRooms, 'loan' | 'file' | 'reception'>;
    readonly signer: Pick<SignerDesk, 'visits'>;
  },
) {
  const { units, clock, random, evidence: register } = ground;
  const { rights, glass, duties } = rooms;
  const people = peopleIn(ground.vault);
  const grants = new PostgresGrants();
  const rates = new PostgresRates();
  const stores = deskStores();
  const parts = { units, clock, rights, glass, duties, people, grants, rates };
  const cases = new CaseDesk({ ...parts, rows: new PostgresCaseRows() });
  const review = new DecisionReview(lending.loan, lending.file);
  return {
    cases,
    documents: new DocumentList({
      units,
      clock,
      cases,
      grants,
      rows: stores.documents,
      shelf: ground.shelf,
    }),
    counter: new Counter({
      rights,
      reception: lending.reception,
      visits: signer.visits,
      admit: (unit, caller, asked) => cases.admit(unit, caller, asked),
    }),
    glance: new Glance({ units, clock, rows: stores.glance }),
    overview: new Overview({ units, rights, clock, rows: stores.overview }),
    rulebook: new DeskRulebook({ units, rights, places: new PostgresOrgUnits() }),
    unmask: new UnmaskDesk({ clock, random, rights, cases, grants, people, register }),
    decisions: new DecisionDesk({ units, cases, file: lending.file, review }),
  };
}

function textsIn(vault: Vault): KeptTexts {
  return {
    put: (unit, place, text) => vault.put(unit, place, utf8(text)),
    async get(unit, place) {
      const bytes = await vault.get(unit, place);
      return bytes === undefined ? undefined : fromUtf8(bytes);
    },
  };
}

export function peopleIn(vault: Vault): People {
  return {
    put: (unit, place, text) => vault.put(unit, place, utf8(text)),
    async valuesOf(unit, subject, fields) {
      const values = await vault.getAll(unit, subject, fields);
      return Object.fromEntries(
        Object.entries(values).map(([field, bytes]) => [field, fromUtf8(bytes)]),
      );
    },
    find: (unit, field, text) => vault.find(unit, field, text),
    findLike: (unit, field, text) => vault.findLike(unit, field, text),
  };
}
