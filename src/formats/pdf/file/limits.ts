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
export const xrefEntriesMax = 500_000;
export const objectNumberMax = 8_388_607; // ISO 32000-1 annex C, table C.1
export const inflatedBytesMax = 64 * 1024 * 1024; // of one stream
export const inflatedBytesTotalMax = 96 * 1024 * 1024; // of all streams decoded of one file
export const pagesMax = 10_000;
export const fieldsMax = 10_000;
export const attachmentsMax = 1_000;
export const graphObjectsMax = 500_000; // visited by one comparison of revisions
export const filtersMax = 8; // of one stream
export const headerBytesMax = 1024; // where a header is looked for, as readers agree on
/** One step is one byte of syntax read, some 20 ns: a second of work for a whole file. */
export const workStepsMax = 60_000_000;
export const objectSteps = 48; // of work for each object, beside its bytes
export const valuesMax = 2_500_000; // read from one file: what is held of each is some 100 bytes
export const visitSteps = 8; // of work for each object that a walk comes by
export const bytesPerScanStep = 8; // looking for a keyword is that much cheaper than reading

/** What it cost to read a part of a file. */
export interface Price {
  readonly steps: number;
  readonly values: number;
}

const nothing: Price = { steps: 0, values: 0 };

/** Counts the work done for one file, so that no shape of it makes a reader hang. */
export class Work {
  #steps = 0;
  #inflated = 0;
  #values = 0;

  spend(steps: number): void {
    this.#steps += steps;
    within(this.#steps, workStepsMax, 'workStepsMax');
  }

  value(steps: number): void {
    this.#values += 1;
    within(this.#values, valuesMax, 'valuesMax');
    this.spend(steps);
  }

  scanned(bytes: number): void {
    this.spend(bytes / bytesPerScanStep);
  }

  /** What was spent since `from`, or at all. */
  spent(from: Price = nothing): Price {
    return { steps: this.#steps - from.steps, values: this.#values - from.values };
  }

  /** Charges for what another has read in this one's place. */
  pay({ steps, values }: Price): void {
    this.#values += values;
    within(this.#values, valuesMax, 'valuesMax');
    this.spend(steps);
  }

  inflated(bytes: number): void {
    this.#inflated += bytes;
    within(this.#inflated, inflatedBytesTotalMax, 'inflatedBytesTotalMax');
  }
}

export function within(value: number, limit: number, name: string): void {
  if (value > limit) throw new Fault('pdf.limit', { limit: name, value });
}
