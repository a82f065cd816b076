/**
 * Step 6 of judging a package: the thieves. May this person's signature exist at all?
 *
 * Law 1: a certificate counts only if its issuance stands in the log of the case, on an intent that
 * the SMS gateway, a party outside the house, signed for exactly this document and this person's
 * telephone. Who stole the server's and even the authority's keys still lacks the gateway's; and a
 * second certificate on one intent is answered by the receipt that the person's own phone keeps.
 */
import type { Json } from '#base/canonical';
import { type Instant, instantFromMs, parseInstant } from '#base/clock';
import type { Attestation } from '#formats/entry';
import { textIn } from '../json.ts';
import type { Recorded } from '../package/entries.ts';
import type { Findings } from '../report/findings.ts';
import type { JudgedDocument } from './documents.ts';
import type { Receipts } from './receipt.ts';
import { intentOf, type JudgedSignature } from './signature.ts';

/** An intent serves one session of at most ten minutes; clocks may differ by one. */
const intentMsMax = 10 * 60_000;
const clockSlackMs = 60_000;

/** A signature of a person, as far as these rules look at it. */
export interface PersonSignature {
  /** `documents/01-contract.pdf#borrower` */
  readonly part: string;
  /** The intent id in the certificate's subject. */
  readonly intent: string | undefined;
  /** base64 SHA-256 of the certificate and of its public key. */
  readonly certificate: string;
  readonly key: string;
  /** The common name in the certificate. */
  readonly signer: string;
  readonly notBefore: Instant;
  /** base64 SHA-256 of each revision of the document that came before this signature. */
  readonly revisionsBefore: readonly string[];
  /** The same of those that hold it. */
  readonly revisionsSince: readonly string[];
}

export function judgeIssuance(
  signatures: readonly PersonSignature[],
  recorded: readonly Recorded[],
  findings: Findings,
): void {
  for (const signature of signatures) {
    const issued = recorded.find((one) => issuesCertificate(one, signature.certificate));
    if (issued === undefined) {
      const detail = 'no entry certificate.issued names the certificate';
      findings.addUnstated('issuance_not_logged', signature.part, detail);
      continue;
    }
    judgeToldFirst(signature, { issued, recorded }, findings);
    const intent = recorded.find((one) => one.hash === issued.entry.refs?.['intent']);
    judgeIntent(signature, intent, findings);
    if (intent !== undefined) judgeApplicant(signature, { intent, issued, recorded }, findings);
    judgeSpentOnce(signature, { issued, recorded }, findings);
  }
}

/** The log knows the certificate before it knows what was signed with it (law 1). */
function judgeToldFirst(
  { part, revisionsSince }: PersonSignature,
  { issued, recorded }: { issued: Recorded; recorded: readonly Recorded[] },
  findings: Findings,
): void {
  const signed = recorded.find(
    ({ entry: { type, of } }) =>
      type === 'seal.done' && of.some(({ sha256 }) => revisionsSince.includes(sha256)),
  );
  if (signed === undefined || issued.entry.seq < signed.entry.seq) return;
  findings.add('issuance_not_logged', part, `${issued.part} stands behind ${signed.part}`);
}

/**
 * The receipts of a phone name the keys it made. One receipt speaks of its own intent; all that a
 * phone keeps speak of every signature, and one for an intent it never had is a thief's.
 */
export function judgeReceipts(
  signatures: readonly PersonSignature[],
  receipts: Receipts | undefined,
  findingsAt: (part: string) => Findings,
): void {
  if (receipts === undefined) return;
  const { enrolments, complete } = receipts;
  const known = signatures.filter((one) => enrolments.some((own) => own.intent === one.intent));
  const judged = complete || known.length === 0 ? signatures : known;
  for (const { part, intent, key, certificate } of judged) {
    const own = enrolments.find((receipt) => receipt.intent === intent);
    if (own?.key === key && own.certificate === certificate) continue;
    const detail =
      own === undefined
        ? 'no receipt of this phone names the intent'
        : `the phone made another key for ${own.intent}`;
    findingsAt(part).add('issued_to_another_key', part, detail);
  }
}

/** The statement an SMS gateway signs when a person typed its code. */
export function judgeStatement(
  signature: PersonSignature,
  attestation: Attestation | undefined,
): string | undefined {
  if (attestation?.by !== 'sms') return 'no statement of the SMS gateway';
  const { statement } = attestation;
  if (statement['kind'] !== 'sms.intent') return 'another kind of statement';
  if (signature.intent === undefined || statement['intent'] !== signature.intent) {
    return 'the statement is for another intent';
  }
  const named = textsOf(statement['documents']);
  const shown = signature.revisionsBefore.some((digest) => named.includes(digest));
  return shown ? undefined : 'the statement does not name this document';
}

/** Under this one name: an entry that named two certificates would issue both on one intent. */
function issuesCertificate(one: Recorded, certificate: string): boolean {
  const { type, of } = one.entry;
  const named = of.find(({ name }) => name === 'certificate');
  return type === 'certificate.issued' && named?.sha256 === certificate;
}

