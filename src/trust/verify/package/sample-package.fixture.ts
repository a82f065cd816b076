/**
 * For tests: a small but genuine package of one loan, and what two kinds of thieves would make.
 *
 * Every signature, stamp, proof and digest is real; only the people, keys and the clock are
 * samples. A wish changes one thing, so that a test can show which rule sees it.
 */
import { toBase64, toHex, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { addSeconds, formatInstant } from '#base/clock';
import { type BundleFile, manifestOf, numbered, writeZip } from '#formats/bundle';
import type { Signer } from '#formats/crypto';
import { type Disclosure, printDisclosures } from '#formats/disclosure';
import { type Attestation, attest, attestationJson } from '#formats/entry';
import type { Certificate } from '#formats/x509';
import {
  type SampleFace,
  type SignatureClaims,
  samplePdf,
  sign,
} from '../own/sample-pdf.fixture.ts';
import { certifyPerson, type SampleHouse } from '../own/sample-trust.fixture.ts';
import { type ListWish, looseFiles, withReport } from './sample-files.fixture.ts';
import { type Draft, opening, SampleCase, sampleLog } from './sample-log.fixture.ts';

const intent = 'intent-01';
const borrower = '王样例';
const guarantor = '李样例';
export const caseTag = 'AAECAwQFBgcICQoLDA0ODw';
const platformTag = 'EAECAwQFBgcICQoLDA0ODw';
const fields = ['borrower', 'lender'];

export const requiredEvidence = canonicalBytes({
  v: 1,
  entries: ['application.received', 'identity.checked', 'intent.confirmed'].map((type) => ({
    type,
  })),
  documents: [{ name: 'contract', fields }],
});

export interface Wish {
  /** Who signs the SMS gateway's statements; a thief has another key. */
  readonly smsSigner?: Signer;
  /** The authority writes the gateway's statement into the certificate. */
  readonly statementInside?: boolean;
  /** The certificate whose issuance is logged, where it is not the one that signs. */
  readonly logsOther?: boolean;
  /** Another certificate on her one intent: in the entry of hers, or on her word told again. */
  readonly issuedTwice?: 'in one entry' | 'on one word';
  /** The institution's seal signs where the borrower should. */
  readonly sealForBorrower?: boolean;
  /** What the borrower's signature shows, and where, as a dishonest house would print it. */
  readonly face?: SampleFace;
  /** Leaves out the entries of this type. */
  readonly without?: 'identity.checked' | 'case.sealed';
  /** The telephone that confirms is somebody else's, matched with his own name. */
  readonly otherHolder?: boolean;
  /** The applicant's openings are not in the package, as after an erasure. */
  readonly closed?: boolean;
  /** How many voting witnesses cosign; the sentinel does unless it is told to stay away. */
  readonly votes?: number;
  readonly withoutSentinel?: boolean;
  /** Entries on top of the story's own. */
  readonly more?: number;
  /** A program of the next version stated something in the middle of the case; signed by whom. */
  readonly newer?: Signer;
  readonly revoked?: boolean;
  readonly authorityLists?: ListWish;
  /** Another list of required evidence, fixed where the story's own is. */
  readonly list?: Uint8Array;
  /** What stands before the seal; told of the contract that was signed. All of it is opened. */
  readonly behind?: (contract: Uint8Array, loan: SampleCase) => Promise<readonly Draft[]>;
  /** What the contract says beside its list, in its data. */
  readonly says?: { readonly [name: string]: Json };
  /** What entry 0 and the application open besides; `keepsClosed` she commits to alone. */
  readonly opensFirst?: readonly Disclosure[];
  readonly applicant?: readonly Disclosure[];
  readonly keepsClosed?: readonly Disclosure[];
  /** What somebody opens who applied in this case before the borrower. */
  readonly appliedBefore?: readonly Disclosure[];
  /** The contract has a field for a guarantor; the borrower signs it too, or he does himself. */
  readonly guarantor?: 'the borrower' | 'the borrower on another word' | 'himself';
  /** The key of the guarantor's certificate is hers. */
  readonly oneKey?: boolean;
  /** What stands before her word; told of the contract before and after it was signed. */
  readonly before?: (base: Uint8Array, signed: Uint8Array) => Promise<readonly Draft[]>;
  /** What the log got to know behind the signature only. */
  readonly toldLate?: 'issuance' | 'identity';
  /** The places in the log of the case's second and third entry are exchanged. */
  readonly loggedLate?: boolean;
  /** What her signature's dictionary claims, and how the contract's data is spelled. */
  readonly claims?: SignatureClaims;
  readonly spells?: (data: Uint8Array) => Uint8Array;
  /** What the report tells of the files beside it. */
  readonly reports?: (files: readonly BundleFile[]) => Promise<{ readonly [name: string]: Json }>;
  /** The institution that entry 0 opens to, where it is not that of the log; null: it is closed. */
  readonly institution?: string | null;
  /** Each state the signed contract was raised to for the long term, oldest first. */
  readonly raise?: (contract: Uint8Array) => Promise<readonly Uint8Array[]>;
  /** How many of those states the log knows; all, and which of them the package holds; the last. */
  readonly raisesLogged?: number;
  readonly raisesHeld?: number;
  /** How many seconds after the entry before it each raise is logged. */
  readonly raisesAfter?: readonly number[];
  /** What the log holds before the case, after the policy; told by the leaf before it. */
  readonly earlier?: (first: Uint8Array) => Promise<readonly Draft[]>;
  /** Exchanges files before the report is sealed. */
  readonly swap?: (files: BundleFile[]) => BundleFile[] | Promise<BundleFile[]>;
}

export interface SamplePackage {
  readonly zip: Uint8Array;
  readonly contract: Uint8Array;
  readonly files: readonly BundleFile[];
  /** What the phone of the honest borrower keeps, for the key that signs here. */
  readonly receipt: Uint8Array;
}

export async function samplePackage(house: SampleHouse, wish: Wish = {}): Promise<SamplePackage> {
  const { engine, makeKey, seal, stamper, now } = house;
  const phone = makeKey('p256');
  const required = wish.list ?? requiredEvidence;
  const list = toHex(await engine.digest('sha256', required));
  const own = wish.guarantor === undefined ? fields : [...fields, 'guarantor'];
  const data = { salt: 'sample', evidenceList: { sha256: list }, ...wish.says };
  const base = samplePdf(data, own, wish.spells);
  const opened = await opening('phone', '1', engine);
  const signer = wish.smsSigner ?? house.sms;
  const att = await intentStatement(house, { base, phone: opened.sha256, signer });
  const person = {
    name: borrower,
    intent,
    publicKey: phone.publicKey,
    ...(wish.statementInside === true ? { inside: att } : {}),
  };
  const certificate = await certifyPerson(house, person);
  const by = { stamper, engine, at: addSeconds(now, 30) };
  const first = wish.sealForBorrower === true ? seal : { certificate, signer: phone };
  const shown = { face: wish.face ?? {}, claims: wish.claims ?? {} };
  const signed = await sign(base, { ...by, field: 'borrower', ...shown, ...first });
  const second = await secondPerson(house, wish, { base, key: phone });
  const beside = second ?? { certificate, signer: phone };
  const both =
    wish.guarantor === undefined
      ? signed
      : await sign(signed, { ...by, field: 'guarantor', ...beside });
  const sealed = await sign(both, { ...by, field: 'lender', ...seal });
  const states = [sealed, ...((await wish.raise?.(sealed)) ?? [])];
  const contract = states.at(wish.raisesHeld ?? -1) ?? sealed;

  const other = { ...person, publicKey: makeKey('p256').publicKey };
  const issued = wish.logsOther === true ? await certifyPerson(house, other) : certificate;
  const stranger = await certifyPerson(house, other);
  const story = await tell(house, { wish, att, base, states, issued, stranger, second });
  const loose = await looseFiles(house, {
    contract,
    list: wish.authorityLists ?? (wish.revoked === true ? { revokes: 'seal' } : {}),
  });
  const files = [
    { name: 'documents/01-contract.pdf', bytes: contract },
    { name: 'required-evidence.json', bytes: required },
    ...story,
    ...loose,
  ];
  const bound = wish.swap === undefined ? files : await wish.swap(files);
  const sealedFiles = await withReport(house, bound, await wish.reports?.(bound));
  const manifest = await manifestOf({ caseId: caseTag, files: sealedFiles }, engine);
  const all = [...sealedFiles, { name: 'manifest.json', bytes: manifest }];
  return { zip: writeZip(all), contract, files: all, receipt: await receiptOf(house, certificate) };
}

interface Story {
  readonly wish: Wish;
  readonly att: Attestation;
  readonly base: Uint8Array;
  readonly states: readonly Uint8Array[];
  readonly issued: Certificate;
  /** Of another key under her name and intent. */
  readonly stranger: Certificate;
  /** Whoever signs for the guarantor with a key and an intent of his own. */
  readonly second?: SecondPerson | undefined;
}

interface SecondPerson {
  readonly certificate: Certificate;
  readonly signer: Signer;
  readonly att: Attestation;
  /** What his application opens; the borrower has hers already. */
  readonly opens?: readonly Disclosure[];
}

async function secondPerson(
  house: SampleHouse,
  wish: Wish,
  { base, key }: { base: Uint8Array; key: Signer },
): Promise<SecondPerson | undefined> {
  if (wish.guarantor === undefined || wish.guarantor === 'the borrower') return undefined;
  const { engine, makeKey } = house;
  const signer = wish.oneKey === true ? key : makeKey('p256');
  const isOther = wish.guarantor === 'himself';
  const phone = await opening('phone', isOther ? '2' : '1', engine);
  const own = isOther ? guarantor : borrower;
  const name = await opening('name', own, engine);
  const order = { base, phone: phone.sha256, signer: house.sms, intent: 'intent-02' };
  const att = await intentStatement(house, order);
  const person = { name: own, intent: order.intent, publicKey: signer.publicKey };
  const certificate = await certifyPerson(house, person);
  return { certificate, signer, att, ...(isOther && { opens: [name, phone] }) };
}

/** The entries of the case, their openings, proofs and the policy's own entry. */
async function tell(house: SampleHouse, story: Story): Promise<BundleFile[]> {
  const { engine } = house;
  const { wish, states } = story;
  const opens = [
    await opening('name', borrower, engine),
    await opening('phone', '1', engine),
    ...(wish.applicant ?? []),
  ];
  const platform = new SampleCase(house, platformTag);
  await platform.record({ type: 'policy.adopted', of: [{ name: 'policy', bytes: house.policy }] });
  const earlier = (await wish.earlier?.(platform.entries[0] ?? new Uint8Array())) ?? [];
  for (const draft of earlier) await platform.record(draft);
  const loan = new SampleCase(house, caseTag);
  const list = { name: 'required-evidence', bytes: wish.list ?? requiredEvidence };
  const belongs = [
    await opening('institution', wish.institution ?? house.tenant, engine),
    ...(wish.opensFirst ?? []),
  ];
  await loan.record({ type: 'case.opened', of: [list], opens: belongs });
  const opened: BundleFile[] = [];
  await tellApplications(loan, { wish, opens, opened });
  const identify = async (): Promise<void> => {
    if (wish.without !== 'identity.checked') await tellIdentity(house, loan, { wish, opens });
  };
  if (wish.toldLate !== 'identity') await identify();
  if (wish.newer !== undefined) await loan.newer(wish.newer);
  await tellDrafts(loan, {
    drafts: (await wish.before?.(story.base, states[0] ?? story.base)) ?? [],
    opened,
  });
  if (wish.toldLate !== 'issuance') await tellIssuance(loan, story);
  if (story.second !== undefined) await tellSecond(house, loan, { second: story.second, opened });
  await tellPaper(loan, story);
  if (wish.toldLate === 'issuance') await tellIssuance(loan, story);
  if (wish.toldLate === 'identity') await identify();
  const [sealed = new Uint8Array()] = states;
  await tellDrafts(loan, { drafts: (await wish.behind?.(sealed, loan)) ?? [], opened });
  if (wish.without !== 'case.sealed') await loan.seal();

  const voting = house.witnesses.slice(0, wish.votes ?? 4);
  const sentinel = wish.withoutSentinel === true ? [] : house.witnesses.slice(-1);
  const leaves = [...platform.entries, ...loan.entries];
  const first = platform.entries.length;
  const places = placesOf(leaves, wish.loggedLate === true ? first + 1 : undefined);
  const cosigned = { ...house, now: addSeconds(house.now, Math.max(loan.later, 0)) };
  const log = await sampleLog(cosigned, inPlaces(leaves, places), [...voting, ...sentinel]);
  return [
    { name: 'checkpoint.txt', bytes: utf8(log.checkpoint) },
    { name: 'policy.json', bytes: house.policy },
    { name: 'policy-entry.json', bytes: platform.entries[0] ?? new Uint8Array() },
    { name: 'policy.tlog-proof', bytes: utf8(log.proofs[0] ?? '') },
    ...(wish.institution === null ? [] : [openedFile(0, belongs)]),
    ...opened,
    ...loan.entries.map((bytes, seq) => ({ name: numbered('entry', seq), bytes })),
    ...loan.entries.map((_, seq) => ({
      name: numbered('proof', seq),
      bytes: utf8(log.proofs[places[seq + first] ?? 0] ?? ''),
    })),
  ];
}

/** Where each leaf stands in the log; the one at `late` changes places with the next. */
function placesOf(leaves: readonly Uint8Array[], late: number | undefined): readonly number[] {
  const places = [...leaves.keys()];
  if (late !== undefined) [places[late], places[late + 1]] = [late + 1, late];
  return places;
}

function inPlaces(leaves: readonly Uint8Array[], places: readonly number[]): Uint8Array[] {
  return places.map((place) => leaves[place] ?? new Uint8Array());
}

async function tellDrafts(
  loan: SampleCase,
  { drafts, opened }: { drafts: readonly Draft[]; opened: BundleFile[] },
): Promise<void> {
  for (const draft of drafts) {
    const seq = loan.entries.length;
    await loan.record(draft);
    if (draft.opens && !draft.closed) opened.push(openedFile(seq, draft.opens));
  }
}

/** Whoever applied before her, and she. */
async function tellApplications(
  loan: SampleCase,
  told: { wish: Wish; opens: readonly Disclosure[]; opened: BundleFile[] },
): Promise<void> {
  const { wish, opens, opened } = told;
  if (wish.appliedBefore !== undefined) {
    opened.push(openedFile(loan.entries.length, wish.appliedBefore));
    await loan.record({ type: 'application.received', opens: wish.appliedBefore });
  }
  if (wish.closed !== true) opened.push(openedFile(loan.entries.length, opens));
  const committed = [...opens, ...(wish.keepsClosed ?? [])];
  await loan.record({ type: 'application.received', opens: committed });
}

/** The contract, as it was signed and as it was raised later. */
async function tellPaper(loan: SampleCase, { wish, states }: Story): Promise<void> {
  const [sealed = new Uint8Array(), ...raised] = states;
  await loan.record({ type: 'seal.done', of: [{ name: 'contract', bytes: sealed }] });
  for (const [at, revision] of raised.slice(0, wish.raisesLogged).entries()) {
    const before = { name: 'before', bytes: states[at] ?? sealed };
    await loan.record({
      type: 'document.raised',
      of: [{ name: 'revision', bytes: revision }, before],
      later: wish.raisesAfter?.[at] ?? 0,
    });
  }
  for (let count = 0; count < (wish.more ?? 0); count += 1) {
    await loan.record({ type: 'clause.confirmed' });
  }
}

function openedFile(seq: number, opens: readonly Disclosure[]): BundleFile {
  return { name: numbered('disclosures', seq), bytes: printDisclosures(opens) };
}

/** Her word, and the certificate that rests on it. */
async function tellIssuance(
  loan: SampleCase,
  { wish, att, issued, stranger }: Story,
): Promise<void> {
  const confirmed = await loan.record({ type: 'intent.confirmed', att });
  const own = { name: 'certificate', bytes: issued.der };
  const other = { name: 'certificate', bytes: stranger.der };
  const isOneEntry = wish.issuedTwice === 'in one entry';
  const of = isOneEntry ? [other, { ...own, name: 'second' }] : [own];
  await loan.record({ type: 'certificate.issued', of, refs: { intent: confirmed } });
  if (wish.issuedTwice !== 'on one word') return;
  const again = await loan.record({ type: 'intent.confirmed', att });
  await loan.record({ type: 'certificate.issued', of: [other], refs: { intent: again } });
}

/** His application, his identity and his word; the borrower's own stand there already. */
async function tellSecond(
  house: SampleHouse,
  loan: SampleCase,
  { second, opened }: { second: SecondPerson; opened: BundleFile[] },
): Promise<void> {
  const { opens, att, certificate } = second;
  if (opens !== undefined) {
    opened.push(openedFile(loan.entries.length, opens));
    await loan.record({ type: 'application.received', opens });
    await tellIdentity(house, loan, { wish: {}, opens });
  }
  const confirmed = await loan.record({ type: 'intent.confirmed', att });
  const of = [{ name: 'certificate', bytes: certificate.der }];
  await loan.record({ type: 'certificate.issued', of, refs: { intent: confirmed } });
}

async function tellIdentity(
  house: SampleHouse,
  loan: SampleCase,
  { wish, opens }: { wish: Wish; opens: readonly Disclosure[] },
): Promise<void> {
  const other = await opening('name', '李样例', house.engine);
  const own = wish.otherHolder === true ? other : opens[0];
  const commitments = { phone: opens[1]?.sha256 ?? '', name: own?.sha256 ?? '' };
  const statement = { v: 1, kind: 'identity.four_element', result: 'match', commitments };
  const matched = await attest(statement, 'identity', house.identity);
  await loan.record({ type: 'identity.checked', att: matched });
}

async function intentStatement(
  house: SampleHouse,
  order: { base: Uint8Array; phone: string; signer: Signer; intent?: string },
): Promise<Attestation> {
  const documents = [toBase64(await house.engine.digest('sha256', order.base))];
  const at = formatInstant(house.now);
  const own = order.intent ?? intent;
  const statement = { v: 1, kind: 'sms.intent', intent: own, phone: order.phone, documents, at };
  return attest(statement, 'sms', order.signer);
}

async function receiptOf(house: SampleHouse, certificate: Certificate): Promise<Uint8Array> {
  const { engine, ca } = house;
  const statement = {
    v: 1,
    kind: 'enrolment',
    intent,
    key: toBase64(await engine.digest('sha256', certificate.publicKey)),
    certificate: toBase64(await engine.digest('sha256', certificate.der)),
    at: formatInstant(house.now),
  };
  return canonicalBytes(attestationJson(await attest(statement, 'ca', ca.signer)));
}
