/**
 * Whom a trust folder believes for certificates: the house's own files, any PEM or DER files under
 * any names, trusted lists (ETSI TS 119 612), and lists of domestic authorities as JSON
 * (docs/specs/verification.md).
 *
 * A certificate is an anchor if it is self-issued or if its issuer is not in the folder too: who
 * hands in one intermediate authority alone means to trust it, who hands in the root beside it
 * means the root. A file that says nothing about trust is passed over.
 */
import { fromLatin1, indexOf, latin1 } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import { tag } from '#formats/der';
import {
  domesticFormat,
  isGrantedAt,
  type ListSignature,
  readTrust,
  type TrustedService,
} from '#formats/trustlist';
import {
  type Certificate,
  certificateIfReadable,
  findPem,
  nameKey,
  readCertificate,
} from '#formats/x509';
import type { Findings } from './report/findings.ts';

/** The files of a trust folder by their paths in it. */
export type TrustFiles = ReadonlyMap<string, Uint8Array>;

/** A certificate that is believed, by a service whose history says when, or always. */
export interface TrustAnchor {
  readonly certificate: Certificate;
  readonly service?: TrustedService;
}

/** Certificates and revocation material that came with a file or a trust folder. */
export interface Material {
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Uint8Array[];
  readonly ocsps: readonly Uint8Array[];
}

/** What a folder says of certificates: whom to believe, and what may lie between. */
export interface AnchorSet {
  readonly signing: readonly TrustAnchor[];
  readonly stamping: readonly TrustAnchor[];
  readonly material: Material;
  /** Lists whose own signature nobody checked, for nobody is believed about them. */
  readonly unverifiedLists: readonly string[];
}

interface Found {
  readonly signing: TrustAnchor[];
  readonly stamping: TrustAnchor[];
  readonly loose: Certificate[];
  readonly crls: Uint8Array[];
  readonly ocsps: Uint8Array[];
  readonly lists: string[];
}

const certificateNames = /\.(?:pem|crt|cer|der)$/i;
/** OCSP answers as `openssl ocsp -respout` and browsers name them. */
const ocspNames = /\.(?:ocsp|ors)$/i;
/** `tsa.pem` of the house's own folder speaks for times and for nothing else. */
const stampingName = 'tsa.pem';
const headBytesMax = 4096;

/** Certificates in it sign trusted lists and vouch for nothing else. */
export const listSignersFolder = 'list-signers/';

/** Texts of the signature policies that whoever judges follows; they speak of no trust. */
export const signaturePoliciesFolder = 'signature-policies/';

/** `judged`: what the signatures of the folder's lists say, where one is believed about them. */
export function readAnchors(
  files: TrustFiles,
  findings: Findings,
  judged: ReadonlyMap<string, ListSignature> = new Map(),
): AnchorSet {
  const found: Found = { signing: [], stamping: [], loose: [], crls: [], ocsps: [], lists: [] };
  for (const name of [...files.keys()].toSorted()) {
    if (name.startsWith(listSignersFolder) || name.startsWith(signaturePoliciesFolder)) continue;
    const bytes = files.get(name) ?? new Uint8Array();
    findings.tried({ code: 'trust_malformed', part: `trust/${name}` }, () => {
      readFile(name, { bytes, signed: judged.get(name) }, found);
    });
  }
  const names = new Set(found.loose.map(({ subject }) => nameKey(subject)));
  const loose = found.loose.filter((one) => isAnchor(one, names));
  const always = loose.map((certificate) => ({ certificate }));
  return {
    signing: [...always, ...found.signing],
    stamping: [...always, ...found.stamping],
    material: { certificates: found.loose, crls: found.crls, ocsps: found.ocsps },
    unverifiedLists: found.lists,
  };
}

/** The anchors that are believed at this time. */
export function believedAt(anchors: readonly TrustAnchor[], at: Instant): readonly Certificate[] {
  return anchors
    .filter(({ service }) => service === undefined || isGrantedAt(service, at))
    .map(({ certificate }) => certificate);
}

