/**
 * Facts that only a party outside can know stand on that party's own signed word (在线诉讼规则 18).
 *
 * Which kind of entry needs whose word, of which kind, about which document and with which
 * commitments is a table: a record of a payment without the bank's receipt, or with the receipt of
 * another case, proves nothing.
 */
import type { Json } from '#base/canonical';
import type { EntryType } from '#formats/entry';
import type { JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { Recorded } from './entries.ts';

interface Word {
  readonly by: string;
  readonly kind: string;
  /** The only result with which the fact holds. */
  readonly result?: string;
  /** The member of the statement that names a document of the package by its SHA-256. */
  readonly names?: string;
}

const words: Partial<Record<EntryType, Word>> = {
  'identity.checked': { by: 'identity', kind: 'identity.four_element' },
  'intent.confirmed': { by: 'sms', kind: 'sms.intent' },
  'credit.queried': { by: 'bureau', kind: 'bureau.report', names: 'authorisation' },
  'payment.authorised': {
    by: 'core-banking',
    kind: 'core-banking.payment_password',
    result: 'accepted',
  },
  disbursed: { by: 'core-banking', kind: 'core-banking.disbursement', names: 'contract' },
  repaid: { by: 'core-banking', kind: 'core-banking.repayment' },
};

export function judgeOutsideWords(
  recorded: readonly Recorded[],
  documents: readonly JudgedDocument[],
  findings: Findings,
): void {
  const application = recorded.find(({ entry }) => entry.type === 'application.received');
  for (const one of recorded) {
    const word = words[one.entry.type];
    if (word === undefined) continue;
    const wrong = wrongWord(one, word, { application, documents });
    if (wrong !== undefined) findings.add('outside_word_wrong', one.part, wrong);
  }
}

function wrongWord(
  one: Recorded,
  word: Word,
  held: { application: Recorded | undefined; documents: readonly JudgedDocument[] },
): string | undefined {
  const { att } = one.entry;
  if (att === undefined || !one.attested) return `no signed statement of ${word.by}`;
  const { statement } = att;
  if (att.by !== word.by || statement['kind'] !== word.kind) {
    return `another statement by ${att.by}, not ${word.kind} by ${word.by}`;
  }
  if (word.result !== undefined && statement['result'] !== word.result) {
    return `the result is not ${word.result}`;
  }
  const named = word.names === undefined ? undefined : statement[word.names];
  if (word.names !== undefined && held.documents.every(({ sha256 }) => sha256 !== named)) {
    return `${word.names} is no document of this package`;
  }
  return otherCommitment(one, statement['commitments'], held.application);
}

/** A commitment of the statement that this case opens as another one speaks of somebody else. */
function otherCommitment(
  one: Recorded,
  stated: Json | undefined,
  application: Recorded | undefined,
): string | undefined {
  if (typeof stated !== 'object' || stated === null || Array.isArray(stated)) return undefined;
  for (const [name, digest] of Object.entries(stated)) {
    const own = one.commitments.get(name) ?? application?.commitments.get(name);
    if (own !== undefined && own !== digest) return `its ${name} is not that of this case`;
  }
  return undefined;
}
