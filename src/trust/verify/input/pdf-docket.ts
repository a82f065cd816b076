/**
 * The signatures and document time-stamps of a PDF as a docket: what each covers, what each brings.
 */
import { equal } from '#base/bytes';
import { checkBareSignature, cmsOid } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { type PdfFile, type PdfSignature, readDss, signedBytes } from '#formats/pdf';
import { readCertificate } from '#formats/x509';
import type { Entry, StampEntry } from '../etsi/docket.ts';
import { contentOf, type Integrity } from '../etsi/integrity.ts';
import { judgeTokenIntegrity, type Token } from '../etsi/stamp.ts';
import type { PolicyText } from '../policies.ts';
import type { Findings } from '../report/findings.ts';
import { type Bag, bagOf, bagOfOne, joined, objectsOf, objectsOfToken } from './bag.ts';
import { entriesOf } from './message.ts';
import type { OpenedMessage } from './opened.ts';
import { pdfTime } from './pdf-time.ts';

/** One signature of the file with its part and its message, as far as it could be read. */
export interface PdfItem {
  readonly signature: PdfSignature;
  readonly part: string;
  /** What is wrong with this one. */
  readonly findings: Findings;
  readonly opened: OpenedMessage | undefined;
  /** The token of a document time-stamp, as far as it could be read. */
  readonly token: Token | undefined;
  /** Copies what it signs; undefined where the byte range is none. */
  readonly content: (() => Uint8Array) | undefined;
}

/** What is to be judged of one signature of the PDF. */
export interface PdfDocketItem {
  readonly item: PdfItem;
  readonly entries: readonly Entry[];
  /** The stamps on its signers, and itself if it is a document time-stamp. */
  readonly stamps: readonly StampEntry[];
}

interface Parts {
  readonly file: PdfFile;
  readonly engine: Engine;
  /** DER of every certificate of the file. */
  readonly certificates: readonly Uint8Array[];
  readonly policies: readonly PolicyText[];
}

/** Everything that the messages and the document's security store hold. */
export async function pdfBag(file: PdfFile, items: readonly PdfItem[]): Promise<Bag> {
  const own = items.map(({ signature: { certificates }, opened, token }) => {
    if (token !== undefined) return bagOfOne(token.cms);
    return opened === undefined ? { certificates, crls: [], ocsps: [] } : bagOf(opened);
  });
  return joined([...own, await readDss(file)]);
}

/** `items` in the order in which they were made. */
export async function pdfDocket(
  items: readonly PdfItem[],
  parts: Parts,
): Promise<readonly PdfDocketItem[]> {
  const docket: PdfDocketItem[] = [];
  for (const item of items) {
    docket.push(await docketItem(item, docket.flatMap(objectsIn), parts));
  }
  return docket;
}

/** What one of them brought: a later stamp proves it, and with it what an older stamp proved. */
function objectsIn({ item: { opened }, stamps }: PdfDocketItem): readonly Uint8Array[] {
  if (opened !== undefined) return objectsOf(opened);
  return stamps.flatMap(({ token }) => objectsOfToken(token));
}

async function docketItem(
  item: PdfItem,
  covers: readonly Uint8Array[],
  parts: Parts,
): Promise<PdfDocketItem> {
  const { signature, opened, content, part } = item;
  const { engine, certificates, policies } = parts;
  if (content === undefined) return { item, entries: [], stamps: [] };
  const claimed = pdfTime(signature.claimedTime);
  if (signature.kind === 'timestamp') return documentStamp(item, { content, covers }, parts);
  if (signature.subFilter === 'adbe.x509.rsa_sha1') {
    const integrity = await bareIntegrity(item, content(), engine);
    if (integrity === undefined) return { item, entries: [], stamps: [] };
    return { item, entries: [{ part, integrity, covers, claimed, notices: [] }], stamps: [] };
  }
  if (opened === undefined) return { item, entries: [], stamps: [] };
  const own = await contentWanted(item, content, engine);
  const ask = { part, opened, content: own, certificates, covers, claimed, policies };
  return { item, ...(await entriesOf(ask, engine)) };
}

