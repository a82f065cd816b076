/**
 * Rows of deposits as PostgreSQL has them, and what they are to the room.
 */
import { sql } from 'kysely';
import { instantFromMs } from '#base/clock';
import type {
  DefinitionRow,
  DepositFilter,
  DepositHold,
  DepositRow,
  FileRow,
  ItemRow,
} from '#business/deposit';
import type { ObjectColumns } from '../object-columns.ts';

interface DefinitionColumns {
  tenant: string;
  id: string;
  version: number;
  bytes: Uint8Array;
  proposed_by: string;
  proposed_at: bigint;
  approved_by: string | null;
  approved_at: bigint | null;
}

export interface DepositColumns {
  tenant: string;
  id: string;
  subject: string;
  preservation_number: string;
  client: string;
  own: string;
  sealed: Uint8Array;
  opened_at: bigint;
  closed_at: bigint | null;
  keep_until: string | null;
  erased_at: bigint | null;
}

interface HoldColumns {
  tenant: string;
  id: string;
  deposit: string;
  authority: DepositHold['authority'];
  placed_at: bigint;
  placed_by: string;
  lifted_at: bigint | null;
  lifted_by: string | null;
}

export interface ItemColumns {
  tenant: string;
  deposit: string;
  own: string;
  seq: number;
  hash: string;
  slot: string | null;
  schema: string;
  at: bigint;
}

interface FileColumns {
  tenant: string;
  id: string;
  deposit: string;
  own: string;
  slot: string | null;
  bytes: bigint;
  opened_at: bigint;
  seq: number | null;
}

export interface DepositTables {
  deposit_definition: DefinitionColumns;
  deposit: DepositColumns;
  deposit_hold: HoldColumns;
  deposit_item: ItemColumns;
  deposit_file: FileColumns;
  deposit_chunk: ObjectColumns & { tenant: string; file: string; number: number };
}

export function definitionOf(row: DefinitionColumns): DefinitionRow {
  return {
    id: row.id,
    version: row.version,
    bytes: row.bytes,
    proposedBy: row.proposed_by,
    proposedAt: instantFromMs(Number(row.proposed_at)),
    approvedAt: row.approved_at === null ? undefined : instantFromMs(Number(row.approved_at)),
  };
}

/** Somebody with authority wants it kept. */
export const standingHold = sql<boolean>`exists (select from deposit_hold h
  where h.tenant = deposit.tenant and h.deposit = deposit.id and h.lifted_at is null)`;

const standings: Readonly<Record<NonNullable<DepositFilter['standing']>, typeof standingHold>> = {
  open: sql<boolean>`closed_at is null`,
  closed: sql<boolean>`closed_at is not null and erased_at is null`,
  held: standingHold,
  erased: sql<boolean>`erased_at is not null`,
};

export function conditionsOf({ client, number, own, schema, standing }: DepositFilter) {
  return [
    ...(client === undefined ? [] : [sql<boolean>`client = ${client}`]),
    ...(number === undefined ? [] : [sql<boolean>`preservation_number = ${number}`]),
    ...(own === undefined ? [] : [sql<boolean>`own = ${own}`]),
    ...(schema === undefined
      ? []
      : [
          sql<boolean>`exists (select from deposit_item i where i.tenant = deposit.tenant
            and i.deposit = deposit.id and split_part(i.schema, '@', 1) = ${schema})`,
        ]),
    ...(standing === undefined ? [] : [standings[standing]]),
  ];
}

export function depositOf(row: DepositColumns): DepositRow {
  const { id, subject, client, own, sealed } = row;
  return {
    id,
    subject,
    preservationNumber: row.preservation_number,
    client,
    own,
    sealed,
    openedAt: instantFromMs(Number(row.opened_at)),
    closedAt: row.closed_at === null ? undefined : instantFromMs(Number(row.closed_at)),
    keepUntil: row.keep_until ?? undefined,
    erasedAt: row.erased_at === null ? undefined : instantFromMs(Number(row.erased_at)),
  };
}

export function holdOf(row: HoldColumns): DepositHold {
  return {
    id: row.id,
    deposit: row.deposit,
    authority: row.authority,
    placedAt: instantFromMs(Number(row.placed_at)),
    placedBy: row.placed_by,
    liftedAt: row.lifted_at === null ? undefined : instantFromMs(Number(row.lifted_at)),
    liftedBy: row.lifted_by ?? undefined,
  };
}

export function itemOf({ deposit, own, seq, hash, slot, schema, at }: ItemColumns): ItemRow {
  return {
    deposit,
    own,
    seq,
    hash,
    slot: slot ?? undefined,
    schema,
    at: instantFromMs(Number(at)),
  };
}

export function fileOf(row: FileColumns): FileRow {
  const { id, deposit, own } = row;
  return {
    id,
    deposit,
    own,
    slot: row.slot ?? undefined,
    bytes: Number(row.bytes),
    openedAt: instantFromMs(Number(row.opened_at)),
    seq: row.seq ?? undefined,
  };
}
