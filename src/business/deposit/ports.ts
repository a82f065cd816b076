/**
 * What the deposit room asks of others, with their promises.
 */
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { ObjectName } from '#business/tenancy';
import type { MessageKey } from '#formats/httpsig';
import type { DisclosureKeeper } from '#trust/evidence';

/** A registered definition; approved, it is never changed again. */
export interface DefinitionRow {
  readonly id: string;
  /** 1, 2, 3 … of this id. */
  readonly version: number;
  /** Canonical JSON. */
  readonly bytes: Uint8Array;
  /** `staff:<id>` or `machine:<id>`. */
  readonly proposedBy: string;
  readonly proposedAt: Instant;
  readonly approvedAt: Instant | undefined;
}

/** One chain of evidence that a system of the institution keeps here, as its row is. */
export interface DepositRow {
  /** The case's name in the house, 22 letters. */
  readonly id: string;
  /** Under whose key its values are kept; it names no person. */
  readonly subject: string;
  readonly preservationNumber: string;
  /** The client that opened it. */
  readonly client: string;
  /** The client's own name for it. */
  readonly own: string;
  /** What names people: title, list and added slots, as ciphertext under the subject. */
  readonly sealed: Uint8Array;
  readonly openedAt: Instant;
  readonly closedAt: Instant | undefined;
  /** The last day in China on which it is kept; undefined until it is closed. */
  readonly keepUntil: string | undefined;
  /** When its key was destroyed. */
  readonly erasedAt: Instant | undefined;
}

/** Who may have something kept beyond its term. */
export const depositAuthorities = [
  'court',
  'regulator',
  'police',
  'arbitration',
  'dispute',
] as const;

/** Somebody with authority has said: keep it. */
export interface DepositHold {
  readonly id: string;
  readonly deposit: string;
  readonly authority: (typeof depositAuthorities)[number];
  readonly placedAt: Instant;
  /** `staff:<id>`. */
  readonly placedBy: string;
  readonly liftedAt: Instant | undefined;
  readonly liftedBy: string | undefined;
}

/** Which deposits are asked for. */
export interface DepositFilter {
  /** Of this client only. */
  readonly client: string | undefined;
  readonly number?: string | undefined;
  /** The client's own name. */
  readonly own?: string | undefined;
  /** Those that hold a record of this schema, whatever its version. */
  readonly schema?: string | undefined;
  readonly standing?: 'open' | 'closed' | 'held' | 'erased' | undefined;
}

/** One record or file of a deposit, and where its entry stands. */
export interface ItemRow {
  readonly deposit: string;
  /** The client's own name for it. */
  readonly own: string;
  readonly seq: number;
  /** Hash of the entry. */
  readonly hash: string;
  readonly slot: string | undefined;
  /** `credit-grant@1`, or `file`. */
  readonly schema: string;
  readonly at: Instant;
}

/** A file that was announced; whole, its entry stands under `item`. */
export interface FileRow {
  readonly id: string;
  readonly deposit: string;
  readonly own: string;
  readonly slot: string | undefined;
  readonly bytes: number;
  readonly openedAt: Instant;
  readonly seq: number | undefined;
}

/** One part of a file: where its sealed bytes lie. */
export interface ChunkRow {
  readonly number: number;
  readonly object: ObjectName;
}

/** Definitions of one tenant. */
export interface DefinitionStore {
  /** Gives it the next version of its id. */
  propose(unit: Unit, row: Omit<DefinitionRow, 'version' | 'approvedAt'>): Promise<DefinitionRow>;
  /** The newest approved one without a version. */
  definition(unit: Unit, id: string, version?: number): Promise<DefinitionRow | undefined>;
  definitions(unit: Unit): Promise<readonly DefinitionRow[]>;
  approve(unit: Unit, row: { id: string; version: number; by: string; at: Instant }): Promise<void>;
}

