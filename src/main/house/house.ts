/**
 * The running house: provisioned, supervised, watched over one control socket, closed as one.
 */
import { rm } from 'node:fs/promises';

import { type Handler, listen } from '#adapters/wire';
import { canonicalBytes, type Json } from '#base/canonical';
import { type Clock, formatInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { TenantId } from '#base/unit';
import type { StartSettings } from '../../config.ts';
import { openEstate, processFolder, socketOf } from '../estate/estate.ts';
import { fingerprintOf } from '../provision/keys.ts';
import { type Provisioned, provision } from '../provision/provision.ts';
import { Supervisor } from './supervisor.ts';
import { adoptTenants, retireTenant, type StandingHouse } from './tenants.ts';

export interface House extends Provisioned {
  readonly supervisor: Supervisor;
  /** Where the API answers people. */
  readonly url: string;
  /** Takes up the tenants that were ordered since, while everything else goes on. */
  adopt(): Promise<void>;
  /** Destroys the private keys of a tenant whose end is recorded. */
  retire(tenant: TenantId): Promise<void>;
  close(): Promise<void>;
}

/** One line of the table: who runs where, with which keys. */
export interface ProcessLine {
  readonly process: string;
  readonly pid: number | null;
  readonly folder: string;
  readonly keys: readonly string[];
}

export const controlName = 'supervisor';

export async function openHouse(
  settings: StartSettings,
  parts: {
    readonly clock: Clock;
    readonly random: Random;
    /** Processes that are set up but not started. */
    readonly without?: readonly string[];
  },
): Promise<House> {
  const estate = openEstate(settings.root);
  let supervisor: Supervisor | undefined;
  let provisioned: Provisioned | undefined;
  const control = await takeControl(socketOf(estate, controlName), async (request) => {
    if (supervisor === undefined || provisioned === undefined) {
      throw new Fault('main.process_not_ready', {}, { retryable: true });
    }
    if (request.method === 'POST') {
      await change({ settings, parts, estate, supervisor }, request);
      return okAnswer({ done: true });
    }
    return answer(request.path, linesOf(provisioned, supervisor), supervisor);
  });
  // Nobody else uses the folder while we hold the control socket, the lock of this root.
  const leave = async (): Promise<void> => {
    await control.close();
    await rm(estate.sockets, { recursive: true, force: true });
  };
  try {
    const whole = await provision(settings, parts);
    const plans = whole.plans.filter(({ name }) => parts.without?.includes(name) !== true);
    provisioned = { ...whole, plans };
    supervisor = await Supervisor.start({ estate, plans, clock: parts.clock });
    const url = supervisor.has('serve') ? await supervisor.url('serve') : undefined;
    const running = supervisor;
    const close = async (): Promise<void> => {
      await running.stop();
      await leave();
    };
    const standing = { settings, parts, estate, supervisor };
    return {
      ...provisioned,
      supervisor,
      url: url ?? '',
      adopt: () => adoptTenants(standing),
      retire: (tenant) => retireTenant(standing, tenant),
      close,
    };
  } catch (thrown) {
    await leave();
    throw thrown;
  }
}

export function linesOf(
  { estate, plans, keys }: Provisioned,
  supervisor: Supervisor,
): readonly ProcessLine[] {
  const pids = supervisor.pids();
  return plans.map(({ name }) => ({
    process: name,
    pid: pids.get(name) ?? null,
    folder: processFolder(estate, name),
    keys: keys.filter((key) => key.process === name).map((key) => fingerprintOf(key.spki)),
  }));
}

async function takeControl(socket: string, handler: Handler): Promise<{ close(): Promise<void> }> {
  try {
    return await listen(socket, handler);
  } catch (cause) {
    if (faultCode(cause) !== 'wire.socket_taken') throw cause;
    throw new Fault('main.already_running', { socket }, { cause });
  }
}

async function answer(
  path: string,
  lines: readonly ProcessLine[],
  supervisor: Supervisor,
): ReturnType<Handler> {
  const alarms = supervisor.alarms.map((alarm) => ({ ...alarm, at: formatInstant(alarm.at) }));
  const known: Readonly<Record<string, Json>> = {
    '/processes': { processes: lines.map((line) => ({ ...line })) },
    '/alarms': { alarms },
  };
  const said = known[path];
  if (said === undefined) throw new Fault('main.usage', { path });
  return okAnswer(said);
}

function okAnswer(said: Json): Awaited<ReturnType<Handler>> {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: canonicalBytes(said),
  };
}

/** Orders of whoever may open the control socket, which is the owner of this root. */
async function change(
  standing: StandingHouse,
  request: { readonly path: string; readonly body: Uint8Array },
): Promise<void> {
  const [, verb, tenant] =
    /^\/tenants\/(adopt|retire)(?:\/([a-z0-9-]{1,63}))?$/.exec(request.path) ?? [];
  if (verb === 'adopt') await adoptTenants(standing);
  else if (verb === 'retire' && tenant !== undefined) {
    await retireTenant(standing, tenant as TenantId);
  } else throw new Fault('main.usage', { path: request.path });
}
