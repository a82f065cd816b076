/**
 * Step 7: what the papers of one case say of the case and of each other.
 *
 * The contract that she signed names the sheet she saw, its number and its terms. A house that
 * draws another sheet or another note beside it could else show a court what she never agreed to:
 * no one but the house signs these.
 */

import { fromBase64, toHex } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import type { Findings } from '../report/findings.ts';
import type { Notice } from '../report/report.ts';
import type { JudgedEntries, Placed } from './entries.ts';
import { fieldsOf, headMember, objectIn, type SpeakingPaper, textOf } from './paper-data.ts';

const numbers = ['preservationNumber', 'contractNumber'];
const partyMembers = ['idNumber', 'card', 'code'];

export function judgePaperWords(
  papers: readonly SpeakingPaper[],
  { recorded, placed }: JudgedEntries,
  findings: Findings,
): void {
  judgeAlike(papers, findings);
  judgeNamedPapers(papers, findings);
  judgeNamedHead(papers, placed, findings);
  const first = recorded.find(({ entry }) => entry.seq === 0);
  for (const { document, data } of papers) {
    const told = textOf(data, 'preservationNumber');
    if (told === undefined || first === undefined) continue;
    const own = first.values.get('preservationNumber');
    if (own === undefined) {
      findings.add('paper_not_shown', document.name, `${first.part} does not open the number`);
    } else if (own !== told) {
      findings.add('paper_differs', document.name, 'it is of another case');
    }
  }
}

/** Whatever two papers say under one name they say alike; the first that says it is believed. */
function judgeAlike(papers: readonly SpeakingPaper[], findings: Findings): void {
  const parties = new Set(papers.flatMap(fieldsOf));
  const said = new Map<string, { readonly value: string; readonly by: string }>();
  for (const { document, data } of papers) {
    const hear = (name: string, value: Json | undefined): void => {
      if (typeof value !== 'string' && typeof value !== 'number') return;
      const own = canonical(value);
      const earlier = said.get(name);
      if (earlier === undefined) said.set(name, { value: own, by: document.name });
      else if (earlier.value !== own) {
        findings.add('paper_differs', document.name, `${name} is another in ${earlier.by}`);
      }
    };
    for (const name of numbers) hear(name, data?.[name]);
    for (const party of parties) {
      const told = objectIn(data, party);
      for (const name of partyMembers) hear(`${party}.${name}`, told?.[name]);
      if (told?.['code'] === undefined) hear(`${party}.name`, told?.['name']);
    }
  }
}

/** The sheet that the contract names, and the contract that the note names, are the ones here. */
function judgeNamedPapers(papers: readonly SpeakingPaper[], findings: Findings): void {
  const states = new Set(
    papers.flatMap(({ document: { sha256, revisions } }) =>
      [sha256, ...revisions.map((one) => one.sha256)].map(hexOf),
    ),
  );
  const signed = new Set(papers.map(({ document }) => hexOf(document.signedSha256)));
  for (const { document, data } of papers) {
    const lacks = (name: string, among: ReadonlySet<string>): void => {
      const told = textOf(data, name);
      if (told === undefined || among.has(told)) return;
      findings.add('paper_differs', document.name, `${name} is that of no paper here`);
    };
    lacks('costSheetSha256', states);
    lacks('contractSha256', signed);
  }
}

/**
 * The chain up to the entry that a paper names was there when the paper was drawn: a house that
 * tells the case a second time, from other entries, cannot show it with what she signed.
 */
function judgeNamedHead(
  papers: readonly SpeakingPaper[],
  placed: readonly Placed[],
  findings: Findings,
): void {
  const heads = new Set(
    placed.flatMap(({ place: { prev } }) => (prev === null ? [] : hexOf(prev))),
  );
  for (const { document, data } of papers) {
    const told = textOf(data, headMember);
    if (told === undefined || heads.has(told)) continue;
    findings.add('paper_differs', document.name, `${headMember} is that of no entry here`);
  }
}

/** Where a person signed and nothing that she signed names an entry, each chain would do. */
export function chainsUnnamed(papers: readonly SpeakingPaper[], caseId: string): readonly Notice[] {
  const hers = papers.filter(({ document: { signatures } }) =>
    signatures.some(({ holder }) => holder === 'person'),
  );
  const isNamed = hers.some(({ data }) => textOf(data, headMember) !== undefined);
  return hers.length === 0 || isNamed ? [] : [{ code: 'chain_not_named', detail: caseId }];
}

function hexOf(base64: string): string {
  return toHex(fromBase64(base64));
}