/** Deposits of one tenant. */
export interface DepositStore {
  add(unit: Unit, row: DepositRow): Promise<void>;
  find(unit: Unit, id: string): Promise<DepositRow | undefined>;
  /** Locked until the unit ends: what comes to one deposit comes one after another. */
  lock(unit: Unit, id: string): Promise<DepositRow | undefined>;
  /** The same for many; those that another unit holds are waited for, or else left out. */
  lockAll(
    unit: Unit,
    ids: readonly string[],
    how: { readonly wait: boolean },
  ): Promise<readonly DepositRow[]>;
  byOwn(unit: Unit, client: string, own: string): Promise<DepositRow | undefined>;
  /** Newest first, below `before` of `openedAt` and id. */
  page(
    unit: Unit,
    asked: {
      readonly filter: DepositFilter;
      readonly before: { readonly at: Instant; readonly id: string } | undefined;
      readonly countMax: number;
    },
  ): Promise<readonly DepositRow[]>;
  close(unit: Unit, id: string, end: { at: Instant; keepUntil: string }): Promise<void>;
  /** Replaces the ciphertext of what names people. */
  reseal(unit: Unit, id: string, sealed: Uint8Array): Promise<void>;
  /** Closed, not erased, kept until a day before `today`, and under no hold; locked. */
  due(unit: Unit, asked: { today: string; countMax: number }): Promise<readonly DepositRow[]>;
  erased(unit: Unit, id: string, at: Instant): Promise<void>;

  addHold(unit: Unit, hold: DepositHold): Promise<void>;
  /** Locked until the unit ends. */
  hold(unit: Unit, id: string): Promise<DepositHold | undefined>;
  holds(unit: Unit, deposit: string): Promise<readonly DepositHold[]>;
  lift(unit: Unit, hold: { id: string; at: Instant; by: string }): Promise<void>;

  addItems(unit: Unit, rows: readonly ItemRow[]): Promise<void>;
  /** Those of the named ones that are there. */
  items(
    unit: Unit,
    named: readonly Pick<ItemRow, 'deposit' | 'own'>[],
  ): Promise<readonly ItemRow[]>;
  itemsAfter(
    unit: Unit,
    deposit: string,
    page: { readonly after: number; readonly countMax: number },
  ): Promise<readonly ItemRow[]>;
  /** Records and announced files together, by deposit. */
  counts(unit: Unit, deposits: readonly string[]): Promise<ReadonlyMap<string, number>>;

  addFile(unit: Unit, row: FileRow): Promise<void>;
  file(unit: Unit, id: string): Promise<FileRow | undefined>;
  fileByOwn(unit: Unit, deposit: string, own: string): Promise<FileRow | undefined>;
  files(unit: Unit, deposit: string): Promise<readonly FileRow[]>;
  fileWhole(unit: Unit, id: string, seq: number): Promise<void>;
  /** Until the file is whole, in place of the part that had this number. */
  putChunk(unit: Unit, file: string, row: ChunkRow): Promise<void>;
  chunk(unit: Unit, file: string, number: number): Promise<ChunkRow | undefined>;
  /** In the order of their numbers. */
  chunks(unit: Unit, file: string): Promise<readonly ChunkRow[]>;
}

/** Seals and opens what a deposit says of people; the vault does. */
export interface DepositKeeper extends DisclosureKeeper {
  /** Says beforehand under which subjects this unit will seal or open; only the price changes. */
  ready(unit: Unit, subjects: readonly string[]): void;
}

/** The keys with which a client may sign its records; one that is over is not there. */
export interface SourceKeys {
  keyOf(unit: Unit, client: string, keyId: string): Promise<MessageKey | undefined>;
  /** Says beforehand which keys this unit will ask for; only the price changes. */
  ready(unit: Unit, keyIds: readonly string[]): void;
}

/** The end of everything that is sealed under a subject. */
export interface SubjectEnd {
  erase(unit: Unit, subject: string): Promise<void>;
}

/** How long deposits are kept by the law of a day, in months from their closing. */
export interface DepositTerms {
  readonly concludedMonths: number;
  /** Of what was applied for and refused: shorter, for no contract came of it (S2-53). */
  readonly refusedMonths: number;
}

/** Digests of bytes that come in parts and are never in memory together. */
export interface RunningDigests {
  add(bytes: Uint8Array): void;
  /** Ends both. */
  end(): { readonly sha256: Uint8Array; readonly sm3: Uint8Array };
}
