/**
 * What a PDF may cost before it is refused with pdf.limit.
 *
 * The figures are far above what a contract needs and far below what stops a process: a reader of
 * evidence is handed hostile files and must answer within seconds.
 */
import { Fault } from '#base/fault';

export const pdfBytesMax = 50 * 1024 * 1024;
export const depthMax = 64;
export const xrefSectionsMax = 512;
export const xrefEntriesMax = 1_000_000;
export const objectNumberMax = 8_388_607; // ISO 32000-1 annex C, table C.1
export const inflatedBytesMax = 64 * 1024 * 1024; // of one stream
export const inflatedBytesTotalMax = 128 * 1024 * 1024; // of all object streams of a file
export const pagesMax = 10_000;
export const fieldsMax = 10_000;
export const attachmentsMax = 1_000;
export const graphObjectsMax = 500_000; // visited by one comparison of revisions

export function within(value: number, limit: number, name: string): void {
  if (value > limit) throw new Fault('pdf.limit', { limit: name, value });
}
