/**
 * Strict: what each signature shows on the page stands where the base revision says, in our means.
 *
 * The base is the first revision, whose bytes she confirmed; it states its places in its attached
 * data. A flaw belongs to the signature whose field shows it, or to the file where none does.
 */
import type { Engine } from '#formats/crypto';
import { type compareRevisions, judgeFaces, type PdfFile } from '#formats/pdf';
import type { Findings } from '../report/findings.ts';
import type { JudgedSignature } from './signature.ts';

export interface FacedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly file: PdfFile;
  readonly signatures: readonly JudgedSignature[];
}

/** `change` is what the file did to its first revision, which ends at `baseEnd`. */
export async function judgeDocumentFaces(
  document: FacedDocument,
  since: {
    readonly baseEnd: number;
    readonly change: Awaited<ReturnType<typeof compareRevisions>>;
  },
  context: { readonly engine: Engine; readonly findings: Findings },
): Promise<void> {
  const { name, bytes, file, signatures } = document;
  const { baseEnd, change } = since;
  const base = bytes.subarray(0, baseEnd);
  const flaws = await judgeFaces({ base, later: file, change }, context.engine);
  for (const { because, field, object, detail } of flaws) {
    const owner = signatures.find(({ report }) => report.field === field);
    const place = object === undefined ? field : `object ${object}`;
    const part = owner === undefined ? `${name}#${place}` : `${owner.part}/${place}`;
    (owner?.findings ?? context.findings).add(`face_${because}`, part, detail);
  }
  if (change.is === 'forbidden') return;
  // Signed in its first revision, or under a name of another field: nothing was stated before.
  for (const { findings, part, report } of signatures) {
    if (change.fields.includes(report.field)) continue;
    findings.add('face_out_of_place', part, 'no face since the base revision');
  }
}
