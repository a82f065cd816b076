/**
 * Signed papers that the log knows and the package does not hold.
 *
 * What was left out nobody can read here: an amendment that she signed and the house would rather
 * not show. The log has the digest of every revision that a signature made, so each is named.
 */
import type { JudgedDocument } from '../own/documents.ts';
import type { Notice } from '../report/report.ts';
import type { Recorded } from './entries.ts';

export function papersLeftOut(
  documents: readonly JudgedDocument[],
  recorded: readonly Recorded[],
): readonly Notice[] {
  const held = new Set(
    documents.flatMap(({ sha256, revisions }) => [sha256, ...revisions.map((one) => one.sha256)]),
  );
  return recorded
    .filter(({ entry }) => entry.type === 'seal.done')
    .filter(({ entry }) => entry.of.every((one) => !held.has(one.sha256)))
    .map(({ part }) => ({ code: 'paper_left_out', detail: part }));
}
