/**
 * A sequencer in a process of its own, which ends itself with SIGKILL at the point it was told.
 *
 * It takes deposits over the parent's channel and answers with their
 * places. Whatever it remembers is opened under the lease, for another one may have held it until a
 * moment ago.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { openDatabase, PostgresLogLease } from '#adapters/postgres';
import { FileTiles, treeHash, twinTreeHash } from '#adapters/tiles';
import { FileSignedHeads, FileWitnessMemory } from '#adapters/witnesses';
import { fromBase64 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import type { TenantId } from '#base/unit';
import { type NoteKey, noteKey } from '#formats/tlog';
import { twinKey, twinOrigin } from '#formats/twin';
import { printWitnessRequest } from '#formats/witness';
import {
  Intake,
  type LogLease,
  Sequencer,
  type SequencerStep,
  type SignedHeads,
  type WitnessLine,
} from '#trust/evidence';
import { Witness } from '#trust/witness';

/** What a child is told. */
export interface ChildOrder {
  readonly url: string;
  readonly folder: string;
  readonly origin: string;
  readonly tenant: string;
  readonly witnesses: readonly string[];
  /** Where it ends itself: before the n-th time it comes to this step, counted from one. */
  readonly killAt?: { readonly step: SequencerStep; readonly nth: number };
}

/** A deposit as the parent sends it, base64. */
export interface Asked {
  readonly id: number;
  readonly entries: readonly string[];
}

/** What the child answers: places, or the code of a refusal. */
export interface Told {
  readonly id: number;
  readonly places?: readonly number[];
  readonly code?: string;
}

const leaseMsMax = 120_000;
const heldSay = { is: 'held' } as const;

/** Lives until it is killed or told to stop, and then ends the process. */
export async function runChild(order: ChildOrder): Promise<void> {
  const { folder, origin } = order;
  const intake = new Intake();
  const stop = new AbortController();
  const taken = new Promise<void>((resume) => {
    process.on('message', (asked: Asked | 'take' | 'stop') => {
      if (asked === 'take') resume();
      else if (asked === 'stop') stop.abort();
      else void answer(intake, asked);
    });
  });
  process.on('disconnect', () => process.exit(1));
  const signer = softSigner(await openKeyFile(join(folder, 'log.pem')));
  const twinSigner = softSigner(await openKeyFile(join(folder, 'twin.pem')));
  const key = await noteKey(
    { name: origin, kind: 'ed25519', publicKey: signer.publicKey },
    nodeEngine,
  );
  const lines = await Promise.all(order.witnesses.map((name) => lineOf(folder, name, key)));
  const [sentinel, ...voters] = lines;
  if (sentinel === undefined) throw new Error('a log has a sentinel');
  const publicKey = twinSigner.publicKey;
  const twin = {
    key: await twinKey({ name: twinOrigin(origin), publicKey }, nodeEngine),
    signer: twinSigner,
    hash: twinTreeHash,
    tiles: new FileTiles(join(folder, 'log-sm3')),
    heads: laterHeads(join(folder, 'twin-heads.jsonl')),
  };
  const database = openDatabase(order.url, { connectionsMax: 1 });
  const tenant = order.tenant as TenantId;
  const sequencer = new Sequencer({
    key,
    signer,
    hash: treeHash,
    lease: telling(new PostgresLogLease({ database, tenant, waitMs: leaseMsMax })),
    tiles: new FileTiles(join(folder, 'log')),
    heads: laterHeads(join(folder, 'signed-heads.jsonl')),
    intake,
    twin,
    sentinel,
    voters,
    mirrors: [],
    quorum: voters.length,
    engine: nodeEngine,
    clock: systemClock,
    pause: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    observe: killer(order),
  });
  await taken;
  await sequencer.run(stop.signal);
  await database.close();
  process.exit(0);
}

function killer({ killAt }: ChildOrder): (step: SequencerStep) => void {
  let times = 0;
  return (step) => {
    if (step !== killAt?.step) return;
    times += 1;
    if (times === killAt.nth) process.kill(process.pid, 'SIGKILL');
  };
}

async function answer(intake: Intake, { id, entries }: Asked): Promise<void> {
  let told: Told;
  try {
    const places = await intake.bring(entries.map(fromBase64));
    told = { id, places: places.map(({ index }) => index) };
  } catch (thrown) {
    told = { id, code: faultCode(thrown) ?? String(thrown) };
  }
  process.send?.(told);
}

/** Says when the lease is held: from then on deposits are placed. */
function telling(lease: LogLease): LogLease {
  return {
    hold: (action) =>
      lease.hold((log) => {
        process.send?.(heldSay);
        return action(log);
      }),
  };
}

function laterHeads(path: string): SignedHeads {
  let opened: Promise<FileSignedHeads> | undefined;
  const open = (): Promise<FileSignedHeads> => (opened ??= FileSignedHeads.open(path));
  return {
    last: async () => (await open()).last(),
    put: async (head) => (await open()).put(head),
  };
}

async function lineOf(folder: string, name: string, log: NoteKey): Promise<WitnessLine> {
  const signer = softSigner(await openKeyFile(join(folder, `${name}.pem`)));
  const named = { name, kind: 'cosignature', publicKey: signer.publicKey } as const;
  const key = await noteKey(named, nodeEngine);
  let opened: Promise<Witness> | undefined;
  const open = async (): Promise<Witness> => {
    const memory = await FileWitnessMemory.open(join(folder, `${name}.jsonl`));
    const logOf = async (asked: string) => (asked === log.name ? log : undefined);
    return new Witness({ key, signer, logOf, memory, clock: systemClock, engine: nodeEngine });
  };
  return {
    key,
    addCheckpoint: async (request) => {
      opened ??= open();
      return (await opened).addCheckpoint(printWitnessRequest(request));
    },
  };
}
