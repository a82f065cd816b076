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
import { documentWord, type JudgedDocument } from '../own/documents.ts';
import { applicationWith } from '../own/issuance.ts';
import type { Findings } from '../report/findings.ts';
import type { Recorded } from './entries.ts';
import { objectIn, personMembers } from './paper-data.ts';

const nothingSeen = 'it saw no entry before it';
const noOrder = 'no word of the bank before it has this order';

/** `borrower` is her application: of whom the words of the parties outside speak. */
export function judgeOutsideWords(
  judged: {
    readonly recorded: readonly Recorded[];
    readonly documents: readonly JudgedDocument[];
    readonly borrower: Recorded | undefined;
  },
  findings: Findings,
): void {
  const { recorded, documents } = judged;
  const words = new Map<string, string>();
  for (const one of recorded) {
    const application = applicantOf(one, judged);
    const rules = statementRulesOf(one.entry.type);
    if (rules.length === 0) continue;
    const wrong =
      wrongWord(one, rules, { application, documents, recorded }) ??
      otherOrder(one, recorded) ??
      toldBefore(one, words);
    if (wrong === nothingSeen || wrong === noOrder)
      findings.addUnstated('outside_word_wrong', one.part, wrong);
    else if (wrong !== undefined) findings.add('outside_word_wrong', one.part, wrong);
    const closed = closedName(one, application);
    if (closed === undefined) continue;
    findings.add('applicant_not_shown', one.part, `${closed} of the applicant is not opened`);
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
  if (rule?.names !== undefined) {
    const other = otherPaper(rule.names, statement[rule.names], held.documents);
    if (other !== undefined) return other;
    if (isToldBefore(statement[rule.names], one, held.recorded)) {
      return `the log got to know ${rule.names} only behind it`;
    }
  }
  if (isPartyStatement(type)) {
    const elsewhere = otherPlace(one, held.recorded);
    if (elsewhere !== undefined) return elsewhere;
  }
  return otherCommitment(one, statement['commitments'], held.application);
}

/**
 * An identity is checked of whoever applied with that telephone; all other words are about the
 * borrower, or her money could go to somebody who applied beside her.
 */
function applicantOf(
  { entry }: Recorded,
  judged: { readonly recorded: readonly Recorded[]; readonly borrower: Recorded | undefined },
): Recorded | undefined {
  if (entry.type !== 'identity.checked') return judged.borrower;
  const phone = objectIn(entry.att?.statement, 'commitments')?.['phone'];
  return applicationWith(phone, judged.recorded) ?? judged.borrower;
}

/** Which paper a party asks for by which name, where the package holds one of that word. */
const paperAsked: Readonly<Record<string, string>> = {
  authorisation: 'credit-authorisation',
  contract: 'loan-contract',
};

/**
 * The paper that a party was shown is one that a person signed, a contract one that an institution
 * signed beside her: what the house alone drew up authorises nobody.
 */
function otherPaper(
  name: string,
  digest: Json | undefined,
  documents: readonly JudgedDocument[],
): string | undefined {
  const own = documents.filter((one) => documentWord(one.name) === paperAsked[name]);
  const among = own.length > 0 ? own : documents;
  const shown = among.find(({ signedSha256 }) => signedSha256 === digest);
  if (shown === undefined) return `${name} is no such document of this package`;
  const isPersons = shown.signatures.some(({ holder }) => holder === 'person');
  const isBoths = isPersons && shown.signatures.some(({ holder }) => holder !== 'person');
  const isSigned = name === 'contract' ? isBoths : isPersons;
  return isSigned ? undefined : `${name} is not signed by whom it binds`;
}

/** Evidence before effect: a paper that somebody acted on was in the log before he did. */
function isToldBefore(
  digest: Json | undefined,
  { entry }: Recorded,
  recorded: readonly Recorded[],
): boolean {
  const signed = recorded.find(
    (one) => one.entry.type === 'seal.done' && one.entry.of.some(({ sha256 }) => sha256 === digest),
  );
  return signed !== undefined && signed.entry.seq > entry.seq;
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

/**
 * Of an application that is opened at all, a name that stays closed while a party's word speaks of
 * it: nobody can tell whether the money went to her own card.
 */
function closedName({ entry, values }: Recorded, application: Recorded | undefined) {
  const stated = objectIn(entry.att?.statement, 'commitments');
  if (application?.values.has('name') !== true) return undefined;
  return personMembers.find(
    (name) => stated?.[name] !== undefined && !values.has(name) && !application.values.has(name),
  );
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
