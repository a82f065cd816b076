/**
 * The shapes that the routes of deposits speak in.
 */
import { z } from 'zod';
import type { Json } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import {
  type DepositHold,
  depositAuthorities,
  type ItemReceipt,
  type Source,
} from '#business/deposit';
import type { Asked } from '../route.ts';
import { caseId, id, instant, sha256Hex } from '../schemas.ts';

export const tag = 'deposits';
/** A name of the source's own, which says nothing about a person. */
export const own = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
export const definitionName = z.string().regex(/^[a-z][a-z0-9-]{1,47}$/);
export const slotName = z.string().regex(/^[a-z][a-z0-9-]{1,47}$/);
export const withDeposit = z.strictObject({ id: caseId });
/** Of a chain's entries: slots, absences and statements of others count beside its items. */
export const seqMax = 1_000_000;
const hash = z.base64();

export const slot = z.strictObject({
  slot: slotName,
  title: z.string().min(1).max(120),
  kind: z.enum(['record', 'file']),
  schema: definitionName.optional(),
  /** What is extracted there; a record that did not collect one of these has a gap. */
  fields: z.array(z.string().min(1).max(60)).max(200).optional(),
  min: z.int().min(0).max(100).optional(),
});

export const signature = z.strictObject({
  /** The id of one of the client's keys, as in a signed request. */
  key: z.string().regex(/^[0-9a-f]{24}$/),
  value: z.base64().max(512),
});

export const record = z.strictObject({
  deposit: caseId,
  name: own,
  schema: definitionName,
  version: z.int().min(1).optional(),
  slot: slotName.optional(),
  fields: z.record(z.string(), z.unknown()),
  signature: signature.optional(),
  /** With `batchSignature` only: 16 random bytes, base64url, drawn for this record alone. */
  blind: z.string().length(22).optional(),
});

export const receipt = z.strictObject({
  deposit: caseId,
  name: own,
  /** The number of the entry in its chain. */
  seq: z.int(),
  /** SHA-256 of the entry. */
  hash,
  flags: z.array(z.string()),
});

export const deposit = z.strictObject({
  id: caseId,
  name: own,
  /** Null once its key is destroyed. */
  title: z.string().nullable(),
  preservationNumber: z.string(),
  openedAt: instant,
  closedAt: instant.nullable(),
  /** The last day on which it is kept; a hold suspends it. */
  keepUntil: z.iso.date().nullable(),
  erasedAt: instant.nullable(),
});

export const hold = z.strictObject({
  id,
  deposit: caseId,
  authority: z.enum(depositAuthorities),
  placedAt: instant,
  liftedAt: instant.nullable(),
});

export const sources = z.strictObject({
  /** 0–100: of each slot the strongest source counts. */
  score: z.int(),
  classes: z.array(
    z.strictObject({
      is: z.enum(['self', 'third-party', 'forensic', 'notarised']),
      strength: z.int(),
      cost: z.enum(['low', 'medium', 'high']),
      entries: z.int(),
    }),
  ),
});

const slotState = z.strictObject({
  slot: z.string(),
  title: z.string(),
  filled: z.array(z.int()),
  absent: z.enum(['refused', 'not_reached', 'explained']).nullable(),
});

export const depositState = z.strictObject({
  ...deposit.shape,
  percent: z.int(),
  missing: z.array(z.string()),
  slots: z.array(slotState),
  sources,
  /** What an examiner must see: steps out of order, fields that were not collected. */
  flags: z.array(z.strictObject({ seq: z.int(), flag: z.string() })),
  holds: z.array(hold),
});

export const shownRecord = z.strictObject({
  name: z.string(),
  seq: z.int(),
  hash,
  schema: z.string(),
  slot: z.string().nullable(),
  at: instant,
  /** L0 durable and promised, L1 cosigned by the sentinel, L2 by a quorum of witnesses. */
  level: z.string(),
  fields: z.record(z.string(), z.unknown()),
});

export const builtPackage = z.strictObject({ sha256: sha256Hex, bytes: z.int() });

export function shownReceipt({ deposit: of, own: name, seq, hash: entry, flags }: ItemReceipt) {
  return { deposit: of, name, seq, hash: entry, flags: [...flags] };
}

export function shownHold(held: DepositHold) {
  const { id: name, deposit: of, authority, placedAt, liftedAt } = held;
  return {
    id: name,
    deposit: of,
    authority,
    placedAt: formatInstant(placedAt),
    liftedAt: liftedAt === undefined ? null : formatInstant(liftedAt),
  };
}

/** What came as JSON is JSON: zod only forgot it. */
export function plainJson(value: unknown): Json {
  return value as Json;
}

/** A machine deposits in its own name. */
export function sourceOf({ caller }: Pick<Asked, 'caller'>): Source {
  if (caller.kind !== 'machine') throw new Fault('access.not_yours');
  return { client: caller.client.id, name: caller.client.name };
}

/** Whose deposits a machine may see: its own. */
export function clientOf({ caller }: Pick<Asked, 'caller'>): string | undefined {
  return caller.kind === 'machine' ? caller.client.id : undefined;
}
