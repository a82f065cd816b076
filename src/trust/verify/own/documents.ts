/**
 * Step 3 of judging a package, and the whole of judging one of the house's PDFs alone: its
 * revisions, each of its signatures, and what changed after each, under the strict profile.
 *
 * Everything between the base revision and the last signature is nothing but signature fields in
 * the places the base states; behind it the file ends, or is raised for the long term and ends with
 * a stamp: no byte of the file is free.
 */
import { fromLatin1, indexOf, latin1, toBase64 } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { compareRevisions, openPdf, type PdfFile, readSignatures } from '#formats/pdf';
import type { Findings } from '../report/findings.ts';
import type { Trust } from '../trust.ts';
import { judgeDocumentFaces } from './faces.ts';
import { type JudgedRaise, judgeRaises } from './raises.ts';
import { type JudgedSignature, judgeSignature } from './signature.ts';

const signaturesMax = 32;
const revisionsMax = 64;
const endMark = fromLatin1('%%EOF');
const chainPattern = /startxref\s+\d{1,12}\s+$/;
const chainBytesMax = 40;

/** A state of the document: the first `end` bytes of the file. */
export interface Revision {
  readonly end: number;
  /** base64 */
  readonly sha256: string;
}

/** The word of the list and of the log by which a package names a document. */
export function documentWord(name: string): string | undefined {
  return /^documents\/\d{2}-(.+)\.pdf$/.exec(name)?.[1];
}

export interface JudgedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** base64 */
  readonly sha256: string;
  readonly file: PdfFile | undefined;
  readonly signatures: readonly JudgedSignature[];
  /** What came behind the last signature so that it can be judged decades later, oldest first. */
  readonly raises: readonly JudgedRaise[];
  /** base64, of the document as the last signature left it. */
  readonly signedSha256: string;
  /** The states of the file up to each end mark, oldest first. */
  readonly revisions: readonly Revision[];
}

export interface DocumentContext {
  readonly trust: Trust;
  readonly engine: Engine;
  readonly findings: Findings;
  readonly at: Instant | undefined;
  /** In a package, papers that were only shown are bound by the log and the report. */
  readonly mayBeUnsigned?: boolean;
}

export async function judgeDocument(
  document: { readonly name: string; readonly bytes: Uint8Array },
  context: DocumentContext,
): Promise<JudgedDocument> {
  const { name, bytes } = document;
  const { engine, findings } = context;
  const opened = await findings.triedLater({ code: 'pdf_malformed', part: name }, async () => {
    const file = await openPdf(bytes, engine);
    return { file, found: readSignatures(file) };
  });
  const all = opened?.found.slice(0, signaturesMax) ?? [];
  const found = all.filter(({ kind }) => kind === 'signature');
  const clocks = all.filter(({ kind }) => kind === 'timestamp');
  if (opened !== undefined && found.length === 0 && context.mayBeUnsigned !== true) {
    findings.add('signature_missing', name, 'the document carries no signature');
  }
  if (opened !== undefined && opened.found.length > signaturesMax) {
    findings.add('resource_limit', name, `more than ${signaturesMax} signatures`);
  }
  const revisions = await revisionsOf(bytes, engine);
  const signatures: JudgedSignature[] = [];
  for (const [at, signature] of found.entries()) {
    if (opened === undefined) break;
    const part = `${name}#revision ${at + 2}`;
    const judging = { document: name, file: opened.file, ...context };
    signatures.push(await judgeSignature(signature, part, judging));
  }
  const sha256 = toBase64(await engine.digest('sha256', bytes));
  const end = signatures.at(-1)?.end;
  const signedSha256 = revisions.find((one) => one.end === end)?.sha256 ?? sha256;
  const parts = { ...document, sha256, signedSha256, file: opened?.file, revisions };
  const followed = await followChanges({ ...parts, signatures, raises: [] }, context);
  const raises = await judgeRaises({ ...parts, signatures: followed, clocks }, context);
  const judged = { ...parts, signatures: followed.map((one) => levelled(one, raises)), raises };
  await judgeFrame(judged, context);
  return judged;
}

/** A stamp over a whole state of the file lifts every signature in it. */
function levelled(signature: JudgedSignature, raises: readonly JudgedRaise[]): JudgedSignature {
  if (raises.length === 0) return signature;
  return { ...signature, report: { ...signature.report, level: 'B-LTA' } };
}

/** What each later revision did to the one a signature covers. */
async function followChanges(
  document: JudgedDocument,
  context: DocumentContext,
): Promise<readonly JudgedSignature[]> {
  const signatures: JudgedSignature[] = [];
  for (const signature of document.signatures) {
    const before = document.bytes.subarray(0, signature.end);
    const change = await compareRevisions(before, document.file ?? document.bytes, context.engine);
    for (const { object, what, permitted } of change.changes) {
      if (permitted) continue;
      signature.findings.add('change_forbidden', `${signature.part}/${object}`, what);
    }
    const report = { ...signature.report, changesAfter: change.is };
    signatures.push({ ...signature, report });
  }
  return signatures;
}

/** Signed or stamped to the last byte, and nothing but signatures up to the last of them. */
async function judgeFrame(document: JudgedDocument, context: DocumentContext): Promise<void> {
  const { name, bytes, signatures, raises, revisions, file } = document;
  const last = signatures.at(-1);
  if (last === undefined) return;
  const end = raises.at(-1)?.end ?? last.end;
  if (end !== bytes.length) {
    const detail = `${bytes.length - end} bytes after the last signature`;
    context.findings.add('bytes_uncovered', name, detail);
  }
  const base = revisions[0];
  const signed = raises.length === 0 ? file : await file?.stateAt(last.end);
  if (base === undefined || signed === undefined) return;
  const change = await compareRevisions(bytes.subarray(0, base.end), signed, context.engine);
  await judgeDocumentFaces(
    { name, bytes: signed.bytes, file: signed, signatures },
    { baseEnd: base.end, change },
    context,
  );
  for (const { object, what, permitted } of change.changes) {
    if (!permitted) context.findings.add('change_forbidden', `${name}#${object}`, what);
  }
}

/**
 * A revision ends behind `%%EOF` and the line end that follows it. The mark counts only after
 * `startxref` and its number: a CMap inside a font's stream ends with the same letters.
 */
async function revisionsOf(bytes: Uint8Array, engine: Engine): Promise<readonly Revision[]> {
  const revisions: Revision[] = [];
  let at = indexOf(bytes, endMark);
  while (at >= 0 && revisions.length < revisionsMax) {
    if (!chainPattern.test(latin1(bytes.subarray(Math.max(0, at - chainBytesMax), at)))) {
      at = indexOf(bytes, endMark, at + 1);
      continue;
    }
    let end = at + endMark.length;
    if (bytes[end] === 0x0d) end += 1;
    if (bytes[end] === 0x0a) end += 1;
    const sha256 = toBase64(await engine.digest('sha256', bytes.subarray(0, end)));
    revisions.push({ end, sha256 });
    at = indexOf(bytes, endMark, end);
  }
  return revisions;
}
