/** The evidence log: recording facts, sequencing them, proving them, checking all of it. */
export { type EntryType, entryTypes } from '#formats/entry';
export { Admission, type AdmissionParts, type Admitted, type PartyKey } from './admission.ts';
export type { AdoptedText } from './adopted-texts.ts';
export type {
  AuditedEntry,
  AuditedShard,
  FsckFlaw,
  FsckParts,
  FsckReport,
  LogAudit,
  UnplacedEntry,
} from './audit.ts';
export { Bell } from './bell.ts';
export { CaseFile, type FiledCase, type FiledEntry } from './case-file.ts';
export { provedEntry } from './entry-proof.ts';
export { type EntryDraft, Evidence, type Recorded, type SlotsOf } from './evidence.ts';
export { type Block, type BlockRow, Explorer, type ExplorerStore } from './explorer.ts';
export { evidenceFaults, levelNotReached } from './faults.ts';
export { fsck } from './fsck.ts';
export { emptyTree, grow, leafRow, type TreeHash } from './growth.ts';
export { type Alarm, type AlarmBoard, alarmsOf, type LogPart } from './heartbeat.ts';
export { holdLifted, holdPlaced } from './hold-drafts.ts';
export { Intake, type Place } from './intake.ts';
export { namedSubjects, subjectsNamed } from './named-subjects.ts';
export type { Difference } from './narrowing.ts';
export { PartyIntake, type PartyIntakeParts, type PartyShelf } from './party-intake.ts';
export type {
  Chain,
  CheckpointStore,
  DisclosureKeeper,
  DisclosurePlace,
  Draft,
  EntryStore,
  KeptLines,
  LogHead,
  LogLease,
  LogStep,
  LogStore,
  LooseEntry,
  NewEntry,
  PendingEntry,
  SignedHead,
  SignedHeads,
  StoredCheckpoint,
  StoredEntry,
  TileFiles,
  TileStore,
  TilesOf,
  WitnessLine,
} from './ports.ts';
export { isPreservationNumber, preservationNumber } from './preservation-number.ts';
export { officeSubject, policyCaseId, registerCaseId } from './register.ts';
export type { Opened, Openings, RowClaim, RowClaims, RowDemand } from './row-claims.ts';
export { Sequencer, type SequencerStep, type ShardCrossing, sequencerSteps } from './sequencer.ts';
export { type Shard, type ShardRow, shardHolding, shardOfHead, shardsOf } from './shards.ts';
export { checkTiles, writeTiles } from './tile-writing.ts';
export { namesTwin, noteTwin, type TwinHeads, twinNoteNames } from './twin-notes.ts';
export type { TwinParts } from './twin-signing.ts';
