/**
 * `fubie sequencer`: holds the key and the lease of every tenant's log; gives entries their places,
 * gets heads cosigned, and serves the logs' public files on its socket.
 *
 * Each log has a key, a memory and a connection of its own, so that none can write another's; a
 * tenant that comes later is taken up without a restart.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { openDatabase, PostgresEntries } from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { requireSound } from '#formats/tlog';
import { Bell } from '#trust/evidence';
import type { ProcessSettings } from '../../config.ts';
import { databaseUrlFile } from '../estate/database-access.ts';
import { logKeyFile } from '../estate/plan.ts';
import { type Opened, onBug, runProcess } from '../estate/process.ts';
import { pause, runBeside } from '../estate/repeat.ts';
import { logFolder, logTenants } from '../estate/trust-folder.ts';
import { LogHands } from '../log/hand.ts';
import { LogHost } from '../log/host.ts';
import { openLog } from '../log/hosted-log.ts';
import { tileDoor } from '../log/tile-wire.ts';
import { installedRule, LogRules } from '../rooms/log-rules.ts';
import { logDoor } from '../rooms/log-wire.ts';

/** To hear when a unit has recorded something. */
const connectionsMax = 1;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const { folder, trust } = settings;
  requireSound((await installedRule(trust)).policy);
  const url = (await readFile(join(folder, databaseUrlFile), 'utf8')).trim();
  // Of a tenant that has left the house only the public key is kept.
  const isHeld = (tenant: TenantId): boolean => existsSync(join(folder, logKeyFile(tenant)));
  const bells = new Map<string, Bell>();
  const bellOf = (tenant: TenantId): Bell => {
    const bell = bells.get(tenant) ?? new Bell();
    bells.set(tenant, bell);
    return bell;
  };
  const clock = systemClock;
  const hands = new LogHands({ settings, url, clock });
  const rules = new LogRules(trust);
  const host = new LogHost({
    known: async () => (await logTenants(trust)).filter(isHeld),
    open: (tenant) =>
      openLog({ settings, tenant, url, hands, rules, clock, arrivals: bellOf(tenant) }),
    onTrouble: onBug,
    pause,
  });
  const ear = openDatabase(url, { connectionsMax });
  const hearing = ear.hear(PostgresEntries.channel, (tenant) => bells.get(tenant)?.ring());
  const running = runBeside((stop) => host.run(stop));
  return {
    handler: logDoor(
      hands,
      tileDoor((name) => {
        const tenant = host.tenants.find((known) => known === name);
        return tenant === undefined ? undefined : new FileTiles(logFolder(trust, tenant));
      }),
    ),
    close: async () => {
      await running.stop();
      await hands.close();
      await hearing.close();
      await ear.close();
    },
  };
}
