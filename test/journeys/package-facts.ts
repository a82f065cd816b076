/**
 * Reads back out of a package what people signed: the machine-readable data inside each PDF.
 */
import { nodeEngine } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { type BundleFile, openZip } from '#formats/bundle';
import { openPdf, readAttachments } from '#formats/pdf';

export interface Planned {
  readonly number: number;
  readonly dueOn: string;
  readonly paymentFen: string;
  readonly principalFen: string;
}

interface DocumentData {
  readonly loan: {
    readonly plan: readonly Planned[];
  };
}

/** The data.json attached to a document of a package, named as in `documents/04-note.pdf`. */
export async function dataOf(zip: Uint8Array, kind: string): Promise<DocumentData> {
  const { bytes } = fileOf(zip, new RegExp(`^documents/\\d+-${kind}\\.pdf$`));
  const attachments = await readAttachments(await openPdf(bytes, nodeEngine), nodeEngine);
  const data = attachments.find(({ name }) => name === 'data.json');
  return JSON.parse(fromUtf8(data?.bytes ?? new Uint8Array(0))) as DocumentData;
}

const figures = new Set([
  'regularPaymentFen',
  'lastPaymentFen',
  'totalInterestFen',
  'simplePercent',
  'irrPercent',
]);

/** The figures of issue 2 as a document states them. */
export async function costFacts(zip: Uint8Array, kind: string): Promise<object> {
  const { loan } = await dataOf(zip, kind);
  return Object.fromEntries(Object.entries(loan).filter(([name]) => figures.has(name)));
}

export function fileOf(zip: Uint8Array, name: RegExp): BundleFile {
  const found = openZip(zip).files.find((file) => name.test(file.name));
  if (found === undefined) throw new Error(`no file ${name} in the package`);
  return found;
}
