/**
 * Facts that only a party outside can know stand on that party's own signed word (在线诉讼规则 18).
 *
 * Which kind of entry needs whose word, of which kind, about which document and with which
 * commitments is a table of the entry format, by which the house admits them as well: a record of a
 * payment without the bank's receipt, or with the receipt of another case, proves nothing.
 */
import { canonical, type Json } from '#base/canonical';
import {
  isPartyStatement,
  type StatementRule,
  statedPlace,
  statementFlaw,
  statementRulesOf,
} from '#formats/entry';
import type { JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';
import type { Recorded } from './entries.ts';

const nothingSeen = 'it saw no entry before it';
const noOrder = 'no word of the bank before it has this order';

export function judgeOutsideWords(
  recorded: readonly Recorded[],
  documents: readonly JudgedDocument[],
  findings: Findings,
): void {
  const application = recorded.find(({ entry }) => entry.type === 'application.received');
  const words = new Map<string, string>();
  for (const one of recorded) {
    const rules = statementRulesOf(one.entry.type);
    if (rules.length === 0) continue;
    const wrong =
      wrongWord(one, rules, { application, documents, recorded }) ??
      otherOrder(one, recorded) ??
      toldBefore(one, words);
    if (wrong === nothingSeen || wrong === noOrder)
      findings.addUnstated('outside_word_wrong', one.part, wrong);
    else if (wrong !== undefined) findings.add('outside_word_wrong', one.part, wrong);
  }
}

function wrongWord(
  one: Recorded,
  rules: readonly StatementRule[],
  held: {
    readonly application: Recorded | undefined;
    readonly documents: readonly JudgedDocument[];
    readonly recorded: readonly Recorded[];
  },
): string | undefined {
  const { att, type, at } = one.entry;
  if (att === undefined || !one.attested) {
    return `no signed statement of ${rules.map(({ by }) => by).join(' or ')}`;
  }
  const { statement } = att;
  const flaw = statementFlaw(att, { type, at });
  if (flaw !== undefined) return flaw;
  const rule = rules.find(({ kind, by }) => kind === statement['kind'] && by === att.by);
  if (rule?.result !== undefined && statement['result'] !== rule.result) {
    return `the result is not ${rule.result}`;
  }
  const named = rule?.names === undefined ? undefined : statement[rule.names];
  if (
    rule?.names !== undefined &&
    held.documents.every((document) => document.signedSha256 !== named)
  ) {
    return `${rule.names} is no document of this package`;
  }
  if (isPartyStatement(type)) {
    const elsewhere = otherPlace(one, held.recorded);
    if (elsewhere !== undefined) return elsewhere;
  }
  return otherCommitment(one, statement['commitments'], held.application);
}

/**
 * A word is one fact: a bank that says once that it was paid has not said so twice. The statement
 * counts and not its signature, of which the same key makes another each time.
 */
function toldBefore({ entry, part }: Recorded, words: Map<string, string>): string | undefined {
  if (entry.att === undefined) return undefined;
  const word = `${entry.att.by}\n${canonical(entry.att.statement)}`;
  const earlier = words.get(word);
  if (earlier === undefined) words.set(word, part);
  return earlier === undefined ? undefined : `${earlier} holds the same word`;
}

/**
 * The bank's words hang together by the order of one disbursement, which names the contract: a
 * repayment or a password that it heard for another contract serves here as little.
 */
function otherOrder({ entry }: Recorded, recorded: readonly Recorded[]): string | undefined {
  if (entry.type !== 'disbursed' && entry.type !== 'repaid') return undefined;
  const asked = entry.type === 'disbursed' ? 'payment.authorised' : 'disbursed';
  const before = recorded.filter((one) => one.entry.type === asked && one.entry.seq < entry.seq);
  if (entry.type === 'disbursed' && before.length === 0) return undefined;
  const own = entry.att?.statement[entry.type === 'disbursed' ? 'order' : 'disbursement'];
  const isKnown = before.some((one) => own === one.entry.att?.statement['order']);
  return typeof own === 'string' && isKnown ? undefined : noOrder;
}

/** A commitment of the statement that this case opens as another one speaks of somebody else. */
function otherCommitment(
  one: Recorded,
  stated: Json | undefined,
  application: Recorded | undefined,
): string | undefined {
  if (stated === undefined) return undefined;
  if (typeof stated !== 'object' || stated === null || Array.isArray(stated)) {
    return 'its commitments are no names with digests';
  }
  for (const [name, digest] of Object.entries(stated)) {
    const own = one.commitments.get(name) ?? application?.commitments.get(name);
    if (own !== undefined && own !== digest) return `its ${name} is not that of this case`;
  }
  return undefined;
}

/** A party's own statement stands in the case that it names, behind the entry that it saw. */
function otherPlace(one: Recorded, recorded: readonly Recorded[]): string | undefined {
  const { att, caseTag, refs, seq } = one.entry;
  const place = att === undefined ? undefined : statedPlace(att.statement);
  if (place?.caseTag !== caseTag) return 'it is of another case';
  // By this reference a slot borrows the party's strength: the house must not choose which slot.
  if (refs?.['seen'] !== place.seen) return 'the entry refers to another than the party saw';
  const seen = recorded.find(({ hash }) => hash === place.seen);
  return seen === undefined || seen.entry.seq >= seq ? nothingSeen : undefined;
}
