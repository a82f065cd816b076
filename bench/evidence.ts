/**
 * `npm run bench -- evidence`: how fast the log takes entries, and what is left after a crash.
 *
 *   --seconds N   of each measured run (default 10)      --leaves N   largest tree (default 10^6)
 *   --only engine,full,peer,growth                       what to measure (default all)
 *
 * The rate is the size in the last witnessed checkpoint over the wall time from the first entry to
 * the moment that checkpoint was published; CPU is that of this process, with the clients and the
 * five witnesses in it, and of all of PostgreSQL. At the end PostgreSQL is killed and recounted.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';

import { nodeEngine } from '#adapters/engine';
import { openDatabase } from '#adapters/postgres';
import { treeHash } from '#adapters/tiles';
import { toHex } from '#base/bytes';
import { bundlePath, nodesFromTiles, parseBundle, tileWidth } from '#formats/tiles';
import {
  consistencyProof,
  hashLeaf,
  inclusionFlaw,
  inclusionProof,
  parseCheckpoint,
} from '#formats/tlog';
import {
  emptyTree,
  grow,
  type Intake,
  leafRow,
  type SequencerStep,
  type TwinParts,
} from '#trust/evidence';
import { calibrated } from './calibration.ts';
import { bank, EvidenceHouse } from './evidence-house.ts';
import { signedRecords } from './evidence-sources.ts';
import { tesseraPeer } from './evidence-tessera.ts';
import { rounded, summaryOf } from './samples.ts';

const recordBytes = 512;
const callEntries = 100;
const clients = 40;
const warmEntries = 20_000;
const fullEntries = 100_000;
const peerConnections = 16;
const proofSamples = 200;
const readEntries = 5_000;
const measures = ['engine', 'full', 'peer', 'growth'] as const;

type Say = (line: string) => void;

export async function run(args: readonly string[], say: Say): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      seconds: { type: 'string', default: '10' },
      leaves: { type: 'string', default: '1000000' },
      only: { type: 'string', default: measures.join() },
    },
  });
  const seconds = Number(values.seconds);
  const chosen = values.only.split(',');
  const result: Record<string, unknown> = { recordBytes, callEntries, clients, seconds };
  if (chosen.includes('engine')) result['engine'] = await inHouse(say, (h) => engine(h, seconds));
  if (chosen.includes('full')) result['full'] = await inHouse(say, full);
  if (chosen.includes('peer')) result['peer'] = await inHouse(say, (h) => peer(h, seconds));
  if (chosen.includes('peer')) result['tessera'] = tesseraPeer(seconds);
  if (chosen.includes('growth')) {
    result['growth'] = await inHouse(say, (h) => growth(h, Number(values.leaves), say));
  }
  return result;
}

async function inHouse<T extends object>(
  say: Say,
  measure: (house: EvidenceHouse) => Promise<T>,
): Promise<T & { settings: Record<string, string> }> {
  const house = await EvidenceHouse.open();
  try {
    const settings: Record<string, string> = {};
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
      settings[name] = await house.show(name);
    }
    await house.settle();
    const found = { settings, calibration: calibrated(), ...(await measure(house)) };
    say(JSON.stringify(found));
    return found;
  } finally {
    await house.close();
  }
}

/** 512 bytes, unique, twin and source signatures off. */
async function engine(house: EvidenceHouse, seconds: number) {
  return measured(house, undefined, async (intake) => {
    const until = performance.now() + seconds * 1_000;
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (performance.now() < until) await intake.bring(freshRecords());
      }),
    );
  });
}

/** Twin, files hashed again, and a P-256 signature of its source under every record. */
async function full(house: EvidenceHouse) {
  const sources = await signedRecords(fullEntries, recordBytes);
  try {
    return await measured(house, await house.twin(), async (intake) => {
      const waiting: Promise<unknown>[] = [];
      await sources.checked(async (records) => {
        waiting.push(intake.bring(records));
        if (waiting.length >= clients) await waiting.shift();
      });
      await Promise.all(waiting);
    });
  } finally {
    await sources.close();
  }
}

