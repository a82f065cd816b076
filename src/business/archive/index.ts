/** What happened in a case, read from the log, and its evidence package. */
export type { EnvironmentShelf, PackagePapers } from './beside.ts';
export { type CaseSlotParts, CaseSlots } from './case-slots.ts';
export {
  type BuiltPackage,
  DepositArchive,
  type DepositArchiveParts,
  type DepositPackages,
  type ShownRecord,
} from './deposit-archive.ts';
export { type Dossier, type DossierParts, Dossiers } from './dossier.ts';
export {
  type CheckedOriginal,
  type OriginalParts,
  type OriginalRows,
  Originals,
  recheckSecondsMax,
} from './originals.ts';
export {
  type PackageMeter,
  type PackageParts,
  type PackageRow,
  type PackageStore,
  Packages,
} from './packages.ts';
export {
  ReportDesk,
  type ReportParts,
  type ReportPress,
  type ReportSubject,
} from './report-desk.ts';
export { Timeline, type TimelineEntry } from './timeline.ts';
export {
  type Reference,
  type ReferenceRows,
  type Trace,
  type TraceParts,
  type TraceStep,
  Traces,
} from './trace.ts';
