/**
 * For tests: a small but genuine package of one loan, and what two kinds of thieves would make.
 *
 * Every signature, stamp, proof and digest is real; only the people, keys and the clock are
 * samples. A wish changes one thing, so that a test can show which rule sees it.
 */
import { toBase64, toHex, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { addSeconds, formatInstant } from '#base/clock';
import {
  type BundleFile,
  digestName,
  digestsOf,
  manifestOf,
  numbered,
  writeZip,
} from '#formats/bundle';
import { parseSignedData } from '#formats/cms';
import type { Engine, Signer } from '#formats/crypto';
import { type Disclosure, printDisclosures } from '#formats/disclosure';
import { type Attestation, attest, attestationJson } from '#formats/entry';
import { openPdf, readSignatures } from '#formats/pdf';
import { buildCrl, type Certificate, keyIdentifier } from '#formats/x509';
import { type SampleFace, samplePdf, sign } from '../own/sample-pdf.fixture.ts';
import { certifyPerson, type SampleHouse } from '../own/sample-trust.fixture.ts';
import { type Draft, opening, SampleCase, sampleLog } from './sample-log.fixture.ts';

const intent = 'intent-01';
const borrower = '王样例';
const caseTag = 'AAECAwQFBgcICQoLDA0ODw';
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
  /** Another list of required evidence, fixed where the story's own is. */
  readonly list?: Uint8Array;
  /** What stands before the seal; told of the contract that was signed. All of it is opened. */
  readonly behind?: (contract: Uint8Array, loan: SampleCase) => Promise<readonly Draft[]>;
  /** The institution that entry 0 opens to, where it is not that of the log; null: it is closed. */
  readonly institution?: string | null;
  /** Each state the signed contract was raised to for the long term, oldest first. */
  readonly raise?: (contract: Uint8Array) => Promise<readonly Uint8Array[]>;
  /** How many of those states the log knows; all, and which of them the package holds; the last. */
  readonly raisesLogged?: number;
  readonly raisesHeld?: number;
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
  const base = samplePdf({ salt: 'sample', evidenceList: { sha256: list } }, fields);
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
  const signed = await sign(base, { ...by, field: 'borrower', face: wish.face ?? {}, ...first });
  const sealed = await sign(signed, { ...by, field: 'lender', ...seal });
  const states = [sealed, ...((await wish.raise?.(sealed)) ?? [])];
  const contract = states.at(wish.raisesHeld ?? -1) ?? sealed;

  const other = { ...person, publicKey: makeKey('p256').publicKey };
  const issued = wish.logsOther === true ? await certifyPerson(house, other) : certificate;
  const stranger = await certifyPerson(house, other);
  const story = await tell(house, { wish, att, states, issued, stranger });
  const loose = await looseFiles(house, { contract, wish });
  const files = [
    { name: 'documents/01-contract.pdf', bytes: contract },
    { name: 'required-evidence.json', bytes: required },
    ...story,
    ...loose,
  ];
  const bound = wish.swap === undefined ? files : await wish.swap(files);
  const sealedFiles = await withReport(house, bound);
  const manifest = await manifestOf({ caseId: caseTag, files: sealedFiles }, engine);
  const all = [...sealedFiles, { name: 'manifest.json', bytes: manifest }];
  return { zip: writeZip(all), contract, files: all, receipt: await receiptOf(house, certificate) };
}

interface Story {
  readonly wish: Wish;
  readonly att: Attestation;
  readonly states: readonly Uint8Array[];
  readonly issued: Certificate;
  /** Of another key under her name and intent. */
  readonly stranger: Certificate;
}

