/**
 * `fubie tenant add --file F | list | exit --tenant T --export DIR [--var DIR] [--json]`: tenants
 * of a stopped or running house, one command each (S2-85).
 *
 * `add` and `exit` may be repeated after a crash: they go on where it stopped. An exit cannot be
 * taken back: afterwards nothing of the tenant opens, and its packages still verify offline.
 */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { KeystoreClient, orderSecret } from '#adapters/keystores';
import { openDatabase, PostgresTenants, PostgresUnits } from '#adapters/postgres';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import type { TenantState } from '#business/tenancy';
import { readProcessSettings, readStartSettings, type StartSettings } from '../../config.ts';
import { exportTenant } from '../copies/tenant-exit.ts';
import { databaseUrlFile } from '../estate/database-access.ts';
import { openEstate, processFolder, socketOf } from '../estate/estate.ts';
import { markGone, placeOrder, readOrders, readRecord } from '../estate/tenant-orders.ts';
import { withStandingHouse } from '../house/standing.ts';
import { neededOption, optionOf } from '../options.ts';
import { openGround } from '../rooms/ground.ts';

const openedMsMax = 60_000;
const openedPauseMs = 100;

type Told = { readonly [name: string]: string | number | boolean | readonly string[] };
type Act = (settings: StartSettings, args: readonly string[]) => Promise<readonly Told[]>;

const acts: Readonly<Record<string, Act>> = { add, list, exit };

export async function run(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined) throw new Fault('main.usage', { needs: Object.keys(acts).join('|') });
  const settings = readStartSettings();
  const told = await act({ ...settings, root: optionOf(rest, '--var') ?? settings.root }, rest);
  if (rest.includes('--json')) process.stdout.write(`${JSON.stringify({ tenants: told })}\n`);
  else for (const one of told) process.stdout.write(`${lineOf(one)}\n`);
  return 0;
}

async function add(settings: StartSettings, args: readonly string[]): Promise<readonly Told[]> {
  const record = await readRecord(neededOption(args, '--file'));
  const { tenants } = openEstate(settings.root);
  const gone = (await readOrders(tenants)).some((one) => one.gone && one.record.id === record.id);
  if (gone) throw new Fault('tenancy.leaving', { tenant: record.id });
  // The order first: from here on any start finishes what this command began.
  await placeOrder(tenants, record);
  return withStandingHouse(settings, async (house) => {
    await house.adopt();
    await untilOpen(settings, record.id);
    return [{ tenant: record.id, name: record.name, type: record.type, state: 'open' }];
  });
}

async function list(settings: StartSettings): Promise<readonly Told[]> {
  const orders = await readOrders(openEstate(settings.root).tenants);
  return orders.map(({ record, gone }) => ({
    tenant: record.id,
    name: record.name,
    type: record.type,
    parent: record.parent ?? '',
    hosts: record.hosts,
    residency: record.residency,
    profile: record.profile,
    gone,
  }));
}

async function exit(settings: StartSettings, args: readonly string[]): Promise<readonly Told[]> {
  const asked = neededOption(args, '--tenant');
  const folder = resolve(neededOption(args, '--export'));
  const estate = openEstate(settings.root);
  const order = (await readOrders(estate.tenants)).find(({ record }) => record.id === asked);
  if (order === undefined) throw new Fault('tenancy.tenant_unknown', { tenant: asked });
  const tenant = order.record.id;
  return withStandingHouse(settings, async (house) => {
    const exported = await inGround(settings, (ground) => exportTenant(ground, { tenant, folder }));
    // The mark before the keys: no start makes again what is destroyed here.
    await markGone(estate.tenants, tenant);
    const secret = await orderSecret(processFolder(estate, 'keystore'), systemRandom);
    await new KeystoreClient(socketOf(estate, 'keystore'), secret).forget(tenant);
    await house.retire(tenant);
    return [{ ...exported, tenant, state: 'closed', folder }];
  });
}

/** As `work`, which may do all of this anyway, and whose entries these are. */
async function inGround<T>(
  settings: StartSettings,
  action: (ground: Awaited<ReturnType<typeof openGround>>) => Promise<T>,
): Promise<T> {
  const folder = processFolder(openEstate(settings.root), 'work');
  const ground = await openGround(readProcessSettings(folder));
  try {
    return await action(ground);
  } finally {
    await ground.database.close();
  }
}

/** The row and its register entry are there: its hosts answer. */
async function untilOpen(settings: StartSettings, tenant: TenantId): Promise<void> {
  const folder = processFolder(openEstate(settings.root), 'work');
  const url = await readFile(join(folder, databaseUrlFile), 'utf8');
  const database = openDatabase(url.trim(), { connectionsMax: 1 });
  const until = systemClock.now() + openedMsMax;
  try {
    while ((await stateIn(new PostgresUnits({ database }), tenant)) !== 'open') {
      if (systemClock.now() > until) throw new Fault('main.process_not_ready', { process: 'work' });
      await sleep(openedPauseMs);
    }
  } finally {
    await database.close();
  }
}

function stateIn(units: PostgresUnits, tenant: TenantId): Promise<TenantState | undefined> {
  return units.run(tenant, async (unit) => (await new PostgresTenants().own(unit))?.state);
}

function lineOf(told: Told): string {
  return Object.values(told).join('  ');
}
