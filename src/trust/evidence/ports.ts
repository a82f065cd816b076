/**
 * What the evidence room asks of others, with their promises.
 */
import type { Instant } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import type { EntryType } from '#formats/entry';
import type { Edge, Level, NoteKey } from '#formats/tlog';
import type { WitnessReply, WitnessRequest } from '#formats/witness';
import type { LogPart } from './heartbeat.ts';
import type { Shard } from './shards.ts';

/** Where the next entry of a case goes. */
export interface Chain {
  readonly caseTag: string;
  /** The number of the entry to come. */
  readonly seq: number;
  /** Hash of the entry before it; null when there is none. */
  readonly head: string | null;
}

/** A case whose chain is asked for. */
export interface ChainAsk {
  readonly caseId: string;
  readonly freshTag: string;
}

export interface NewEntry {
  readonly caseId: string;
  readonly seq: number;
  readonly hash: string;
  readonly type: EntryType;
  readonly bytes: Uint8Array;
  readonly subject: string | undefined;
  /** Ciphertext of the disclosures under the subject's key. */
  readonly sealed: Uint8Array | undefined;
}

export interface StoredEntry extends NewEntry {
  /** Its place in the log, through all shards; undefined until it is sequenced. */
  readonly index: number | undefined;
}

export interface StoredCheckpoint {
  /** The place after its last leaf; its tree holds as many leaves less those of shards before. */
  readonly size: number;
  /** The signed note with every cosignature kept so far. */
  readonly note: string;
  readonly level: Level;
}

/** Entries of one tenant. Append-only: nothing here is ever changed or removed. */
export interface EntryStore {
  /**
   * The chains of these cases, locked until the unit ends, so that entries of one case become
   * visible in the order of their numbers. Where there is none, it is begun under `freshTag`.
   */
  lockChains(unit: Unit, cases: readonly ChainAsk[]): Promise<readonly Chain[]>;
  /** Adds entries, those of a case numbered one after another, and moves its chain on: one fate. */
  append(unit: Unit, entries: readonly NewEntry[]): Promise<void>;
  /** In the order of their numbers. */
  ofCase(unit: Unit, caseId: string): Promise<readonly StoredEntry[]>;
  byHash(unit: Unit, hash: string): Promise<StoredEntry | undefined>;
  /**
   * The newest checkpoint of the tenant's own log that has reached `level`; with `place`, of the
   * shard that holds this place, for no other tree holds the entry there.
   */
  newestCheckpoint(unit: Unit, level: Level, place?: number): Promise<StoredCheckpoint | undefined>;
  /** The log's shards, oldest first; one without an end where nothing was ever closed. */
  shards(unit: Unit): Promise<readonly Shard[]>;
}

/** Under whose key disclosures are kept, and the name of the one entry they belong to. */
export interface DisclosurePlace {
  readonly subject: string;
  readonly field: string;
}

/**
 * Keeps what names people as ciphertext under their key, each in its own place; the vault is one.
 * After the person was erased `open` refuses with a code that ends in `.erased`.
 */
export interface DisclosureKeeper {
  seal(unit: Unit, place: DisclosurePlace, bytes: Uint8Array): Promise<Uint8Array>;
  open(unit: Unit, place: DisclosurePlace, sealed: Uint8Array): Promise<Uint8Array>;
}

/** How far one tree has grown: its right edge and its root. */
export interface GrownTree extends Edge {
  readonly root: Uint8Array;
}

/** How far the log has grown; with a twin, how far the tree over the same leaves under SM3 has. */
export interface LogHead extends GrownTree {
  readonly twin?: GrownTree;
}

export interface PendingEntry {
  /** What the store knows it by. */
  readonly arrival: bigint;
  readonly bytes: Uint8Array;
}

/** An entry that comes with its place: nobody's unit holds it, so placing it makes it durable. */
export interface LooseEntry {
  /** Its RFC 6962 leaf hash: the name under which it stands in a log once. */
  readonly leaf: Uint8Array;
  readonly bytes: Uint8Array;
}

/**
 * One tenant's log under a lease: every call is made by the one process that holds it. It is about
 * one shard, the newest: sizes and places count that shard's leaves alone, but for `known`.
 */