/**
 * DER of every certificate of the folder: a signer, or a clock, that leaves its own out of what it
 * signs may be known there (EN 319 102-1 §5.2.3).
 */
export function knownCertificates({
  signing,
  stamping,
  material,
}: AnchorSet): readonly Uint8Array[] {
  const listed = [...signing, ...stamping].map(({ certificate }) => certificate);
  return [...material.certificates, ...listed].map(({ der }) => der);
}

/** The certificates of a PEM text, whatever stands around them (RFC 7468 §2). */
export function pemCertificates(bytes: Uint8Array): readonly Certificate[] {
  const ders = findPem('CERTIFICATE', latin1(bytes));
  const certificates = ders.flatMap((der) => certificateIfReadable(der) ?? []);
  const [first] = ders;
  // A bundle of many roots holds odd ones; where nothing at all is readable, the reader says why.
  return certificates.length > 0 || first === undefined ? certificates : [readCertificate(first)];
}

interface FolderFile {
  readonly bytes: Uint8Array;
  /** Of a trusted list; undefined where nobody is believed about lists. */
  readonly signed: ListSignature | undefined;
}

function readFile(name: string, { bytes, signed }: FolderFile, found: Found): void {
  const head = latin1(bytes.subarray(0, headBytesMax));
  if (head.includes('-----BEGIN ')) {
    const certificates = pemCertificates(bytes);
    const always = certificates.map((certificate) => ({ certificate }));
    if (name === stampingName) found.stamping.push(...always);
    else found.loose.push(...certificates);
    found.crls.push(...findPem('X509 CRL', latin1(bytes)));
    return;
  }
  if (isList(head, bytes)) readList(name, { bytes, signed }, found);
  else if (bytes[0] === tag.sequence) readDerFile(name, bytes, found);
}

function isList(head: string, bytes: Uint8Array): boolean {
  if (isXml(head)) return isXmlList(bytes);
  return indexOf(bytes, fromLatin1(domesticFormat)) >= 0;
}

function isXml(head: string): boolean {
  return head.replace(/^ï»¿/, '').trimStart().startsWith('<');
}

/** Does it call itself a trusted list in XML? */
export function isXmlList(bytes: Uint8Array): boolean {
  const head = latin1(bytes.subarray(0, headBytesMax));
  return isXml(head) && indexOf(bytes, fromLatin1('TrustServiceStatusList')) >= 0;
}

/** A list that is not surely by whom the folder believes about lists is not believed at all. */
function readList(name: string, { bytes, signed }: FolderFile, found: Found): void {
  const list = readTrust(bytes);
  if (signed !== undefined && signed.is !== 'valid') {
    throw new Fault('trustlist.malformed', { why: `${signed.is}: ${signed.detail}` });
  }
  if (signed === undefined) found.lists.push(name);
  for (const service of list.services) {
    for (const der of service.certificates) {
      const certificate = certificateIfReadable(der);
      if (certificate === undefined) continue;
      const anchor = { certificate, service };
      if (service.kind === 'ca') found.signing.push(anchor);
      // A time-stamping service may be listed by its authority or by the clock's own certificate.
      if (service.kind === 'tsa' || service.kind === 'ca') found.stamping.push(anchor);
    }
  }
}

function readDerFile(name: string, bytes: Uint8Array, found: Found): void {
  const certificate = certificateIfReadable(bytes);
  if (certificate !== undefined) found.loose.push(certificate);
  else if (certificateNames.test(name)) throw new Fault('x509.malformed', { why: 'certificate' });
  else if (name.endsWith('.crl')) found.crls.push(bytes);
  else if (ocspNames.test(name)) found.ocsps.push(bytes);
}

function isAnchor({ subject, issuer }: Certificate, names: ReadonlySet<string>): boolean {
  const above = nameKey(issuer);
  return nameKey(subject) === above || !names.has(above);
}
