/**
 * Step 7: the paper she confirmed is the paper that is here.
 *
 * What she read and confirmed is stated by its word and the digest of the state she saw. A house
 * that drafted two sheets of costs could else show the court the other one: the log knows both.
 */
import { fromBase64, toHex } from '#base/bytes';
import type { EntryType } from '#formats/entry';
import { documentWord, type JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { Recorded } from './entries.ts';

/** She read or confirmed a paper. */
export const confirming: readonly EntryType[] = [
  'reading.completed',
  'sheet.confirmed',
  'note.confirmed',
  'clause.confirmed',
];

/** Of each kind and paper the last word counts; of which paper it is must be open to read. */
export function judgeConfirmed(
  documents: readonly JudgedDocument[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  for (const { entry, values, part } of recorded) {
    const isShown =
      values.size === entry.sd.length || (values.has('document') && values.has('base'));
    if (isShown || !confirming.includes(entry.type)) continue;
    findings.add('paper_not_shown', part, 'which paper was confirmed is not opened');
  }
  for (const { name, sha256, revisions } of documents) {
    const word = documentWord(name);
    const states = [sha256, ...revisions.map((revision) => revision.sha256)].map((one) =>
      toHex(fromBase64(one)),
    );
    for (const type of confirming) {
      const last = recorded.findLast(
        ({ entry, values }) =>
          entry.type === type && values.get('document') === word && values.has('base'),
      );
      const base = last?.values.get('base');
      if (last === undefined || states.some((state) => state === base)) continue;
      findings.add('document_not_logged', name, `${last.part} confirms another state`);
    }
  }
}
