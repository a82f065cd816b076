/** ZIP archives as anybody writes them (APPNOTE 6.3.10), read with limits, and plainly written. */

export { zipFaults } from './faults.ts';
export type { Archive, ArchiveFile } from './reader.ts';
export { openArchive } from './reader.ts';
export { writeArchive } from './writer.ts';
