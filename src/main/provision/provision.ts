/**
 * Sets the house up in one root folder: folders, keys, secrets, certificates, trust, settings.
 *
 * Every step can be repeated: what exists is kept, what is missing is made, so a set-up that was
 * killed half-way is finished by the next start. Nothing secret leaves the folder it is made in.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { canonical } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import { type ProcessSettings, processSettingsFile, type StartSettings } from '../../config.ts';
import { handOrderSecret } from '../copies/epochs.ts';
import { databasePasswords, handOutUrls, postgresSocketFolder } from '../estate/database-access.ts';
import { type Estate, openEstate, processFolder, socketOf } from '../estate/estate.ts';
import { type ProcessPlan, processPlans } from '../estate/plan.ts';
import { secretIn, writeText } from '../estate/secrets.ts';
import { simMasterFile } from '../estate/sim.ts';
import { orderDemoTenants, readOrders, type TenantOrder } from '../estate/tenant-orders.ts';
import { makeAuthority } from './authority.ts';
import { makeKeys, type PublishedKey } from './keys.ts';
import { type DemoLogin, loginsFileName, makeLogins } from './operators.ts';
import { makeTls } from './tls.ts';
import { writeTrust } from './trust.ts';

export interface Provisioned {
  readonly estate: Estate;
  readonly plans: readonly ProcessPlan[];
  readonly keys: readonly PublishedKey[];
  readonly tenants: readonly TenantOrder[];
  readonly logins: readonly DemoLogin[];
  readonly loginsFile: string;
}

export async function provision(
  settings: StartSettings,
  parts: { readonly clock: Clock; readonly random: Random },
): Promise<Provisioned> {
  refuseSimulators(settings);
  const plans = processPlans;
  const estate = openEstate(settings.root);
  for (const { name } of plans) {
    await mkdir(processFolder(estate, name), { recursive: true, mode: 0o700 });
  }
  if (settings.mode === 'demo') await orderDemoTenants(estate.tenants);
  const tenants = await readOrders(estate.tenants);
  const keys = await makeKeys(estate, plans, tenants);
  const authority = await makeAuthority(estate, { keys, tenants }, parts);
  await writeTrust(estate, keys, authority);
  if (settings.lan === true) await makeTls(estate, hostsOf(tenants), parts);
  const passwords = await databasePasswords(estate, parts.random);
  await handOutUrls(estate, plans, { external: settings.databaseUrl, passwords });
  await secretIn(join(processFolder(estate, 'sms'), simMasterFile), parts.random);
  await handOrderSecret(estate);
  const loginsFile = join(estate.root, loginsFileName);
  const workFolder = processFolder(estate, 'work');
  const logins = await makeLogins({ loginsFile, workFolder, random: parts.random });
  for (const plan of plans) await writeSettings(estate, plan, settings);
  return { estate, plans, keys, tenants, logins, loginsFile };
}

function hostsOf(tenants: readonly TenantOrder[]): readonly string[] {
  return tenants.filter(({ gone }) => !gone).flatMap(({ record }) => record.hosts);
}

/** HTTPS has the port after the plain one; 0 takes free ones. */
function portsOf({ port, lan }: StartSettings): Record<string, string> {
  const lanPort = port === 0 ? 0 : port + 1;
  return { port: String(port), ...(lan === true ? { lanPort: String(lanPort) } : {}) };
}

/** Law 10. Until real gateways are configured, production cannot be started at all. */
function refuseSimulators(settings: StartSettings): void {
  const simulated = processPlans.find(({ simulates }) => simulates === true);
  if (settings.mode === 'production' && simulated !== undefined) {
    throw new Fault('main.simulator_refused', { process: simulated.name });
  }
}

async function writeSettings(
  estate: Estate,
  plan: ProcessPlan,
  settings: StartSettings,
): Promise<void> {
  const folder = processFolder(estate, plan.name);
  const written: ProcessSettings = {
    v: 1,
    mode: settings.mode,
    name: plan.name,
    folder,
    socket: socketOf(estate, plan.name),
    trust: estate.trust,
    sockets: Object.fromEntries(processPlans.map(({ name }) => [name, socketOf(estate, name)])),
    more: {
      ...(plan.name === 'database' ? { socketFolder: postgresSocketFolder(estate) } : {}),
      ...(plan.name === 'serve' ? portsOf(settings) : {}),
    },
  };
  const text = canonical({
    ...written,
    sockets: { ...written.sockets },
    more: { ...written.more },
  });
  await writeText(join(folder, processSettingsFile), text);
}
