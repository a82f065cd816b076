/**
 * Puts one tenant's log together: the shard that grows, its keys, its files, its memory, the
 * witnesses that the rule in force names, and a connection of its own for its lease.
 *
 * A run ends when another rule comes into force or when the shard is closed; who keeps it running
 * opens it anew, under that rule or with the next shard.
 */
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { openDatabase, PostgresLogLease } from '#adapters/postgres';
import { FileTiles, treeHash, twinTreeHash } from '#adapters/tiles';
import { convictionsIn, FileSignedHeads, SocketWitness } from '#adapters/witnesses';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { NoteKey } from '#formats/tlog';
import { type LevelRule, witnessesOf } from '#formats/witness';
import { type Bell, Sequencer, type SequencerStep, type WitnessLine } from '#trust/evidence';
import type { ProcessSettings } from '../../config.ts';
import { mirrorName, signedHeadsFile, twinHeadsFile, witnessProcess } from '../estate/plan.ts';
import { pause } from '../estate/repeat.ts';
import { logFolder, twinFolder, witnessKey } from '../estate/trust-folder.ts';
import { type LogRules, runUnder } from '../rooms/log-rules.ts';
import { type BorderStep, Borders, type GrowingShard } from './borders.ts';
import type { LogHands } from './hand.ts';
import type { HostedLog } from './host.ts';

/** The lease's session is the only one a log needs. */
const connectionsMax = 1;

export interface LogOpening {
  readonly settings: Pick<ProcessSettings, 'folder' | 'trust' | 'sockets'>;
  readonly tenant: TenantId;
  /** Of the database, in the sequencer's own role. */
  readonly url: string;
  readonly hands: LogHands;
  readonly rules: LogRules;
  readonly arrivals: Bell;
  readonly clock: Clock;
  /** How a witness is reached; over its socket by default. */
  readonly lineTo?: (key: NoteKey) => WitnessLine;
  /** How long the rules are left alone between two looks; some seconds by default. */
  readonly look?: typeof pause;
  /** Told before each step, for drills. */
  readonly observe?: (step: SequencerStep | BorderStep) => void;
}

export async function openLog(opening: LogOpening): Promise<HostedLog> {
  const { settings, tenant, url, hands, rules, clock, observe } = opening;
  const { units } = hands;
  const borders = new Borders({ settings, tenant, units, clock, ...(observe && { observe }) });
  const growing = await borders.growing();
  const rule = await rules.at(tenant, clock.now());
  const parts = {
    ...(await keptIn(settings.trust, tenant, growing)),
    ...(await linesUnder(rule, opening)),
    shard: growing.ends,
    quorum: rule.policy.quorum,
    intake: hands.takeUp(tenant, growing),
    arrivals: opening.arrivals,
    conviction: convictionsIn(
      join(settings.trust, 'convictions'),
      { log: growing.log.key, witnesses: witnessesOf(await rules.of(tenant)) ?? rule.witnesses },
      nodeEngine,
    ),
    engine: nodeEngine,
    clock,
    pause,
    ...(observe && { observe }),
  };
  const database = openDatabase(url, { connectionsMax });
  const lease = new PostgresLogLease({ database, tenant, base: growing.shard.base });
  const sequencer = new Sequencer({ ...parts, lease });
  return {
    run: (stop) => {
      const ruled = {
        rules,
        tenant,
        rule,
        stop,
        clock,
        ...(opening.look && { look: opening.look }),
      };
      return runUnder((ended) => sequencer.run(ended), ruled);
    },
    close: () => database.close(),
  };
}

/** Keys, files and memory of the shard, and of its twin where it has one. */
async function keptIn(trust: string, tenant: TenantId, { shard, log, twin, folder }: GrowingShard) {
  const own = {
    ...log,
    hash: treeHash,
    tiles: new FileTiles(logFolder(trust, tenant, shard)),
    heads: await FileSignedHeads.open(join(folder, signedHeadsFile)),
  };
  if (twin === undefined) return own;
  const second = {
    ...twin,
    hash: twinTreeHash,
    tiles: new FileTiles(twinFolder(trust, tenant, shard)),
    heads: await FileSignedHeads.open(join(folder, twinHeadsFile)),
  };
  return { ...own, twin: second };
}

/** Everybody whom the rule names, and the regulator's mirror while it has no vote. */
async function linesUnder(rule: LevelRule, { settings, lineTo }: LogOpening) {
  // Who has no socket here is asked by nobody: a voter that is always away.
  const socketOf = (name: string): string => settings.sockets[witnessProcess(name)] ?? '';
  const to =
    lineTo ?? ((key: NoteKey) => new SocketWitness({ key, socketPath: socketOf(key.name) }));
  const line = (name: string): WitnessLine => {
    const key = rule.witnesses.find((one) => one.name === name);
    if (key === undefined) throw new Fault('tlog.policy_unsound', { code: 'key_missing', name });
    return to(key);
  };
  const voters = rule.policy.voters.map(line);
  const isMirror = !rule.policy.voters.includes(mirrorName);
  const mirrors = isMirror ? [to(await witnessKey(settings.trust, mirrorName, nodeEngine))] : [];
  return { sentinel: line(rule.policy.sentinel), voters, mirrors };
}
