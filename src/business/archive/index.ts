/** What happened in a case, read from the log, and its evidence package. */
export {
  type PackageMeter,
  type PackageParts,
  type PackageRow,
  type PackageStore,
  Packages,
} from './packages.ts';
export { ReportDesk, type ReportParts, type ReportPress } from './report-desk.ts';
export { Timeline, type TimelineEntry } from './timeline.ts';
