/**
 * Puts together for one process what machines, single sign-on, strong factors and the journal need.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { OidcProviders } from '#adapters/oidc';
import {
  PostgresClients,
  PostgresCredentials,
  PostgresJournal,
  PostgresNonces,
  PostgresRates,
  PostgresSso,
} from '#adapters/postgres';
import { WebAuthnJudge } from '#adapters/webauthn';
import { utf8 } from '#base/bytes';
import type { TenantId } from '#base/unit';
import {
  AccessJournal,
  AddressMarks,
  Authenticators,
  JournalBatches,
  MachineDoor,
  type RelyingParty,
  SingleSignOn,
} from '#business/access';
import type { Ground } from './ground.ts';
import type { StaffRooms } from './staff.ts';

/** Who shows a key waits so long for others, to be looked up with them. */
const identifyGatherMs = 2;
/** The name under which the key store makes the key for digests of addresses. */
const addressField = 'address.mark';

/** Everything that lets machines and single sign-on in, and the journal of all access. */
export type MachineRooms = ReturnType<typeof openMachineRooms>;

export function openMachineRooms(ground: Ground, rooms: StaffRooms) {
  const { units, clock, random, engine, vault, keystore, evidence: register, settings } = ground;
  const { sessions, staffRows: staff } = rooms;
  const people = { staff, sessions, fourEyes: rooms.approvals };
  const base = { units, clock, random, engine, register, secrets: vault, ...people };
  const key = (tenant: TenantId) => keystore.bind(tenant, addressField, utf8('key'));
  const marks = new AddressMarks({ key, engine });
  const store = new PostgresJournal();
  const allowLoopback = settings.mode === 'demo';
  return {
    machines: new MachineDoor({
      ...base,
      gather: () => sleep(identifyGatherMs),
      clients: new PostgresClients(),
      nonces: new PostgresNonces(),
      rates: new PostgresRates(),
      marks,
    }),
    journal: new AccessJournal({ store, marks, secrets: vault, clock }),
    batches: new JournalBatches({ ...base, store }),
    sso: new SingleSignOn({
      ...base,
      store: new PostgresSso(),
      providers: new OidcProviders({ allowLoopback }),
    }),
    authenticators: new Authenticators({
      ...base,
      store: new PostgresCredentials(),
      judge: new WebAuthnJudge(),
    }),
    partyOf: partyOf(ground),
  };
}

/** Authenticators are bound to the first domain that the institution registered. */
function partyOf({ recordOf }: Ground) {
  return async (tenant: TenantId): Promise<RelyingParty> => {
    const [host = 'localhost'] = (await recordOf(tenant)).hosts;
    return { id: host, origin: `https://${host}` };
  };
}
