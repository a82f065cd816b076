/**
 * What fsck is handed of one tenant's log, and what it answers.
 */
import type { TenantId } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { NoteKey } from '#formats/tlog';
import type { TwinKey } from '#formats/twin';
import type { WitnessedHead } from '#formats/witness';
import type { AdoptedText } from './adopted-texts.ts';
import type { Difference } from './narrowing.ts';
import type { SignedHead, TileFiles } from './ports.ts';
import type { Openings, RowClaims } from './row-claims.ts';
import type { Shard } from './shards.ts';

/** An entry as it is stored, with its place in the log. */
export interface AuditedEntry {
  readonly index: number;
  /** Undefined for a loose entry: it belongs to no case of ours and is held to the tree alone. */
  readonly caseId: string | undefined;
  readonly bytes: Uint8Array;
}

/** An entry that a unit has recorded and that has no place yet. */
export interface UnplacedEntry {
  readonly caseId: string;
  readonly bytes: Uint8Array;
}

/** The stored log of one tenant, read only, all of one moment. */
export interface LogAudit {
  /** Placed entries from a place on, in order. */
  entries(start: number, countMax: number): Promise<readonly AuditedEntry[]>;
  /** Entries that wait for a place, in the order in which they will get one. */
  unplaced(): Promise<readonly UnplacedEntry[]>;
  /** Every drafted checkpoint, smallest first, with its signature lines. */
  checkpoints(): Promise<readonly AuditedCheckpoint[]>;
}

/** A drafted checkpoint as it is stored. */
interface AuditedCheckpoint {
  readonly size: number;
  readonly text: string;
  readonly signatures: string;
  /** The note of the twin's head that was signed with it. */
  readonly twin?: string;
}

/** Something that does not agree, and where. */
export interface FsckFlaw {
  readonly code:
    | 'entry_malformed'
    | 'entry_signature_wrong'
    | 'entry_missing'
    | 'case_chain_broken'
    | 'shard_wrong'
    | 'register_wrong'
    | 'root_differs'
    | 'checkpoint_signature_wrong'
    | 'checkpoint_missing'
    | 'tile_differs'
    | 'row_differs'
    | 'journal_differs'
    | 'witness_differs';
  readonly part: string;
  readonly detail: string;
}

/** What was found in one tenant's log. */
export interface FsckReport {
  readonly tenant: TenantId;
  readonly is: 'sound' | 'broken';
  readonly entries: number;
  readonly cases: number;
  readonly checkpoints: number;
  /** Were rows compared with what entries open to, and not only with what they name? */
  readonly opened: boolean;
  /** For each witness: the newest size it knows and, where it knows another log, which entry. */
  readonly witnesses: readonly { name: string; size: number; differs?: Difference }[];
  readonly flaws: readonly FsckFlaw[];
}

/** One shard of the log with the key that signs its heads and the files that show it. */
export interface AuditedShard {
  readonly shard: Pick<Shard, 'base' | 'end'>;
  readonly log: NoteKey;
  readonly tiles?: TileFiles;
  /**
   * The file `checkpoint`, read before the moment of the audit: what was published by then has its
   * entries in it, however quickly the log grows on.
   */
  readonly published?: Uint8Array | undefined;
  /** What the sequencer remembers to have signed, read before the moment of the audit. */
  readonly remembered?: readonly SignedHead[];
  readonly twin?: {
    readonly key: TwinKey;
    readonly tiles: TileFiles;
    readonly published: Uint8Array | undefined;
    readonly remembered?: readonly SignedHead[];
  };
}

export interface FsckParts {
  readonly tenant: TenantId;
  readonly audit: LogAudit;
  /** Oldest first; one for a log in which nothing was ever closed. */
  readonly shards: readonly AuditedShard[];
  readonly witnessKeys: readonly NoteKey[];
  /** Actors' public keys (SPKI) by the `by` of entries. */
  readonly keyOf: (by: string) => Uint8Array | undefined;
  readonly engine: Engine;
  readonly rows?: RowClaims;
  /** Without them what rows say is compared as far as commitments show it. */
  readonly openings?: Openings;
  /** The trust folder's policy and registers that bind this log; not looked at where left out. */
  readonly adopted?: readonly AdoptedText[];
  /** What each witness kept, by its name. */
  readonly witnessed?: ReadonlyMap<string, readonly WitnessedHead[]>;
}
