/**
 * What is added to a signature when it stands: archive time-stamps (ETSI EN 319 122-1 §5.5.3) and
 * counter-signatures (RFC 5652 §11.4).
 */
import {
  type Archived,
  type CmsFacts,
  type CmsSigner,
  cmsOid,
  type DetachedContent,
  readArchived,
  readSigner,
} from '#formats/cms';
import type { Engine } from '#formats/crypto';
import type { Entry, StampEntry } from '../etsi/docket.ts';
import { contentOf, type Integrity, judgeIntegrity } from '../etsi/integrity.ts';
import { findPolicy } from '../etsi/signature-policy.ts';
import { judgeTokenIntegrity, readToken } from '../etsi/stamp.ts';
import { Findings } from '../report/findings.ts';
import type { Notice } from '../report/report.ts';
import { objectsOfToken } from './bag.ts';
import { type OpenedSigner, tokensMax } from './opened.ts';

/** One signature that was judged as mathematics, with what it stands in. */
export interface Signed {
  readonly entry: Entry;
  readonly one: OpenedSigner;
  readonly message: CmsFacts;
  /** What the message is over, inside it or handed in. */
  readonly content: DetachedContent | undefined;
  readonly certificates: readonly Uint8Array[];
}

/** Each proves what its index names: it counts as a stamp over the whole message. */
export async function archiveStampsOf(
  { entry, one, message, content, certificates }: Signed,
  engine: Engine,
): Promise<readonly StampEntry[]> {
  const stamps: StampEntry[] = [];
  for (const token of one.archiveTokens) {
    const parts = { token: token.signer, content };
    const archived = await readArchived({ message, signer: one.signer }, parts, engine);
    const own = await judgeTokenIntegrity(token, archived?.stamped, { engine, certificates });
    const missing = archived?.missing ?? 0;
    const gone = { code: 'stamp_wrong', detail: `${missing} objects it names are gone` } as const;
    // Without its index nobody knows what it is over: it is said, and not used.
    const lost = { code: 'content_missing', detail: 'no index of what it is over' } as const;
    const doubts = archived === undefined ? [lost] : missing > 0 ? [gone] : [];
    const integrity = { ...own, doubts: [...own.doubts, ...doubts] };
    const covers = archived === undefined ? [] : archivedObjects(archived);
    const proved = [...boundBy(entry.integrity), ...covers, ...entry.covers];
    const place = `${entry.part}/archive`;
    stamps.push({ part: place, over: 'document', token, integrity, covers: proved, of: entry });
  }
  return stamps;
}

/** The objects themselves, and those of tokens and signatures among the attributes. */
export function archivedObjects({
  certificates,
  revocation,
  attributes,
}: Pick<Archived, 'certificates' | 'revocation' | 'attributes'>): Uint8Array[] {
  const found = [...certificates, ...revocation.crls, ...revocation.ocspResponses];
  const findings = new Findings();
  for (const { oid, value } of attributes) {
    const flaw = { code: 'stamp_malformed', part: '' } as const;
    if (tokenAttributes.has(oid)) {
      const token = findings.tried(flaw, () => readToken(value.der));
      if (token !== undefined) found.push(...objectsOfToken(token));
    } else if (oid === cmsOid.counterSignature) {
      const counter = findings.tried(flaw, () => readSigner(value, []));
      if (counter !== undefined) found.push(counter.signature);
    }
  }
  return found;
}

const tokenAttributes: ReadonlySet<string> = new Set([
  cmsOid.signatureTimestampToken,
  cmsOid.archiveTimestamp,
  cmsOid.archiveTimestampOfRfc5126,
]);

/** RFC 5652 §11.4: over the octets of the signature value, with no content type. */
export async function counterEntriesOf(
  { entry: { part, integrity }, one, message, certificates }: Signed,
  engine: Engine,
): Promise<{ readonly entries: readonly Entry[]; readonly stamps: readonly StampEntry[] }> {
  const entries: Entry[] = [];
  const stamps: StampEntry[] = [];
  const content = contentOf(integrity.value.signature, engine);
  for (const [index, { signer, tokens }] of one.counters.entries()) {
    const asked = { message, signer, content, certificates, isCounter: true };
    const own = await judgeIntegrity(asked, engine);
    const place = `${part}/counter ${index + 1}`;
    const claimed = signer.signingTime;
    const named = await findPolicy({ signer, message, part: place, texts: [] }, engine);
    const notices = [...named.notices, ...leftOut(signer, place)];
    const counter = { part: place, integrity: own, covers: [], claimed, notices, isCounter: true };
    entries.push(counter);
    for (const token of tokens) {
      const stamped = contentOf(signer.signature, engine);
      const whole = await judgeTokenIntegrity(token, stamped, { engine, certificates });
      const covers = boundBy(own);
      stamps.push({ part: place, over: 'signature', token, integrity: whole, covers, of: counter });
    }
  }
  return { entries, stamps };
}

/** What a signer adds and this verifier does not process. */
export function leftOut(signer: CmsSigner, part: string): readonly Notice[] {
  const { statements, counterSignatures } = signer;
  const said: Notice[] = [];
  const words = [
    ...statements.commitments.map((name) => `commitment ${name}`),
    ...statements.claimed.map((name) => `claims ${name}`),
    ...(statements.certified > 0 ? [`certificates of attributes: ${statements.certified}`] : []),
    ...statements.place.map((name) => `at ${name}`),
  ];
  if (words.length > 0) said.push({ code: 'signer_states', detail: `${part} ${words.join('; ')}` });
  for (const der of counterSignatures.slice(0, tokensMax)) {
    const isRead = new Findings().tried({ code: 'cms_malformed', part }, () => readSigner(der, []));
    if (isRead === undefined) said.push({ code: 'counter_signature_doubted', detail: part });
  }
  return said;
}

/** A stamp over a signature value speaks for it and for the certificate it is bound to. */
export function boundBy({ value, certificate }: Integrity): readonly Uint8Array[] {
  return certificate === undefined ? [value.signature] : [value.signature, certificate.der];
}
