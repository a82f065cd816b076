/** The file of a back-up, sealed piece by piece: the room's face. */
export { backupFaults } from './faults.ts';
export type { BackupHead, BackupKind, DataKeys } from './head.ts';
export { openBackup, sealBackup } from './sealed-stream.ts';
export {
  printContents,
  printSection,
  readSections,
  type Section,
  type SectionHead,
  type Tally,
} from './sections.ts';