function judgeIntent(
  signature: PersonSignature,
  intent: Recorded | undefined,
  findings: Findings,
): void {
  if (intent?.entry.type !== 'intent.confirmed' || !intent.attested) {
    const detail = 'the issuance rests on no intent that the SMS gateway signed';
    if (intent === undefined) {
      findings.addUnstated('intent_not_attested', signature.part, detail);
    } else {
      findings.add('intent_not_attested', signature.part, detail);
    }
    return;
  }
  const wrong = judgeStatement(signature, intent.entry.att);
  if (wrong !== undefined) findings.add('intent_not_attested', signature.part, wrong);
  // The gateway's own time counts, not the entry's: the thief may have the actor's key.
  const attested = findings.tried({ code: 'intent_time_wrong', part: signature.part }, () =>
    parseInstant(textIn(intent.entry.att?.statement ?? {}, 'at')),
  );
  if (attested === undefined) return;
  const waited = signature.notBefore - attested;
  if (waited > intentMsMax || waited < -clockSlackMs) {
    const detail = `certificate ${Math.round(waited / 1000)} s after the intent`;
    findings.add('intent_time_wrong', signature.part, detail);
  }
}

/**
 * The telephone that confirmed must be the one the application commits to, and the identity gateway
 * must have matched that telephone with that very name: a thief's own telephone belongs to somebody
 * as well. The certificate must bear the applicant's name.
 */
function judgeApplicant(
  signature: PersonSignature,
  {
    intent,
    issued,
    recorded,
  }: { intent: Recorded; issued: Recorded; recorded: readonly Recorded[] },
  findings: Findings,
): void {
  const { part } = signature;
  const addUnstated = (detail: string): void =>
    findings.addUnstated('phone_not_the_applicants', part, detail);
  const phone = intent.entry.att?.statement['phone'];
  // Whoever she is was known when the authority issued, and not only afterwards.
  const known = recorded.filter(({ entry }) => entry.seq < issued.entry.seq);
  const application = applicationWith(phone, known);
  if (application === undefined) {
    addUnstated('application.received does not commit to the telephone that confirmed');
    return;
  }
  const name = application.commitments.get('name');
  if (name === undefined) {
    const detail = `${application.part} does not open the name of the applicant`;
    findings.add('applicant_not_shown', signature.part, detail);
    return;
  }
  if (application.values.get('name') !== signature.signer) {
    const detail = 'the certificate names another person than the application';
    findings.add('phone_not_the_applicants', part, detail);
  }
  const matched = known.some(
    ({ entry, attested }) =>
      entry.type === 'identity.checked' && attested && matches(entry.att, { phone, name }),
  );
  if (!matched) addUnstated('no gateway matched the applicant with this telephone');
}

/** A person's signature, and which states of the document she may have seen. */
export function personOf(document: JudgedDocument, signature: JudgedSignature): PersonSignature {
  const { certificate } = signature;
  // She saw the base, or a state that another party had signed; any state before her own counts,
  // for the step before has found that nothing but signatures came after the first one.
  const shown = document.revisions.filter(({ end }) => end < signature.end);
  return {
    part: signature.part,
    intent: intentOf(certificate),
    certificate: signature.certificateSha256,
    key: signature.keySha256,
    signer: certificate?.subjectCommonName ?? '',
    notBefore: certificate?.notBefore ?? instantFromMs(0),
    revisionsBefore: shown.map(({ sha256 }) => sha256),
    revisionsSince: document.revisions
      .filter(({ end }) => end >= signature.end)
      .map(({ sha256 }) => sha256),
  };
}

/** The application of the person who confirmed this signature, as far as the log shows one. */
export function applicationOf(
  signature: PersonSignature,
  recorded: readonly Recorded[],
): Recorded | undefined {
  const issued = recorded.find((one) => issuesCertificate(one, signature.certificate));
  const intent = recorded.find(({ hash }) => hash === issued?.entry.refs?.['intent']);
  return applicationWith(intent?.entry.att?.statement['phone'], recorded);
}

/** The first that commits to this telephone. */
export function applicationWith(
  phone: Json | undefined,
  recorded: readonly Recorded[],
): Recorded | undefined {
  const applied = recorded.filter(({ entry }) => entry.type === 'application.received');
  return applied.find(({ entry }) => entry.sd.some((digest) => digest === phone));
}

/** The identity gateway's word: these commitments belong to one person. */
function matches(
  attestation: Attestation | undefined,
  wanted: { readonly phone: Json | undefined; readonly name: string },
): boolean {
  if (attestation?.by !== 'identity') return false;
  const { kind, result, commitments } = attestation.statement;
  const held = isMembers(commitments) ? commitments : {};
  const same = held['phone'] === wanted.phone && held['name'] === wanted.name;
  return kind === 'identity.four_element' && result === 'match' && same;
}

function isMembers(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/**
 * One intent, one certificate: a second one under the same statement is somebody else's, also where
 * another entry holds the statement a second time.
 */
function judgeSpentOnce(
  signature: PersonSignature,
  { issued, recorded }: { issued: Recorded; recorded: readonly Recorded[] },
  findings: Findings,
): void {
  const intents = new Set(
    recorded.filter((one) => confirms(one, signature.intent)).map(({ hash }) => hash),
  );
  const own = issued.entry.refs?.['intent'];
  if (own !== undefined) intents.add(own);
  const others = recorded.filter(
    ({ entry, hash }) =>
      entry.type === 'certificate.issued' &&
      intents.has(entry.refs?.['intent'] ?? '') &&
      hash !== issued.hash,
  );
  for (const other of others) {
    const detail = `${other.part} issues another certificate on the same intent`;
    findings.add('issued_to_another_key', signature.part, detail);
  }
}

function confirms({ entry }: Recorded, intent: string | undefined): boolean {
  const stated = entry.att?.statement['intent'];
  return entry.type === 'intent.confirmed' && intent !== undefined && stated === intent;
}

function textsOf(json: Json | undefined): readonly string[] {
  if (!Array.isArray(json)) return [];
  return json.filter((item): item is string => typeof item === 'string');
}
