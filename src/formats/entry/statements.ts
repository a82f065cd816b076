/**
 * The one rule by which the word of a party outside comes into a case: which kind of statement may
 * be signed by whom, in which kind of entry it stands, which members it has, and from when to when.
 *
 * The house asks before it records, a verifier asks again from the file alone. A statement that a
 * third party submits by itself (`statement.received`) besides names the case and an entry of it
 * that the party had seen, so that it can be moved into no other case and to no earlier place.
 */
import type { Json } from '#base/canonical';
import { type Instant, parseInstant } from '#base/clock';
import type { Attestation, Statement } from './attestation.ts';
import type { EntryType } from './entry-types.ts';

/** 自证, 他证, 鉴定, 公证. */
export type SourceClass = 'self' | 'third-party' | 'forensic' | 'notarised';

/** What one kind of statement is. */
export interface StatementRule {
  readonly kind: string;
  /** The name of the key that may sign it. */
  readonly by: string;
  /** The entries it may stand in. */
  readonly types: readonly EntryType[];
  readonly members: readonly string[];
  /** How far the party stands from those who would win by it. */
  readonly source: Exclude<SourceClass, 'self'>;
  /** The only result with which the fact holds. */
  readonly result?: string;
  /** The member that names a document of the case by its SHA-256. */
  readonly names?: string;
  readonly from: string;
  /** Null: in force. */
  readonly to: string | null;
}

const inForce = { from: '2026-01-01T00:00:00.000+08:00', to: null } as const;
const ownWords = ['id', 'case', 'seen', 'at', 'clock'];
const optional = ['simulator', 'enrolment'];

/** What a party submits by itself. */
function own(kind: string, by: string, members: readonly string[]): StatementRule {
  return {
    kind,
    by,
    types: ['statement.received'],
    members: [...ownWords, ...members],
    source: 'third-party',
    ...inForce,
  };
}

/** What an institution states whose office it is to examine or to certify. */
function office(
  kind: string,
  rule: { by: string; source: 'forensic' | 'notarised'; members: readonly string[] },
): StatementRule {
  const { by, source, members } = rule;
  return { ...own(kind, by, members), types: ['opinion.received'], source };
}

export const statementRules: readonly StatementRule[] = [
  {
    kind: 'identity.four_element',
    by: 'identity',
    types: ['identity.checked'],
    members: ['result', 'commitments'],
    source: 'third-party',
    ...inForce,
  },
  {
    kind: 'sms.intent',
    by: 'sms',
    types: ['intent.confirmed'],
    members: ['intent', 'phone', 'documents', 'at'],
    source: 'third-party',
    ...inForce,
  },
  {
    kind: 'bureau.report',
    by: 'bureau',
    types: ['credit.queried'],
    members: ['request', 'authorisation', 'commitments', 'at', 'clock'],
    source: 'third-party',
    names: 'authorisation',
    ...inForce,
  },
  {
    kind: 'core-banking.payment_password',
    by: 'core-banking',
    types: ['payment.authorised'],
    members: ['result'],
    source: 'third-party',
    result: 'accepted',
    ...inForce,
  },
  {
    kind: 'core-banking.disbursement',
    by: 'core-banking',
    types: ['disbursed'],
    members: ['contract'],
    source: 'third-party',
    names: 'contract',
    ...inForce,
  },
  {
    kind: 'core-banking.repayment',
    by: 'core-banking',
    types: ['repaid'],
    members: [],
    source: 'third-party',
    ...inForce,
  },
  own('ca.issued', 'ca', ['certificate']),
  own('tsa.stamped', 'tsa', ['imprint', 'serial']),
  own('sms.delivered', 'sms', ['message', 'result']),
  own('face.compared', 'face', ['result', 'commitments']),
  own('payment.settled', 'core-banking', ['order', 'result']),
  office('forensic.opinion', {
    by: 'forensic',
    source: 'forensic',
    members: ['opinion', 'result'],
  }),
  office('notary.deed', { by: 'notary', source: 'notarised', members: ['deed', 'result'] }),
];

/** Entries in which a party outside submits its own word: it names the case and what it saw. */
export function isPartyStatement(type: EntryType): boolean {
  return type === 'statement.received' || type === 'opinion.received';
}

/** In which entry such a party's own word stands; undefined for a kind nobody submits alone. */
export function partyEntryOf({ statement, by }: Attestation): EntryType | undefined {
  const rule = statementRules.find((one) => one.kind === statement['kind'] && one.by === by);
  return rule?.types.find(isPartyStatement);
}

/** The rules for one type of entry; none means that nobody outside has a word in it. */
export function statementRulesOf(type: EntryType): readonly StatementRule[] {
  return statementRules.filter(({ types }) => types.includes(type));
}

/** Why this statement may not stand in an entry of this type and time; undefined when it may. */
export function statementFlaw(
  att: Attestation,
  place: { readonly type: EntryType; readonly at: Instant },
): string | undefined {
  const { statement, by } = att;
  const kind = textOf(statement['kind']) ?? 'a statement without a kind';
  const rule = statementRules.find(
    (one) => one.kind === kind && one.by === by && one.types.includes(place.type),
  );
  if (rule === undefined) return `${kind} by ${by} does not stand in ${place.type}`;
  const isOver = rule.to !== null && place.at >= parseInstant(rule.to);
  if (place.at < parseInstant(rule.from) || isOver) return `${rule.kind} is not in force`;
  if (statement['v'] !== 1) return 'another version';
  const missing = rule.members.find((name) => statement[name] === undefined);
  if (missing !== undefined) return `${missing} is missing`;
  if (isPartyStatement(place.type)) {
    const known = ['v', 'kind', ...rule.members, ...optional];
    const over = Object.keys(statement).find((name) => !known.includes(name));
    if (over !== undefined) return `${over} is too many`;
  }
  return undefined;
}

/** What a statement of a party's own says of its place in a case. */
export interface StatedPlace {
  readonly id: string;
  /** The case's name in the log. */
  readonly caseTag: string;
  /** base64 SHA-256 of the last entry of the case that the party had seen. */
  readonly seen: string;
}

/** Undefined when the statement does not say where it belongs. */
export function statedPlace(statement: Statement): StatedPlace | undefined {
  const [id, caseTag, seen] = ['id', 'case', 'seen'].map((name) => textOf(statement[name]));
  if (id === undefined || caseTag === undefined || seen === undefined) return undefined;
  return { id, caseTag, seen };
}

function textOf(json: Json | undefined): string | undefined {
  return typeof json === 'string' ? json : undefined;
}