async function measured(
  house: EvidenceHouse,
  twin: TwinParts | undefined,
  load: (intake: Intake) => Promise<void>,
) {
  const batches = new BatchTimes();
  const observe = (step: SequencerStep): void => batches.note(step);
  const found = await house.running({ ...(twin && { twin }), observe }, async (intake) => {
    for (let at = 0; at < warmEntries / callEntries; at += 1) await intake.bring(freshRecords());
    await house.untilWitnessed(warmEntries);
    batches.clear();
    const began = performance.now();
    const cpu = process.cpuUsage();
    const database = await house.databaseCpuMs();
    const memoryBefore = residentMb();
    await load(intake);
    const [last] = await intake.bring(freshRecords());
    const size = (last?.index ?? 0) + callEntries;
    await house.untilWitnessed(size);
    const wallSeconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const records = size - warmEntries;
    const perThousand = (ms: number): number => rounded((ms * 1_000) / records);
    return {
      witnessedSize: size,
      records,
      wallSeconds: rounded(wallSeconds),
      recordsPerSecond: Math.round(records / wallSeconds),
      cpuMsPer1000: {
        node: perThousand((user + system) / 1_000),
        postgres: perThousand((await house.databaseCpuMs()) - database),
      },
      memoryMb: { before: memoryBefore, after: residentMb() },
    };
  });
  return {
    ...found,
    batchMs: batches.summary(),
    afterKill: await recount(house, found.witnessedSize),
  };
}

/** Of this process. */
function residentMb(): number {
  return Math.round(process.memoryUsage.rss() / 1_048_576);
}

/** kill -9 of PostgreSQL, recovery, and everything counted and hashed again. */
async function recount(house: EvidenceHouse, witnessed: number) {
  await house.killDatabase();
  return house.lease().hold(async (log) => {
    const head = await log.head();
    const draft = await log.checkpoints.newestSigned();
    let tree = emptyTree(treeHash);
    while (tree.size < (head?.size ?? 0)) {
      const end = Math.min(head?.size ?? 0, tree.size + readEntries);
      const entries = await log.entries(tree.size, end);
      tree = grow(tree, leafRow(entries, treeHash), treeHash).tree;
    }
    const sameRoot = toHex(tree.root) === toHex(head?.root ?? new Uint8Array(0));
    const signedRoot = toHex(draft?.root ?? new Uint8Array(0)) === toHex(tree.root);
    const lost = witnessed - tree.size;
    return {
      head: head?.size ?? 0,
      signed: draft?.size ?? 0,
      entries: tree.size,
      lost,
      sameRoot,
      signedRoot,
    };
  });
}

/** The same rows by one durable INSERT for each, from many connections at once. */
async function peer(house: EvidenceHouse, seconds: number) {
  const url = house.embedded.url('fubie_sequencer');
  const database = openDatabase(url, { connectionsMax: peerConnections });
  const until = performance.now() + seconds * 1_000;
  let records = 0;
  const began = performance.now();
  const cpu = await house.databaseCpuMs();
  await Promise.all(
    Array.from({ length: peerConnections }, () =>
      database.kysely.connection().execute(async (session) => {
        await sql`select set_config('fubie.tenant', ${bank}, false)`.execute(session);
        while (performance.now() < until) {
          const [bytes = new Uint8Array(1)] = freshRecords(1);
          const index = records;
          records += 1;
          await sql`insert into log.loose_entry (tenant, log_index, leaf, bytes)
            values (${bank}, ${index}, ${treeHash.leaf(bytes)}, ${bytes})`.execute(session);
        }
      }),
    ),
  );
  const wallSeconds = (performance.now() - began) / 1_000;
  const postgres = rounded((((await house.databaseCpuMs()) - cpu) * 1_000) / records);
  await database.close();
  return {
    what: 'one INSERT and commit for each record, no tree, no signature',
    connections: peerConnections,
    records,
    recordsPerSecond: Math.round(records / wallSeconds),
    cpuMsPer1000: { postgres },
  };
}

/** Proofs grow with the logarithm; appends do not grow at all. */
async function growth(house: EvidenceHouse, leaves: number, say: Say) {
  const points: Record<string, unknown>[] = [];
  await house.running({}, async (intake) => {
    let size = 0;
    for (let target = 1_000; target <= leaves; target *= 10) {
      size = await fill(intake, size, target);
      await house.untilWitnessed(size);
      const point = { ...(await proofsAt(house)), appendMsPer1000: await appends(intake) };
      size += appendBatches * 1_000;
      points.push(point);
      say(JSON.stringify(point));
    }
  });
  return { points };
}

