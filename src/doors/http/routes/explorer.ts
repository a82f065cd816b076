/**
 * /v1/log/…: the evidence log for whoever may look at it: blocks, entries as committed, proofs.
 */
import { z } from 'zod';
import { toBase64 } from '#base/bytes';
import { formatInstant, instantFromMs } from '#base/clock';
import type { Units } from '#base/unit';
import type { Block, Explorer } from '#trust/evidence';
import type { Doors } from '../route.ts';
import { caseId, instant } from '../schemas.ts';

/** What these routes lean on. */
export interface ExplorerRoutesDesk {
  readonly units: Units;
  readonly explorer: Explorer;
}

const tag = 'log';
const place = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** A block as these routes and receipts show it. */
export const blockBody = z.strictObject({
  height: z.int(),
  size: z.int(),
  from: z.int(),
  root: z.base64(),
  previousRoot: z.base64().nullable(),
  at: instant,
  level: z.string(),
  /** The signed note (C2SP checkpoint) with every cosignature, to be checked with their keys. */
  note: z.string(),
});
const entry = z.strictObject({
  index: z.int(),
  type: z.string(),
  at: instant,
  caseTag: caseId,
  seq: z.int(),
  hash: z.base64(),
});

export function explorerRoutes(doors: Doors, desk: ExplorerRoutesDesk): void {
  blocksRoute(doors, desk);
  blockRoute(doors, desk);
  entryRoute(doors, desk);
}

function blocksRoute(doors: Doors, { units, explorer }: ExplorerRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/log/blocks',
      tag,
      summary: {
        zh: '区块（经见证的检查点），由新到旧',
        en: 'Witnessed checkpoints, newest first',
      },
      who: ['staff', 'machine'],
      needs: 'status.read',
      query: z.strictObject({ before: place.optional() }),
      answer: { status: 200, body: z.strictObject({ blocks: z.array(blockBody) }) },
      refusals: [],
    },
    async ({ tenant, query: { before } }) => {
      const blocks = await units.run(tenant, (unit) => explorer.blocks(unit, before));
      return { blocks: blocks.map(shownBlock) };
    },
  );
}

function blockRoute(doors: Doors, { units, explorer }: ExplorerRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/log/blocks/:size',
      tag,
      summary: {
        zh: '一个区块及其存证',
        en: 'One block, its entries, and how it continues the last',
      },
      who: ['staff', 'machine'],
      needs: 'status.read',
      params: z.strictObject({ size: place }),
      answer: {
        status: 200,
        body: z.strictObject({
          block: blockBody,
          entries: z.array(entry),
          consistency: z.array(z.base64()),
        }),
      },
      refusals: ['evidence.block_unknown'],
    },
    async ({ tenant, params }) => {
      const found = await units.run(tenant, (unit) => explorer.block(unit, params.size));
      const entries = found.entries.map((one) => ({ ...one }));
      return { block: shownBlock(found.block), entries, consistency: [...found.consistency] };
    },
  );
}

function entryRoute(doors: Doors, { units, explorer }: ExplorerRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/log/entries/:index',
      tag,
      summary: { zh: '一条存证及其包含证明', en: 'One entry and its inclusion proof' },
      who: ['staff', 'machine'],
      needs: 'status.read',
      params: z.strictObject({ index: place }),
      answer: {
        status: 200,
        // The proof counts from `base`: the places before the entry's half-year shard.
        body: z.strictObject({ entry: z.base64(), proof: z.string(), base: z.int() }),
      },
      refusals: ['evidence.entry_unknown'],
    },
    async ({ tenant, params }) => {
      const { bytes, proof, base } = await units.run(tenant, (unit) =>
        explorer.entry(unit, params.index),
      );
      return { entry: toBase64(bytes), proof, base };
    },
  );
}

export function shownBlock({ height, size, from, root, previousRoot, at, level, note }: Block) {
  const time = formatInstant(instantFromMs(at));
  return { height, size, from, root, previousRoot: previousRoot ?? null, at: time, level, note };
}
