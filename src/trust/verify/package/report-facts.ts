/**
 * Step 7: what the report says of the package is so.
 *
 * People read the report and not the entries. Its pages are the institution's word, set from the
 * data inside it: where these name entries, papers, checkpoint and list, they are those here.
 */
import { fromBase64, fromUtf8, toHex } from '#base/bytes';
import { canonical } from '#base/canonical';
import { ifReadable } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { JsonObject } from '../json.ts';
import { documentWord, type JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { PackageFiles } from './container.ts';
import type { Placed } from './entries.ts';
import { objectIn, readPaper, textOf } from './paper-data.ts';

export async function judgeReportFacts(
  files: PackageFiles,
  judged: {
    readonly report: JudgedDocument;
    readonly documents: readonly JudgedDocument[];
    readonly placed: readonly Placed[];
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
    if (told.join() !== (await Promise.all(own)).join()) add('entries', 'the report tells others');
  }
  for (const row of rowsIn(data, 'documents') ?? []) {
    const own = judged.documents.some(
      ({ name, sha256 }) =>
        documentWord(name) === row['name'] && toHex(fromBase64(sha256)) === row['sha256'],
    );
    if (!own) add('documents', `the report tells of another ${textOf(row, 'name') ?? 'paper'}`);
  }
  judgeHead(objectIn(data, 'checkpoint'), files, add);
  const list = files.named('required-evidence.json');
  const told = textOf(objectIn(data, 'evidenceList'), 'sha256');
  if (told === undefined || list === undefined || told === (await digest(list))) return;
  add('required-evidence.json', 'the report tells of another list');
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
