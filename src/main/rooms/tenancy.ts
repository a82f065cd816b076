/**
 * Puts the tenancy together for one process: who the tenants are, what they use, where their
 * documents lie. What a record says never changes, so it is read once.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { TenantObjects } from '#adapters/objects';
import {
  type Database,
  PostgresNamedObjects,
  PostgresTenantDirectory,
  PostgresTenants,
  PostgresUnits,
  PostgresUsage,
} from '#adapters/postgres';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import {
  type DocumentObjects,
  Metering,
  ObjectSweep,
  OrganisationTypes,
  parsePrices,
  type TenantRecord,
  type TenantRegister,
  Tenants,
} from '#business/tenancy';
import type { Engine } from '#formats/crypto';
import type { EntryStore } from '#trust/evidence';
import { OwnStores } from './own-stores.ts';

const catalogFolder = new URL('../../../catalog/tenancy/', import.meta.url);
export const objectsFolder = 'objects';

export interface TenancyGround {
  readonly trust: string;
  readonly database: Database;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** What stands before there is evidence: counts, records, objects. */
export async function openTenancyGround({ trust, database, engine, clock }: TenancyGround) {
  const store = new PostgresTenants();
  const units = new PostgresUnits({ database });
  const usage = new PostgresUsage();
  const prices = parsePrices(await catalogFile('prices.json'));
  const metering = new Metering({ units, usage, tenants: store, prices, engine, clock });
  const { recordOf, heldRecord } = recordsOf(units, store);
  const root = dirname(trust);
  const ownStores = new OwnStores({ root, clock });
  const objects = new TenantObjects({
    house: join(root, objectsFolder),
    own: async ({ tenant }) => ownStores.of(await recordOf(tenant)),
  });
  const sweep = new ObjectSweep({ units, objects, rows: new PostgresNamedObjects(), clock });
  const directory = new PostgresTenantDirectory({ database });
  const documents = meteredObjects(objects, metering);
  return { store, usage, metering, recordOf, heldRecord, objects: documents, sweep, directory };
}

/** The tenants themselves, whose openings and ends stand in their registers. */
export async function openTenants(
  ground: Awaited<ReturnType<typeof openTenancyGround>>,
  parts: { readonly register: TenantRegister; readonly clock: Clock },
): Promise<Tenants> {
  const types = OrganisationTypes.parse(await catalogFile('organisation-types.json'));
  return new Tenants({ ...ground, ...parts, types });
}

/** Counts every entry, and every seal as the stamp it carries, with the fact itself. */
export function meteredEntries(store: EntryStore, metering: Metering): EntryStore {
  return {
    lockChains: (unit, cases) => store.lockChains(unit, cases),
    async append(unit, entries) {
      await store.append(unit, entries);
      await metering.count(unit, 'entries', entries.length);
      const stamps = entries.filter(({ type }) => type === 'seal.done').length;
      if (stamps > 0) await metering.count(unit, 'stamps', stamps);
    },
    ofCase: (unit, caseId) => store.ofCase(unit, caseId),
    byHash: (unit, hash) => store.byHash(unit, hash),
    newestCheckpoint: (unit, level, place) => store.newestCheckpoint(unit, level, place),
    shards: (unit) => store.shards(unit),
  };
}

function meteredObjects(objects: TenantObjects, metering: Metering): DocumentObjects {
  return {
    async put(unit, sealed) {
      const name = await objects.put(unit, sealed);
      await metering.count(unit, 'bytes', sealed.length);
      return name;
    },
    get: (unit, name) => objects.get(unit, name),
  };
}

/** Each record once; a tenant that is not there yet is asked for again the next time. */
function recordsOf(units: PostgresUnits, store: PostgresTenants) {
  const known = new Map<TenantId, TenantRecord>();
  return {
    /** What was read before; undefined where nobody has asked yet. */
    heldRecord: (tenant: TenantId) => known.get(tenant),
    recordOf: async (tenant: TenantId): Promise<TenantRecord> => {
      const held = known.get(tenant);
      if (held !== undefined) return held;
      const row = await units.run(tenant, (unit) => store.own(unit));
      if (row === undefined) throw new Fault('tenancy.tenant_unknown', { tenant });
      known.set(tenant, row.record);
      return row.record;
    },
  };
}

async function catalogFile(name: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(new URL(name, catalogFolder)));
}