export interface LogStore {
  head(): Promise<LogHead | undefined>;
  /**
   * The tenant's entries without a place, in the order of arrival; of one case always in order of
   * number.
   */
  pending(countMax: number): Promise<readonly PendingEntry[]>;
  /**
   * Gives the entries the places from `from.size` on, replaces the head and keeps the draft: one
   * transaction, durable when the promise resolves. Refuses with evidence.head_moved if the head is
   * not `from`, or an entry had a place already, and with evidence.entry_known if a loose
   * entry stands in the log or came twice; then nothing has happened.
   */
  advance(step: LogStep): Promise<void>;
  /**
   * The places of loose by leaf hash, in lower-case hex, through all shards; those that stand
   * nowhere are absent.
   */
  known(leaves: readonly Uint8Array[]): Promise<ReadonlyMap<string, number>>;
  /** The bytes of entries by place, from `start` up to, not including, `end`. */
  entries(start: number, end: number): Promise<readonly Uint8Array[]>;
  /** The log goes on with this shard behind the head as it is; repeating it changes nothing. */
  follow(next: Pick<Shard, 'name' | 'origin'>): Promise<void>;
  readonly checkpoints: CheckpointStore;
}

export interface LogStep {
  readonly from: LogHead | undefined;
  readonly to: LogHead;
  readonly entries: readonly PendingEntry[];
  /** They take the places after the entries. */
  readonly loose: readonly LooseEntry[];
  /** The checkpoint's text, unsigned. */
  readonly draft: string;
  /** The text of the twin's checkpoint of the same size, where there is a twin. */
  readonly twinDraft: string | undefined;
  readonly at: Instant;
}

/** The checkpoint of the twin: the text, and the signed note's line once there is one. */
export interface TwinDraft {
  readonly text: string;
  readonly line: string | undefined;
}

export interface Draft {
  readonly size: number;
  readonly root: Uint8Array;
  readonly text: string;
  /** Signature lines kept so far: the log's first, then witnesses by name. */
  readonly signatures: string;
  readonly signed: boolean;
  readonly level: Level;
  readonly twin?: TwinDraft;
}

/** Signature lines that came for one checkpoint, and what they make of it together. */
export interface KeptLines {
  readonly size: number;
  readonly lines: readonly {
    readonly by: string;
    readonly text: string;
    readonly isLog: boolean;
  }[];
  /** The level reached with these and the earlier ones; a level never sinks. */
  readonly level?: Level;
  /** The signature line of the twin's checkpoint. */
  readonly twinLine?: string;
}

/** One alarm begins, says something else or ends; or all whose code has this start, but those. */
export type AlarmChange =
  | {
      readonly code: string;
      readonly detail: string;
      readonly at: Instant;
      readonly stands: boolean;
    }
  | { readonly endsBelow: string; readonly but: readonly string[]; readonly at: Instant };

export interface CheckpointStore {
  newest(): Promise<Draft | undefined>;
  newestSigned(): Promise<Draft | undefined>;
  /** Keeps signature lines, of each signer the first one; one fate for all. */
  keep(kept: KeptLines): Promise<void>;
  /** Raises an alarm that is not standing yet, or lets standing ones end. */
  alarm(change: AlarmChange): Promise<void>;
  /** A sign of life of this part of the log, for those who wait in vain for the next one. */
  alive(part: LogPart, at: Instant): Promise<void>;
}

/** At most one process at a time writes a log; a dead one's lease ends with its connection. */
export interface LogLease {
  /** Refuses with evidence.lease_taken while another process holds the lease. */
  hold<T>(action: (log: LogStore) => Promise<T>): Promise<T>;
}

/** Files of the log by C2SP path. */
export interface TileFiles {
  read(path: string): Promise<Uint8Array | undefined>;
}

/** The public files of one shard of a tenant's log; of the first one where none is named. */
export type TilesOf = (tenant: TenantId, shard?: Shard) => TileFiles;

export interface TileStore extends TileFiles {
  /** Write once, durable when resolved: other bytes than those there are evidence.tile_differs. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Replaces the file `checkpoint` in one step. */
  publish(checkpoint: string): Promise<void>;
}

/** A tree that the log's key has signed. */
export interface SignedHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * What this process remembers of its own signatures, in another place than the database: a
 * database that was set back cannot make it sign another root for a size.
 */
export interface SignedHeads {
  last(): Promise<SignedHead | undefined>;
  /** Durable when the promise resolves. */
  put(head: SignedHead): Promise<void>;
}

/** A witness somewhere. One that is down or slow refuses with a retryable Fault in bounded time. */
export interface WitnessLine {
  readonly key: NoteKey;
  addCheckpoint(request: WitnessRequest): Promise<WitnessReply>;
}
