/**
 * `fubie sequencer`: holds the key and the lease of every tenant's log; gives entries their places,
 * gets heads cosigned, and serves the logs' public files on its socket.
 *
 * Each log has a key, a memory and a connection of its own, so that none can write another's; a
 * tenant that comes later is taken up without a restart.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { nodeEngine, openKeyFile, openKeyFileIfThere, softSigner } from '#adapters/engine';
import { openDatabase, PostgresEntries, PostgresLogLease } from '#adapters/postgres';
import { FileTiles, treeHash, twinTreeHash } from '#adapters/tiles';
import { convictionsIn, FileSignedHeads, SocketWitness } from '#adapters/witnesses';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { requireSound } from '#formats/tlog';
import { twinKey, twinOrigin } from '#formats/twin';
import { type LevelRule, witnessesOf } from '#formats/witness';
import { Bell, Sequencer, type TwinParts } from '#trust/evidence';
import type { ProcessSettings } from '../../config.ts';
import { databaseUrlFile } from '../estate/database-access.ts';
import { logKeyFile, mirrorName, twinKeyFile, witnessProcess } from '../estate/plan.ts';
import { type Opened, onBug, runProcess } from '../estate/process.ts';
import { pause, runBeside } from '../estate/repeat.ts';
import { logFolder, logKey, logTenants, twinFolder, witnessKey } from '../estate/trust-folder.ts';
import { LogHands } from '../log/hand.ts';
import { type HostedLog, LogHost } from '../log/host.ts';
import { tileDoor } from '../log/tile-wire.ts';
import { installedRule, LogRules, runUnder } from '../rooms/log-rules.ts';
import { logDoor } from '../rooms/log-wire.ts';

/** The lease's session is the only one a log needs. */
const connectionsMax = 1;
const headsFile = 'signed-heads.jsonl';
const twinHeadsFile = 'twin-heads.jsonl';

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
  const hands = new LogHands(settings, url);
  const rules = new LogRules(trust);
  const host = new LogHost({
    known: async () => (await logTenants(trust)).filter(isHeld),
    open: (tenant) => openLog(settings, { tenant, url, hands, rules, arrivals: bellOf(tenant) }),
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

async function openLog(
  settings: ProcessSettings,
  {
    tenant,
    url,
    hands,
    rules,
    arrivals,
  }: { tenant: TenantId; url: string; hands: LogHands; rules: LogRules; arrivals: Bell },
): Promise<HostedLog> {
  const { trust } = settings;
  const rule = await rules.at(tenant, systemClock.now());
  const twin = await twinOf(settings, tenant);
  const keyPath = join(settings.folder, logKeyFile(tenant));
  const key = await logKey(trust, tenant, nodeEngine);
  const { sentinel, voters, mirrors } = await linesUnder(rule, settings);
  const witnesses = witnessesOf(await rules.of(tenant)) ?? rule.witnesses;
  const parts = {
    key,
    signer: softSigner(await openKeyFile(keyPath)),
    hash: treeHash,
    tiles: new FileTiles(logFolder(trust, tenant)),
    heads: await FileSignedHeads.open(join(dirname(keyPath), headsFile)),
    sentinel,
    voters,
    mirrors,
    quorum: rule.policy.quorum,
    intake: hands.intakeOf(tenant),
    arrivals,
    conviction: convictionsIn(join(trust, 'convictions'), { log: key, witnesses }, nodeEngine),
    ...(twin === undefined ? {} : { twin }),
    engine: nodeEngine,
    clock: systemClock,
    pause,
  };
  const database = openDatabase(url, { connectionsMax });
  const lease = new PostgresLogLease({ database, tenant });
  const sequencer = new Sequencer({ ...parts, lease });
  return {
    run: (stop) => runUnder((ended) => sequencer.run(ended), { rules, tenant, rule, stop }),
    close: () => database.close(),
  };
}

/** Everybody whom the rule names, and the regulator's mirror while it has no vote. */
async function linesUnder(rule: LevelRule, settings: ProcessSettings) {
  const line = (name: string): SocketWitness => {
    const key = rule.witnesses.find((one) => one.name === name);
    if (key === undefined) throw new Fault('tlog.policy_unsound', { code: 'key_missing', name });
    // Who has no socket here is asked by nobody: a voter that is always away.
    return new SocketWitness({ key, socketPath: settings.sockets[witnessProcess(name)] ?? '' });
  };
  const voters = rule.policy.voters.map(line);
  const isMirror = !rule.policy.voters.includes(mirrorName);
  const mirrors = isMirror ? [await witnessLine(settings, mirrorName)] : [];
  return { sentinel: line(rule.policy.sentinel), voters, mirrors };
}

/** The twin under SM3, where the house has made a key for one. */
async function twinOf(
  { folder, trust }: ProcessSettings,
  tenant: TenantId,
): Promise<TwinParts | undefined> {
  const home = join(folder, dirname(logKeyFile(tenant)));
  const key = await openKeyFileIfThere(join(folder, twinKeyFile(tenant)));
  if (key === undefined) return undefined;
  const signer = softSigner(key);
  const name = twinOrigin((await logKey(trust, tenant, nodeEngine)).name);
  return {
    key: await twinKey({ name, publicKey: signer.publicKey }, nodeEngine),
    signer,
    hash: twinTreeHash,
    tiles: new FileTiles(twinFolder(trust, tenant)),
    heads: await FileSignedHeads.open(join(home, twinHeadsFile)),
  };
}

async function witnessLine(settings: ProcessSettings, role: string): Promise<SocketWitness> {
  const key = await witnessKey(settings.trust, role, nodeEngine);
  return new SocketWitness({ key, socketPath: settings.sockets[witnessProcess(role)] ?? '' });
}