/** The entries of the case, their openings, proofs and the policy's own entry. */
async function tell(house: SampleHouse, story: Story): Promise<BundleFile[]> {
  const { engine } = house;
  const { wish, states } = story;
  const opens = [await opening('name', borrower, engine), await opening('phone', '1', engine)];
  const platform = new SampleCase(house, platformTag);
  await platform.record({ type: 'policy.adopted', of: [{ name: 'policy', bytes: house.policy }] });
  const earlier = (await wish.earlier?.(platform.entries[0] ?? new Uint8Array())) ?? [];
  for (const draft of earlier) await platform.record(draft);
  const loan = new SampleCase(house, caseTag);
  const list = { name: 'required-evidence', bytes: wish.list ?? requiredEvidence };
  const belongs = [await opening('institution', wish.institution ?? house.tenant, engine)];
  await loan.record({ type: 'case.opened', of: [list], opens: belongs });
  await loan.record({ type: 'application.received', opens });
  if (wish.without !== 'identity.checked') await tellIdentity(house, loan, { wish, opens });
  if (wish.newer !== undefined) await loan.newer(wish.newer);
  await tellIssuance(loan, story);
  const [sealed = new Uint8Array(), ...raised] = states;
  await loan.record({ type: 'seal.done', of: [{ name: 'contract', bytes: sealed }] });
  for (const [at, revision] of raised.slice(0, wish.raisesLogged).entries()) {
    const before = { name: 'before', bytes: states[at] ?? sealed };
    await loan.record({
      type: 'document.raised',
      of: [{ name: 'revision', bytes: revision }, before],
    });
  }
  for (let count = 0; count < (wish.more ?? 0); count += 1) {
    await loan.record({ type: 'clause.confirmed' });
  }
  const opened: BundleFile[] = [];
  for (const draft of (await wish.behind?.(sealed, loan)) ?? []) {
    const name = numbered('disclosures', loan.entries.length);
    await loan.record(draft);
    if (draft.opens) opened.push({ name, bytes: printDisclosures(draft.opens) });
  }
  if (wish.without !== 'case.sealed') await loan.seal();

  const voting = house.witnesses.slice(0, wish.votes ?? 4);
  const sentinel = wish.withoutSentinel === true ? [] : house.witnesses.slice(-1);
  const leaves = [...platform.entries, ...loan.entries];
  const log = await sampleLog(house, leaves, [...voting, ...sentinel]);
  return [
    { name: 'checkpoint.txt', bytes: utf8(log.checkpoint) },
    { name: 'policy.json', bytes: house.policy },
    { name: 'policy-entry.json', bytes: platform.entries[0] ?? new Uint8Array() },
    { name: 'policy.tlog-proof', bytes: utf8(log.proofs[0] ?? '') },
    ...(wish.institution === null
      ? []
      : [{ name: numbered('disclosures', 0), bytes: printDisclosures(belongs) }]),
    ...(wish.closed === true
      ? []
      : [{ name: numbered('disclosures', 1), bytes: printDisclosures(opens) }]),
    ...opened,
    ...loan.entries.map((bytes, seq) => ({ name: numbered('entry', seq), bytes })),
    ...loan.entries.map((_, seq) => ({
      name: numbered('proof', seq),
      bytes: utf8(log.proofs[seq + platform.entries.length] ?? ''),
    })),
  ];
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
  order: { base: Uint8Array; phone: string; signer: Signer },
): Promise<Attestation> {
  const documents = [toBase64(await house.engine.digest('sha256', order.base))];
  const at = formatInstant(house.now);
  const statement = { v: 1, kind: 'sms.intent', intent, phone: order.phone, documents, at };
  return attest(statement, 'sms', order.signer);
}

/** The copies for people: certificates, stamps, the revocation list. */
async function looseFiles(
  house: SampleHouse,
  { contract, wish }: { contract: Uint8Array; wish: Wish },
): Promise<BundleFile[]> {
  const { engine, ca, stamper } = house;
  const found = readSignatures(await openPdf(contract, engine));
  const signatures = found
    .filter(({ kind }) => kind === 'signature')
    .map(({ contents }) => parseSignedData(contents));
  const stamps = found.filter(({ kind }) => kind === 'timestamp');
  const named = (place: 'certificate' | 'stamp', bytes: Uint8Array) =>
    digestNamed(place, bytes, engine);
  const loose = await Promise.all([
    named('certificate', ca.certificate.der),
    named('certificate', stamper.certificate.der),
    ...signatures.map((one) => named('certificate', one.certificates[0] ?? new Uint8Array())),
    ...signatures.map((one) => named('stamp', one.signer.timestampToken ?? new Uint8Array())),
    ...stamps.map(({ contents }) => named('stamp', contents)),
    revocationFile(house, wish.revoked === true),
  ]);
  return [...new Map(loose.map((file) => [file.name, file])).values()];
}

/** The authority's revocation list, as a file of the package. */
export async function revocationFile(house: SampleHouse, isRevoked: boolean): Promise<BundleFile> {
  const { engine, ca, seal, now } = house;
  const crl = await buildCrl(
    {
      issuer: ca.certificate.subject,
      issuerKeyIdentifier: await keyIdentifier(ca.certificate.publicKey, engine),
      number: 1n,
      thisUpdate: addSeconds(now, 120),
      nextUpdate: addSeconds(now, 86_400),
      revoked: isRevoked ? [{ serial: seal.certificate.serial, at: now }] : [],
    },
    ca.signer,
  );
  return digestNamed('revocation', crl.der, engine);
}

/** A file under the name that its digest gives it. */
export async function digestNamed(
  place: Parameters<typeof digestName>[0],
  bytes: Uint8Array,
  engine: Engine,
): Promise<BundleFile> {
  return { name: digestName(place, toHex(await engine.digest('sha256', bytes))), bytes };
}

/** The report under the institution's seal, which binds every file beside it. */
export async function withReport(house: SampleHouse, files: BundleFile[]): Promise<BundleFile[]> {
  const { engine, seal, stamper, now } = house;
  const digests = await digestsOf(files, engine);
  const listed = digests.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  const data = samplePdf({ files: listed }, ['seal']);
  const by = { field: 'seal', stamper, engine, at: addSeconds(now, 90), ...seal };
  return [...files, { name: 'report.pdf', bytes: await sign(data, by) }];
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
