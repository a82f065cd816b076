/**
 * Step 8: is the record whole? Against the list that was fixed before she signed.
 *
 * required-evidence.json is dated data. Its digest stands in entry 0 and in the contract's data,
 * so the producer cannot shorten it afterwards; the case seal says how many entries there are.
 */
import { toBase64, toHex } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { type EntryType, sealOf } from '#formats/entry';
import { readAttachments } from '#formats/pdf';
import { arrayIn, type JsonObject, objectOf, readJson, textIn, wholeIn } from '../json.ts';
import type { JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { PackageFiles } from './container.ts';
import type { Recorded } from './entries.ts';

const listName = 'required-evidence.json';

interface Parts {
  readonly engine: Engine;
  readonly findings: Findings;
}

interface Judged {
  readonly documents: readonly JudgedDocument[];
  readonly recorded: readonly Recorded[];
}

/** One line of the list: how many entries of a type, or a document with these signature fields. */
interface Demand {
  readonly title: string;
  /** Does not bind an application that was refused. */
  readonly approvedOnly: boolean;
  readonly met: (judged: Judged) => boolean;
}

/** The titles of what is missing; each is a finding as well. */
export async function judgeCompleteness(
  files: PackageFiles,
  judged: Judged,
  parts: Parts,
): Promise<readonly string[]> {
  judgeSeal(judged.recorded, parts.findings);
  const bytes = files.named(listName);
  if (bytes === undefined) return [listName];
  await judgeListFixed(bytes, judged, parts);
  const flaw = { code: 'required_list_malformed', part: listName } as const;
  const demands = parts.findings.tried(flaw, () => readDemands(objectOf(readJson(bytes))));
  if (demands === undefined) return [listName];
  const refused = endsInRefusal(judged.recorded);
  const missing = demands
    .filter(({ met, approvedOnly }) => !(refused && approvedOnly) && !met(judged))
    .map(({ title }) => title);
  if (missing.length > 0) parts.findings.add('evidence_missing', listName, missing.join(', '));
  return missing;
}

/** Without a seal behind the last entry nobody can tell that the last ones were not left out. */
function judgeSeal(recorded: readonly Recorded[], findings: Findings): void {
  const last = recorded.at(-1);
  if (last === undefined || sealOf(last.entry) !== undefined) return;
  findings.add('case_not_sealed', last.part, 'the last entry is no case.sealed');
}

/** The list must be the one of entry 0 and of the contract that she signed. */
async function judgeListFixed(bytes: Uint8Array, judged: Judged, parts: Parts): Promise<void> {
  const digest = await parts.engine.digest('sha256', bytes);
  const add = (part: string, detail: string): void =>
    parts.findings.add('required_list_differs', part, detail);
  const first = judged.recorded[0];
  if (!first?.entry.of.some(({ sha256 }) => sha256 === toBase64(digest))) {
    add(first?.part ?? listName, 'the first entry names another list, or none');
  }
  const named: JudgedDocument[] = [];
  for (const document of judged.documents) {
    const sha256 = await listNamedIn(document, parts);
    if (sha256 === undefined) continue;
    named.push(document);
    if (sha256 !== toHex(digest)) add(document.name, 'the document names another list');
  }
  // What the institution seals alone it can seal again with a shorter list.
  const fixed = named.some(({ signatures }) =>
    signatures.some(({ holder }) => holder === 'person'),
  );
  if (!fixed && !endsInRefusal(judged.recorded)) {
    add(listName, 'no document that a person signed names the list');
  }
}

/** `evidenceList.sha256` of the data attached to a document, where it has one. */
async function listNamedIn(document: JudgedDocument, parts: Parts): Promise<string | undefined> {
  const { file, name } = document;
  if (file === undefined) return undefined;
  const flaw = { code: 'pdf_malformed', part: name } as const;
  return parts.findings.triedLater(flaw, async () => {
    const attachments = await readAttachments(file, parts.engine);
    const data = attachments.find((attachment) => attachment.name === 'data.json');
    if (data === undefined) return undefined;
    const fields = objectOf(readJson(data.bytes));
    if (!('evidenceList' in fields)) return undefined;
    return textIn(objectOf(fields['evidenceList']), 'sha256');
  });
}

/** `{ entries: [{ type, min, when?, title }], documents: [{ name, fields, when?, title }] }`. */
function readDemands(list: JsonObject): readonly Demand[] {
  const entries = arrayIn(list, 'entries')
    .map(objectOf)
    .map((line): Demand => {
      const type = textIn(line, 'type');
      const least = 'min' in line ? wholeIn(line, 'min') : 1;
      const held = ({ recorded }: Judged): number =>
        recorded.filter(({ entry }) => entry.type === type).length;
      const met = (judged: Judged): boolean => held(judged) >= least;
      return { title: titleOf(line, type), approvedOnly: isApprovedOnly(line), met };
    });
  const documents = arrayIn(list, 'documents')
    .map(objectOf)
    .map((line): Demand => {
      const name = textIn(line, 'name');
      const wanted = arrayIn(line, 'fields').map((field) => textIn({ field }, 'field'));
      return {
        title: titleOf(line, name),
        approvedOnly: isApprovedOnly(line),
        met: ({ documents: held }) =>
          held.some(
            (document) =>
              document.name.endsWith(`-${name}.pdf`) &&
              wanted.every((field) => document.signatures.some((s) => s.report.field === field)),
          ),
      };
    });
  return [...entries, ...documents];
}

/** What a person asked and was told about her own information; it carries no case on. */
const asides: readonly EntryType[] = [
  'consent.signed',
  'consent.withdrawn',
  'rights.requested',
  'rights.answered',
  'value.corrected',
  'processing.restricted',
  'hold.placed',
  'hold.lifted',
  'unmask.granted',
  'breakglass.opened',
  'breakglass.reviewed',
  'case.sealed',
];

/**
 * The application was refused and nothing followed. A case that went on is no refused one, whatever
 * some entry of it says.
 */
function endsInRefusal(recorded: readonly Recorded[]): boolean {
  const facts = recorded.filter(({ entry }) => !asides.includes(entry.type));
  const last = facts.at(-1);
  return last?.entry.type === 'risk.decided' && last.values.get('decision') === 'refused';
}

function isApprovedOnly(line: JsonObject): boolean {
  return 'when' in line && textIn(line, 'when') === 'approved';
}

function titleOf(line: JsonObject, otherwise: string): string {
  return 'title' in line ? textIn(line, 'title') : otherwise;
}