/**
 * ISO 32000-2 table 260: adbe.pkcs7.sha1 signs the SHA-1 of the byte range, which stands inside the
 * message; all others sign the byte range and must hold nothing (§12.8.3.3.1).
 */
async function contentWanted(
  { signature, opened, findings, part }: PdfItem,
  content: () => Uint8Array,
  engine: Engine,
): Promise<ReturnType<typeof contentOf>> {
  const type = opened?.message.contentType ?? cmsOid.data;
  if (!documentTypes.has(type)) findings.add('content_type_differs', part, type);
  const inside = opened?.message.content;
  if (signature.subFilter !== 'adbe.pkcs7.sha1') {
    if (inside !== undefined) findings.add('cms_malformed', part, 'the message holds a content');
    return contentOf(content, engine);
  }
  const digest = await engine.digest('sha1', content());
  const isSame = inside !== undefined && equal(digest, inside);
  if (!isSame) findings.add('digest_differs', part, 'sha1 of the byte range');
  return contentOf(inside ?? digest, engine);
}

/**
 * EN 319 142-1 §6.3: a document is `data`. What was signed as anything else, a token or a list of
 * programs, was not meant as one.
 */
const documentTypes: ReadonlySet<string> = new Set([cmsOid.data, cmsOid.gmData]);

/** adbe.x509.rsa_sha1: no message, the certificate stands in the dictionary. */
async function bareIntegrity(
  { signature: { certificates, contents }, findings, part }: PdfItem,
  message: Uint8Array,
  engine: Engine,
): Promise<Integrity | undefined> {
  const [der] = certificates;
  if (der === undefined) {
    findings.add('signer_certificate_missing', part, '/Cert');
    return undefined;
  }
  const flaw = { code: 'signer_certificate_missing', part } as const;
  const certificate = findings.tried(flaw, () => readCertificate(der));
  if (certificate === undefined) return undefined;
  const { publicKey } = certificate;
  const hash = await checkBareSignature({ contents, publicKey, message }, engine);
  const algorithm = hash === undefined ? undefined : (`rsa-pkcs1-${hash}` as const);
  const value = { signature: contents, algorithm, hash, name: algorithm ?? 'rsa-pkcs1' };
  const doubts = hash === undefined ? [{ code: 'signature_wrong', detail: 'RSA' } as const] : [];
  return { value, certificate, doubts };
}

/** DER of what a stamp proves to have existed. */
type Objects = readonly Uint8Array[];

/** A clock's signature over the whole document: it also proves what the security store held. */
async function documentStamp(
  item: PdfItem,
  { content, covers }: { readonly content: () => Uint8Array; readonly covers: Objects },
  { file, engine, certificates }: Parts,
): Promise<PdfDocketItem> {
  const { signature, part, token } = item;
  if (token === undefined) return { item, entries: [], stamps: [] };
  const integrity = await judgeTokenIntegrity(token, contentOf(content, engine), {
    engine,
    certificates,
  });
  const state = await file.stateAt(signature.revisionEnd);
  const store = state === undefined ? undefined : await readDss(state);
  const stored = store === undefined ? [] : [...store.certificates, ...store.crls, ...store.ocsps];
  const proved = [...covers, ...stored];
  const stamp = {
    part,
    over: 'document',
    token,
    integrity,
    covers: proved,
    of: undefined,
  } as const;
  return { item, entries: [], stamps: [stamp] };
}

/** Copies the bytes a signature covers; undefined after noting that its range is none. */
export function contentOfSignature(
  file: PdfFile,
  { signature, part, findings }: Pick<PdfItem, 'signature' | 'part' | 'findings'>,
): (() => Uint8Array) | undefined {
  const { byteRange } = signature;
  if (byteRange[3] === 0) return undefined;
  const [, first, second] = byteRange;
  if (second - first < bracketsBytes) {
    findings.add('byte_range_wrong', part, 'a gap without brackets');
    return undefined;
  }
  return () => signedBytes(file.bytes, byteRange);
}

const bracketsBytes = 2;
