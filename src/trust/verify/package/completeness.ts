/**
 * Step 8: is the record whole? Against the list that was fixed before she signed.
 *
 * required-evidence.json is dated data. Its digest stands in entry 0 and in the contract's data,
 * so the producer cannot shorten it afterwards; the case seal says how many entries there are.
 */
import { toBase64, toHex } from '#base/bytes';
import { canonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  addedSlotsIn,
  type EntryType,
  fillSlots,
  readSlots,
  type SlotDocument,
  type SlotLine,
  type SlotState,
  type SourceMix,
  sealOf,
  slotDigest,
  sourceMix,
} from '#formats/entry';
import { arrayIn, objectOf, readJson, textIn } from '../json.ts';
import { documentWord, type JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { PackageFiles } from './container.ts';
import { isDeposit } from './deposited.ts';
import type { Recorded } from './entries.ts';
import type { SpeakingPaper } from './paper-data.ts';

const listName = 'required-evidence.json';
const slotsName = 'slots.json';

interface Parts {
  readonly engine: Engine;
  readonly findings: Findings;
}

interface Judged {
  readonly documents: readonly JudgedDocument[];
  readonly papers: readonly SpeakingPaper[];
  readonly recorded: readonly Recorded[];
}

/** What a chain lacks, and from how far away what it holds is vouched for. */
interface Completeness {
  /** Titles; each is a finding as well. */
  readonly missing: readonly string[];
  readonly sources?: SourceMix;
}

export async function judgeCompleteness(
  files: PackageFiles,
  judged: Judged,
  parts: Parts,
): Promise<Completeness> {
  judgeSeal(judged.recorded, parts.findings);
  const bytes = files.named(listName);
  if (bytes === undefined) return { missing: [listName] };
  await judgeListFixed(bytes, judged, parts);
  const listed = linesOf(bytes, parts.findings);
  if (listed === undefined) return { missing: [listName] };
  const added = addedLines(files, listed.length, parts.findings) ?? [];
  const lines = [...listed, ...added];
  const states = await statesOf(lines, judged, parts.engine);
  await judgeSlots(files, { ...judged, lines, added }, parts);
  const isRefused = endsInRefusal(judged.recorded);
  const missing = states
    .filter(({ isMet, line }) => !isMet && !(isRefused && line.approvedOnly))
    .filter(({ absent }) => absent !== 'explained')
    .map(({ line }) => line.title);
  if (missing.length > 0)
    parts.findings.addUnstated('evidence_missing', listName, missing.join(', '));
  // A word whose signature fails stands for nothing.
  const vouched = judged.recorded.map(({ entry: { att, ...entry }, hash, attested }) => ({
    entry: attested && att !== undefined ? { ...entry, att } : entry,
    hash,
  }));
  return { missing, sources: sourceMix(states, vouched) };
}

/** A type that nobody knows here may be one of the version that a newer entry was written in. */
function linesOf(bytes: Uint8Array, findings: Findings): readonly SlotLine[] | undefined {
  try {
    return readSlots(bytes);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { why } = thrown.details;
    const add = why === 'type' ? 'addUnstated' : 'add';
    findings[add]('required_list_malformed', listName, `${thrown.code} why=${String(why)}`);
    return undefined;
  }
}

function statesOf(
  lines: readonly SlotLine[],
  { documents, recorded }: Judged,
  engine: Engine,
): Promise<readonly SlotState[]> {
  const held = {
    entries: recorded.map(({ entry }) => entry),
    documents: documents.map(slotDocument),
    isRefused: endsInRefusal(recorded),
  };
  return fillSlots(lines, held, engine);
}

function slotDocument(document: JudgedDocument): SlotDocument {
  const { name, sha256, revisions, signatures } = document;
  const word = documentWord(name) ?? '';
  const digests = new Set([...revisions.map((one) => one.sha256), sha256]);
  return {
    name: word,
    revisions: [...digests],
    fields: signatures.map(({ report }) => report.field),
  };
}

/** Slots that entries brought later: `slots.json` opens them, the entries name their digests. */
function addedLines(
  files: PackageFiles,
  listed: number,
  findings: Findings,
): readonly SlotLine[] | undefined {
  const bytes = files.named(slotsName);
  if (bytes === undefined) return undefined;
  const flaw = { code: 'slots_differ', part: slotsName } as const;
  return findings.tried(flaw, () => addedSlotsIn(bytes, listed));
}

/**
 * What the seal names as the slots of the case must be what the entries before it make of them: no
 * slot filled that is empty, none left out that was added.
 */
async function judgeSlots(
  files: PackageFiles,
  judged: Judged & { readonly lines: readonly SlotLine[]; readonly added: readonly SlotLine[] },
  { engine, findings }: Parts,
): Promise<void> {
  const add = (detail: string): void => findings.addUnstated('slots_differ', slotsName, detail);
  const bytes = files.named(slotsName);
  const seal = judged.recorded.at(-1)?.entry;
  const named = seal?.of.find(({ name }) => name === 'slots')?.sha256;
  if (seal?.type === 'case.closed' && named === undefined) add('a closed case names no slots');
  if (named === undefined && bytes === undefined) return judgeAdded(judged, engine, add);
  if (bytes === undefined) return add('the seal names slots that are not here');
  if (named !== toBase64(await engine.digest('sha256', bytes)))
    return add('another file is sealed');
  const before = judged.recorded.slice(0, -1);
  const states = await statesOf(judged.lines, { ...judged, recorded: before }, engine);
  const fields = findings.tried({ code: 'slots_differ', part: slotsName }, () =>
    objectOf(readJson(bytes)),
  );
  const told = findings.tried({ code: 'slots_differ', part: slotsName }, () =>
    arrayIn(fields ?? {}, 'slots').map(objectOf),
  );
  const list = await engine.digest('sha256', files.named(listName) ?? new Uint8Array());
  if (fields?.['list'] !== toBase64(list)) add('made from another list');
  for (const [at, { line, filled, absent }] of states.entries()) {
    const one = told?.[at];
    const isSame =
      one?.['slot'] === line.slot &&
      one['title'] === line.title &&
      canonical(one['line'] ?? null) === canonical(line.line) &&
      canonical(one['filled'] ?? null) === canonical([...filled]) &&
      'absent' in one === (absent !== undefined);
    if (!isSame) add(`${line.slot} is not as the entries say`);
    const isEmpty = absent === 'not_reached' || one?.['absent'] === 'not_reached';
    if (seal?.type === 'case.closed' && isEmpty) add(`${line.slot} is empty`);
  }
  if (told?.length !== states.length) add('another number of slots');
  return judgeAdded(judged, engine, add);
}

/**
 * Behind the list stand the lines that `slot.added` brought, in the order of those entries: what
 * was asked for is not forgotten, and nothing is asked for that no entry brought.
 */
async function judgeAdded(
  { recorded, added }: Judged & { readonly added: readonly SlotLine[] },
  engine: Engine,
  add: (detail: string) => void,
): Promise<void> {
  const brought = recorded.filter(({ entry }) => entry.type === 'slot.added');
  for (const [at, { entry, part }] of brought.entries()) {
    const line = added[at];
    const named = entry.of.find(({ name }) => name === `slot/${line?.slot}`);
    const isIts = line !== undefined && named?.sha256 === (await slotDigest(line, engine));
    if (!isIts) add(`${part} brought a slot that does not stand in its place`);
  }
  for (const { slot } of added.slice(brought.length)) add(`${slot} was brought by no entry`);
}

/** Without a seal behind the last entry nobody can tell that the last ones were not left out. */
function judgeSeal(recorded: readonly Recorded[], findings: Findings): void {
  const last = recorded.at(-1);
  if (last === undefined || sealOf(last.entry) !== undefined) return;
  findings.addUnstated('case_not_sealed', last.part, 'the last entry is no case.sealed');
}

/** The list must be the one of entry 0 and of the contract that she signed. */
async function judgeListFixed(bytes: Uint8Array, judged: Judged, parts: Parts): Promise<void> {
  const digest = await parts.engine.digest('sha256', bytes);
  const add = (part: string, detail: string): void =>
    parts.findings.add('required_list_differs', part, detail);
  // The first that was read may not be entry 0, which then a newer program wrote.
  const first = judged.recorded.find(({ entry }) => entry.seq === 0);
  // Under this one name: an entry that named two lists would let the house choose later.
  const fixedBy = first?.entry.of.find(({ name }) => name === 'required-evidence');
  if (fixedBy?.sha256 !== toBase64(digest)) {
    const detail = 'the first entry names another list, or none';
    parts.findings.addUnstated('required_list_differs', first?.part ?? listName, detail);
  }
  const named: JudgedDocument[] = [];
  for (const paper of judged.papers) {
    const { document } = paper;
    const sha256 = listNamedIn(paper, parts);
    if (sha256 === undefined) continue;
    named.push(document);
    if (sha256 !== toHex(digest)) add(document.name, 'the document names another list');
  }
  // What the institution seals alone it can seal again with a shorter list.
  const fixed = named.some(({ signatures }) =>
    signatures.some(({ holder }) => holder === 'person'),
  );
  // A deposit has no contract here: its list stands in its first entry, which the log fixes.
  if (fixed || endsInRefusal(judged.recorded) || isDeposit(judged.recorded)) return;
  const detail = 'no document that a person signed names the list';
  // Whether it is a deposit the first entry says.
  if (first === undefined) parts.findings.addUnstated('required_list_differs', listName, detail);
  else add(listName, detail);
}

/** `evidenceList.sha256` of the data attached to a document, where it has one. */
function listNamedIn({ document, data }: SpeakingPaper, { findings }: Parts): string | undefined {
  if (data === undefined || !('evidenceList' in data)) return undefined;
  return findings.tried({ code: 'pdf_malformed', part: document.name }, () =>
    textIn(objectOf(data['evidenceList']), 'sha256'),
  );
}

/** Who was refused gave no password and got no money: a refusal behind these excuses nothing. */
const ofAnApproval = /^(?:note\.confirmed|payment\.authorised|disbursed|repaid|right\..+)$/;

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
  if (recorded.some(({ entry }) => ofAnApproval.test(entry.type))) return false;
  const facts = recorded.filter(({ entry }) => !asides.includes(entry.type));
  const last = facts.at(-1);
  return last?.entry.type === 'risk.decided' && last.values.get('decision') === 'refused';
}
