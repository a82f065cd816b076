/**
 * Step 7: what the report says of the package is so.
 *
 * People read the report and not the entries. Its pages are the institution's word, set from the
 * data inside it: where these name entries, papers, checkpoint and list, they are those here.
 */
import { fromBase64, fromUtf8, toHex } from '#base/bytes';
import { canonical } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { ifReadable } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { JsonObject } from '../json.ts';
import { documentWord, type JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { PackageFiles } from './container.ts';
import type { Placed, Recorded } from './entries.ts';
import { objectIn, readPaper, type SpeakingPaper, textOf } from './paper-data.ts';

export async function judgeReportFacts(
  files: PackageFiles,
  judged: {
    readonly report: JudgedDocument;
    readonly documents: readonly JudgedDocument[];
    readonly recorded: readonly Recorded[];
    readonly placed: readonly Placed[];
    readonly papers: readonly SpeakingPaper[];
  },
  parts: { readonly engine: Engine; readonly findings: Findings },
): Promise<void> {
  const { data } = await readPaper(judged.report, parts);
  const add = (part: string, detail: string): void =>
    parts.findings.add('report_binding_differs', part, detail);
  const digest = async (bytes: Uint8Array) => toHex(await parts.engine.digest('sha256', bytes));
  const entries = rowsIn(data, 'entries');
  if (entries !== undefined) {
    const own = judged.placed.map(
      async ({ bytes, place }) => `${place.seq} ${await digest(bytes)}`,
    );
    const told = entries.map(
      (row) => `${canonical(row['seq'] ?? null)} ${textOf(row, 'sha256') ?? ''}`,
    );
    const isOwn = told.join() === (await Promise.all(own)).join();
    const stated = (row: JsonObject, at: number): boolean =>
      isStated(row, judged.placed[at], judged.recorded);
    if (!isOwn || !entries.every(stated)) add('entries', 'the report tells others');
  }
  for (const row of rowsIn(data, 'documents') ?? []) {
    const own = judged.documents.some(
      ({ name, sha256 }) =>
        documentWord(name) === row['name'] && toHex(fromBase64(sha256)) === row['sha256'],
    );
    if (!own) add('documents', `the report tells of another ${textOf(row, 'name') ?? 'paper'}`);
  }
  judgeSignatures(rowsIn(data, 'signatures'), judged.documents, add);
  judgeNumbers(data, judged, add);
  judgeHead(objectIn(data, 'checkpoint'), files, add);
  const list = files.named('required-evidence.json');
  const told = textOf(objectIn(data, 'evidenceList'), 'sha256');
  if (told === undefined || list === undefined || told === (await digest(list))) return;
  add('required-evidence.json', 'the report tells of another list');
}

/** What happened and when; what a newer program wrote has no kind that is known here. */
function isStated(
  row: JsonObject,
  placed: Placed | undefined,
  recorded: readonly Recorded[],
): boolean {
  if (placed === undefined) return false;
  const type = recorded.find(({ part }) => part === placed.part)?.entry.type;
  const at = formatInstant(placed.place.at);
  return (
    (type ?? row['type']) === (textOf(row, 'type') ?? type ?? row['type']) &&
    (textOf(row, 'at') ?? at) === at
  );
}

/** Who signed in which field and when: as many lines as there are signatures, and each is so. */
function judgeSignatures(
  rows: readonly JsonObject[] | undefined,
  documents: readonly JudgedDocument[],
  add: (part: string, detail: string) => void,
): void {
  const own = documents.flatMap(({ signatures }) => signatures);
  if (rows === undefined) return;
  const isOne = (row: JsonObject): boolean =>
    own.some(
      ({ report }) =>
        report.field === row['field'] &&
        (textOf(row, 'signer') ?? report.signer) === report.signer &&
        (textOf(row, 'signedAt') ?? report.signedAt) === report.signedAt,
    );
  if (rows.length !== own.length) add('signatures', 'the report tells of more or fewer');
  if (!rows.every(isOne)) add('signatures', 'the report tells of others');
}

/** Of which case it is. */
function judgeNumbers(
  data: JsonObject | undefined,
  { recorded, papers }: { recorded: readonly Recorded[]; papers: readonly SpeakingPaper[] },
  add: (part: string, detail: string) => void,
): void {
  const first = recorded.find(({ entry }) => entry.seq === 0)?.values;
  const contract = papers.find((paper) => textOf(paper.data, 'contractNumber') !== undefined);
  const numbers = [
    [textOf(data, 'preservationNumber'), first?.get('preservationNumber')],
    [textOf(objectIn(data, 'case'), 'contractNumber'), textOf(contract?.data, 'contractNumber')],
  ];
  for (const [told, own] of numbers) {
    if (told === undefined || own === undefined || told === own) continue;
    add('report.pdf', `it is a report of ${canonical(told)}`);
  }
}

function judgeHead(
  told: JsonObject | undefined,
  files: PackageFiles,
  add: (part: string, detail: string) => void,
): void {
  const note = files.named('checkpoint.txt');
  if (told === undefined || note === undefined) return;
  // What is not text is named by the step that reads the checkpoint.
  const own = ifReadable(() => fromUtf8(note).split('\n'));
  if (own === undefined) return;
  const [origin, size, root = ''] = own;
  const isOwn =
    told['origin'] === origin &&
    canonical(told['size'] ?? null) === size &&
    told['root'] === ifReadable(() => toHex(fromBase64(root)));
  if (!isOwn) add('checkpoint.txt', 'the report tells of another head');
}

function rowsIn(data: JsonObject | undefined, name: string): readonly JsonObject[] | undefined {
  const rows = data?.[name];
  if (!Array.isArray(rows)) return undefined;
  return rows.map((row) => objectIn({ row }, 'row') ?? {});
}
