/** The evidence log: recording facts, sequencing them, proving them, checking all of it. */
export { type EntryType, entryTypes } from '#formats/entry';
export { CaseFile, type FiledCase, type FiledEntry } from './case-file.ts';
export { type EntryDraft, Evidence, type EvidenceParts, type Recorded } from './evidence.ts';
export {
  type Block,
  type BlockRow,
  Explorer,
  type ExplorerStore,
  type ShownEntry,
} from './explorer.ts';
export { evidenceFaults } from './faults.ts';
export {
  type AuditedEntry,
  type FsckFlaw,
  type FsckParts,
  type FsckReport,
  fsck,
  type LogAudit,
} from './fsck.ts';
export {
  type Alarm,
  type AlarmBoard,
  alarmsOf,
  type Heartbeat,
  heartbeatMs,
  type LogPart,
  silentSecondsMax,
} from './heartbeat.ts';
export type { Difference } from './narrowing.ts';
export type {
  Chain,
  CheckpointStore,
  DisclosureKeeper,
  Draft,
  EntryStore,
  LogHead,
  LogLease,
  LogStep,
  LogStore,
  NewEntry,
  PendingEntry,
  SignedHeads,
  StoredCheckpoint,
  StoredEntry,
  TileFiles,
  TileStore,
  WitnessLine,
} from './ports.ts';
export { officeSubject, registerCaseId } from './register.ts';
export type { Opened, Openings, RowClaim, RowClaims, RowDemand } from './row-claims.ts';
export { noteOf, Sequencer, type SequencerParts, type SequencerStep } from './sequencer.ts';
export { checkTiles, writeTiles } from './tile-writing.ts';