const appendBatches = 10;

/** Ten batches of 1,000, one after the other, each until it is durable. */
async function appends(intake: Intake): Promise<number> {
  const times: number[] = [];
  for (let batch = 0; batch < appendBatches; batch += 1) {
    const records = freshRecords(1_000);
    const began = performance.now();
    await intake.bring(records);
    times.push(performance.now() - began);
  }
  return rounded(summaryOf(times).p50);
}

async function fill(intake: Intake, from: number, to: number): Promise<number> {
  let left = Math.max(to - from, 0);
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left > 0) {
        const count = Math.min(callEntries, left);
        left -= count;
        await intake.bring(freshRecords(count));
      }
    }),
  );
  return Math.max(from, to);
}

async function proofsAt(house: EvidenceHouse) {
  const bytes = (await house.tiles.read('checkpoint')) ?? new Uint8Array(0);
  const { size, root } = parseCheckpoint(new TextDecoder().decode(bytes));
  const read = (path: string): Promise<Uint8Array | undefined> => house.tiles.read(path);
  const times: number[] = [];
  let hashes = 0;
  let flaws = 0;
  for (let at = 0; at < proofSamples; at += 1) {
    const index = Math.floor((size * at) / proofSamples);
    const entry = await entryAt(house, index, size);
    const began = performance.now();
    const nodes = nodesFromTiles(size, read, nodeEngine);
    const proof = await inclusionProof({ index, size }, nodes, nodeEngine);
    times.push(performance.now() - began);
    hashes = Math.max(hashes, proof.length);
    const leaf = await hashLeaf(entry, nodeEngine);
    if ((await inclusionFlaw({ leaf, index, size, root, proof }, nodeEngine)) !== undefined)
      flaws += 1;
  }
  const nodes = nodesFromTiles(size, read, nodeEngine);
  const from = Math.floor(size / 3);
  const consistency = await consistencyProof({ from, to: size }, nodes, nodeEngine);
  const { p50, p99 } = summaryOf(times);
  return {
    leaves: size,
    inclusionHashesMax: hashes,
    consistencyHashes: consistency.length,
    log2: rounded(Math.log2(size)),
    proofMs: { p50, p99 },
    flaws,
  };
}

/** From its bundle, as a stranger reads it. */
async function entryAt(house: EvidenceHouse, index: number, size: number): Promise<Uint8Array> {
  const tile = Math.floor(index / tileWidth);
  const width = Math.min(tileWidth, size - tile * tileWidth);
  const bundle = await house.tiles.read(bundlePath({ index: tile, width }));
  return parseBundle(bundle ?? new Uint8Array(0))[index % tileWidth] ?? new Uint8Array(0);
}

/** How long each batch takes from the beginning of its transaction to its end. */
class BatchTimes {
  #times: number[] = [];
  #began = 0;

  note(step: SequencerStep): void {
    if (step === 'sequence') this.#began = performance.now();
    else if (step === 'placed') this.#times.push(performance.now() - this.#began);
  }

  clear(): void {
    this.#times = [];
  }

  summary() {
    const { count, p50, p99, max } = summaryOf(this.#times);
    return { count, p50, p99, max };
  }
}

const fillerRecords = 4_096;
const filler = new Uint8Array(randomBytes(recordBytes * fillerRecords));
let made = 0;

/**
 * Each differs from all others by its number; nothing in it can be compressed. Those of one call
 * are views of one piece of memory, as they are when they come in the body of a request.
 */
function freshRecords(count = callEntries): readonly Uint8Array[] {
  const from = (made % (fillerRecords - count)) * recordBytes;
  const body = filler.slice(from, from + count * recordBytes);
  const view = new DataView(body.buffer);
  return Array.from({ length: count }, (_, at) => {
    made += 1;
    view.setFloat64(at * recordBytes, made);
    return body.subarray(at * recordBytes, (at + 1) * recordBytes);
  });
}
