/**
 * /v1/log/receipts and /v1/deposits/…/receipt: what is held for an entry, level by level, with the
 * papers by which a stranger checks it, and never more than was found just now.
 */
import { z } from 'zod';
import { toBase64 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Units } from '#base/unit';
import { type FullReceipt, type ReceiptDesk, receiptLevels } from '#trust/receipt';
import type { Doors } from '../route.ts';
import { instant } from '../schemas.ts';
import { clientOf, seqMax, withDeposit } from './deposit-shapes.ts';
import type { DepositRoutesDesk } from './deposits.ts';
import { blockBody, shownBlock } from './explorer.ts';

/** What these routes lean on. */
export interface ReceiptRoutesDesk {
  readonly units: Units;
  readonly receipts: ReceiptDesk;
  readonly deposits: DepositRoutesDesk['deposits'];
}

const level = z.enum(receiptLevels);
const whys = [
  'not_placed',
  'not_cosigned',
  'no_anchor',
  'not_anchored',
  'not_stamped',
  'stamp_invalid',
] as const;

const receiptBody = z.strictObject({
  /** The entry: what a ledger calls its transaction. */
  hash: z.base64(),
  index: z.int().nullable(),
  /** The highest level under which none is missing. */
  level,
  held: z.array(level),
  missing: z.array(z.strictObject({ level, why: z.enum(whys) })),
  /** The first witnessed block that holds the entry. */
  block: blockBody.nullable(),
  /** C2SP tlog-proof under that block. */
  proof: z.string().nullable(),
  /** L0 without a place: the log's signed promise, which convicts it if it is not kept. */
  promise: z.string().nullable(),
  stampedAt: instant.nullable(),
  /** L4: the entry's proof under the stamped note, and the RFC 4998 record over that note. */
  stamp: z.strictObject({ proof: z.string(), record: z.base64() }).nullable(),
  /** L3: the anchor file. */
  anchor: z.base64().nullable(),
});

export function receiptRoutes(doors: Doors, desk: ReceiptRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/log/receipts',
      tag: 'log',
      summary: {
        zh: '一条存证的回执（L0–L4）及其证明',
        en: 'The receipt of one entry (L0 to L4) and its proofs',
      },
      who: ['staff', 'machine'],
      needs: 'status.read',
      query: z.strictObject({ hash: z.base64().max(64) }),
      answer: { status: 200, body: receiptBody },
      refusals: ['evidence.entry_unknown'],
    },
    async ({ tenant, query: { hash } }) => shownReceipt(await desk.receipts.of(tenant, hash)),
  );
  doors.read(
    {
      method: 'GET',
      path: '/v1/deposits/:id/records/:seq/receipt',
      tag: 'deposits',
      summary: {
        zh: '一条存证记录或者文件的回执（L0–L4）',
        en: 'The receipt of one record or file of a deposit (L0 to L4)',
      },
      who: ['machine', 'staff'],
      needs: 'deposit.read',
      params: withDeposit.extend({ seq: z.coerce.number().int().min(0).max(seqMax) }),
      answer: { status: 200, body: receiptBody },
      refusals: ['deposit.unknown', 'evidence.entry_unknown'],
    },
    async (asked) => {
      const { id, seq } = asked.params;
      const hash = await desk.units.run(asked.tenant, async (unit) => {
        const row = await desk.deposits.desk.find(unit, { id, client: clientOf(asked) });
        return desk.receipts.hashOf(unit, row.id, seq);
      });
      if (hash === undefined) throw new Fault('evidence.entry_unknown');
      return shownReceipt(await desk.receipts.of(asked.tenant, hash));
    },
  );
}

function shownReceipt(receipt: FullReceipt): z.infer<typeof receiptBody> {
  const { hash, index, held, missing, block, proof, promise, stampedAt, stamp, anchor } = receipt;
  return {
    hash,
    index: index ?? null,
    level: receipt.level,
    held: [...held],
    missing: missing.map((one) => ({ ...one })),
    block: block === undefined ? null : shownBlock(block),
    proof: proof ?? null,
    promise: promise ?? null,
    stampedAt: stampedAt === undefined ? null : formatInstant(stampedAt),
    stamp: stamp === undefined ? null : { proof: stamp.proof, record: toBase64(stamp.record) },
    anchor: anchor === undefined ? null : toBase64(anchor),
  };
}
