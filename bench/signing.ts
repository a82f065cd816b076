/**
 * What one signature costs: a PDF read strictly, one revision appended, RSA-2048 with SHA-256, from
 * bytes to bytes, without database; beside the price of the key and of one hash over the file,
 * below which nobody comes, and beside programs of others by their documented calls.
 *
 * Each file is different, made here, and signed once; the cold ones are told apart and kept. CPU is
 * that of the whole process, all threads.
 *
 *   --files N          of the smallest size, fewer of the larger (200; the issue asks 1,000)
 *   --only PART,…      own, memory, others, rates, product (default all)
 *   --peer-seconds N   the longest that one program of others may take for one size (default 5)
 *   --no-peers         without @libpdf/core, which else takes its turn with the own ways
 *
 * The ways take turns in blocks. Before a block young garbage is collected and charged to nobody;
 * behind it the garbage of the block is collected and charged to its files: who takes the turn
 * behind a peer pays for nothing that the peer left.
 */
import { randomFillSync, randomInt } from 'node:crypto';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';

import { collect } from './collect.ts';
import { cpuMsOf, rounded, type Summary, summaryOf } from './samples.ts';
import { memoryOf } from './signing-memory.ts';
import { othersSigning } from './signing-peers.ts';
import { product } from './signing-product.ts';
import { rates } from './signing-rates.ts';
import {
  inRoom,
  makePdf,
  type Placed,
  type Size,
  sizes,
  type Way,
  type Ways,
  waysToSign,
} from './signing-ways.ts';

const coldCount = 20;
/** The engine compiles what is hot over several hundred signatures: a start, not a signature. */
const warmUpShare = 0.25;
const freshBytes = 32; // of the first stream: what makes one file another
const filesMin = 5;
const blocksMax = 20;
/** Of the files: who opens a key file for each of them costs ten times as much. */
const dearShare = 0.1;
const parts = ['own', 'memory', 'others', 'rates', 'product'] as const;

type Say = (line: string) => void;

export async function run(args: readonly string[], say: Say): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean' },
      files: { type: 'string', default: '200' },
      only: { type: 'string', default: parts.join() },
      'peer-seconds': { type: 'string', default: '5' },
      'no-peers': { type: 'boolean', default: false },
    },
  });
  const files = Number(values.files);
  const chosen = values.only.split(',');
  const result: Record<string, unknown> = { settings: { files, coldCount }, load: loadavg() };
  if (chosen.includes('own')) result['measured'] = await own(files, !values['no-peers'], say);
  if (chosen.includes('memory')) result['peakRssMb'] = memoryOf(say);
  if (chosen.includes('others')) {
    result['others'] = await othersSigning(files, Number(values['peer-seconds']), say);
  }
  if (chosen.includes('rates')) result['rates'] = await rates(say);
  if (chosen.includes('product')) result['product'] = await product(files, say);
  return result;
}

async function own(files: number, isPeerAsked: boolean, say: Say) {
  const { peer, peerAsDocumented, ...house } = await waysToSign();
  const ways: Ways = isPeerAsked ? { ...house, peer, peerAsDocumented } : house;
  const measured = [];
  for (const size of sizes) {
    const count = Math.max(filesMin, Math.round(files * size.share));
    const found = await measure(ways, size, count);
    measured.push({ size: size.name, files: count, ...found, ...comparedWith(found) });
    const told = Object.entries(found).map(([name, { warm }]) => {
      return `${name} ${warm.p50} (${warm.min})`;
    });
    say(`${size.name}, CPU ms: ${told.join(', ')}`);
  }
  return measured;
}

type Found = Readonly<Record<string, Measured>>;

interface Measured {
  readonly cold: Summary;
  readonly warmUp: Summary;
  readonly warm: Summary & { readonly min: number };
}

/** How often the floor's and the peer's work fits into ours, by medians of the same minutes. */
function comparedWith(found: Found) {
  const { engine, joined, appended, stamped, floor, peer, peerAsDocumented } = found;
  const more = (stamped?.warm.p50 ?? 0) - (engine?.warm.p50 ?? 0);
  return {
    ratioToFloor: share(engine, floor),
    ratioToCheapestPeer: share(peer, engine),
    ratioToPeerAsDocumented: share(peerAsDocumented, engine),
    // Nobody can be more times cheaper than this.
    cheapestPeerToFloor: share(peer, floor),
    joinedToFloor: share(joined, floor),
    appendedToFloor: share(appended, floor),
    appendedToCheapestPeer: share(peer, appended),
    stampCpuMs: rounded(more),
  };
}

function share(of?: Measured, by?: Measured): number | undefined {
  return of === undefined || by === undefined ? undefined : rounded(of.warm.p50 / by.warm.p50);
}

/**
 * The ways take turns, block by block, so that a neighbour on the cores disturbs all of them, in an
 * order that is drawn each time.
 */
async function measure(ways: Ways, size: Size, count: number): Promise<Found> {
  const samples = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  const file = inRoom(makePdf(size));
  const blocks = Math.min(count, blocksMax);
  for (let block = 0; block < blocks; block += 1) {
    const files = Math.floor((count * (block + 1)) / blocks) - Math.floor((count * block) / blocks);
    for (const [name, way] of shuffled(Object.entries(ways))) {
      const some = name === 'peerAsDocumented' ? Math.ceil(files * dearShare) : files;
      samples.get(name)?.push(...(await blockOf(way, file, some)));
    }
  }
  const summaries = [...samples].map(([name, all]) => [name, summed(all)] as const);
  return Object.fromEntries(summaries);
}

async function blockOf(way: Way, file: Placed, files: number): Promise<number[]> {
  collect({ type: 'minor' });
  const samples: number[] = [];
  for (let one = 0; one < files; one += 1) samples.push(await cpuMsOfFresh(file, way));
  const left = await cpuMsOf(async () => collect({ type: 'minor' }));
  return samples.map((ms) => ms + left / files);
}

function shuffled<T>(all: readonly T[]): readonly T[] {
  const drawn = all.map((one) => ({ one, at: randomInt(2 ** 32) }));
  return drawn.toSorted((a, b) => a.at - b.at).map(({ one }) => one);
}

/** Another file each time in the same memory. */
function cpuMsOfFresh({ document, room }: Placed, way: Way): Promise<number> {
  const at = Buffer.from(document.buffer).indexOf('stream\n') + 'stream\n'.length;
  randomFillSync(document, at, freshBytes);
  return cpuMsOf(() => way(document, room));
}

function summed(samples: readonly number[]): Measured {
  // The first ones pay for compiling; of a few large files at least the first does.
  const cold = Math.min(coldCount, Math.ceil(samples.length / 5));
  const from = Math.max(cold, Math.floor(samples.length * warmUpShare));
  const warm = samples.slice(from);
  return {
    cold: summaryOf(samples.slice(0, cold)),
    warmUp: summaryOf(samples.slice(cold, from)),
    warm: { ...summaryOf(warm), min: rounded(Math.min(...warm)) },
  };
}
