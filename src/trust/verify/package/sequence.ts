/**
 * Step 7: what she read and confirmed stands before what she signed, and what the contract names as
 * the end of the chain before what was drawn from it.
 *
 * A house that forgot to show her the clauses, or that would rather not have, could else write
 * afterwards that she read them: each record is its own word, but its place in the chain is not.
 */
import { fromBase64, toHex } from '#base/bytes';
import { canonical } from '#base/canonical';
import type { EntryType } from '#formats/entry';
import { documentWord, type JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import { confirming } from './confirmed.ts';
import type { Recorded } from './entries.ts';
import { headMember, type SpeakingPaper, textOf } from './paper-data.ts';

/** What stands in a case before its contract is drawn: it cannot come behind the named end. */
const grounds: readonly EntryType[] = [
  'application.received',
  'identity.checked',
  'credit.queried',
  'risk.decided',
  'intent.confirmed',
  'certificate.issued',
  'seal.done',
];

const agreeing: readonly EntryType[] = ['consent.signed', 'consent.withdrawn'];

export function judgeSequence(
  papers: readonly SpeakingPaper[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  const signed: Recorded[] = [];
  for (const paper of papers) {
    const first = firstSigned(paper.document, recorded);
    if (first !== undefined) {
      signed.push(first);
      judgeBefore(paper.document, { first, recorded }, findings);
    }
    judgeHeadNear(paper, recorded, findings);
  }
  judgeAgreed(signed, recorded, findings);
}

/** The entry of the first signature that a person gave this paper, or of a later one. */
function firstSigned(
  { signatures, revisions }: JudgedDocument,
  recorded: readonly Recorded[],
): Recorded | undefined {
  const hers = signatures.find(({ holder }) => holder === 'person');
  if (hers === undefined) return undefined;
  const made = revisions.filter(({ end }) => end >= hers.end);
  return recorded.find(({ entry }) => entry.type === 'seal.done' && namesOne(entry.of, made));
}

/** Who had not agreed to sign in this way, or did no longer, has not signed (电子签名法 3). */
function judgeAgreed(
  signed: readonly Recorded[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  const words = recorded.filter(
    ({ entry, values }) =>
      agreeing.includes(entry.type) && values.get('kind') === 'esign-agreement',
  );
  for (const { entry, part } of words.length === 0 ? [] : signed) {
    const last = words.findLast((one) => one.entry.seq < entry.seq);
    const isAgreed =
      last?.entry.type === 'consent.signed' && last.values.get('decision') === 'accepted';
    if (isAgreed) continue;
    findings.add('entry_out_of_place', part, 'no agreement to sign electronically was in force');
  }
}

/** Of each kind and clause the first word on this paper comes before a person signed it. */
function judgeBefore(
  document: JudgedDocument,
  { first, recorded }: { readonly first: Recorded; readonly recorded: readonly Recorded[] },
  findings: Findings,
): void {
  const word = documentWord(document.name);
  const states = document.revisions.map(({ sha256 }) => toHex(fromBase64(sha256)));
  const known = new Set<string>();
  for (const { entry, values, part } of recorded) {
    const base = values.get('base');
    const isOfIt = values.get('document') === word && states.some((state) => state === base);
    if (!isOfIt || !confirming.includes(entry.type)) continue;
    const what = `${entry.type} ${canonical(values.get('clause') ?? null)}`;
    if (entry.seq > first.entry.seq && !known.has(what)) {
      findings.add('entry_out_of_place', part, `${first.part} signs what this confirms`);
    }
    known.add(what);
  }
}

/** Between the entry that a paper names as the last and what drew it nothing was decided. */
function judgeHeadNear(
  { document, data }: SpeakingPaper,
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  const told = textOf(data, headMember);
  const head = recorded.find(({ hash }) => toHex(fromBase64(hash)) === told);
  const drawn = recorded.find(({ entry }) => namesOne(entry.of, document.revisions));
  if (head === undefined || drawn === undefined) return;
  const [from, to] = [head.entry.seq, drawn.entry.seq];
  const late = recorded.find(
    ({ entry: { seq, type } }) => seq > from && seq < to && grounds.includes(type),
  );
  if (to > from && late === undefined) return;
  const detail = `it names ${head.part} as the last, behind which stands ${(late ?? drawn).part}`;
  findings.add('paper_differs', document.name, detail);
}

function namesOne(
  of: readonly { readonly sha256: string }[],
  states: readonly { readonly sha256: string }[],
): boolean {
  return of.some(({ sha256 }) => states.some((state) => state.sha256 === sha256));
}
