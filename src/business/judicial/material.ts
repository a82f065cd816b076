/**
 * What a package is made of, and the files that follow from it: everything but report and manifest.
 *
 * Pure: the same case, checkpoint and trust material give the same files. Certificates and stamps
 * are taken out of the documents' own signatures, so they are exactly those that were used.
 */
import { toHex, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { type BundleFile, digestName, documentName, numbered } from '#formats/bundle';
import { parseSignedData, type SignedData } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import { printDisclosures } from '#formats/disclosure';
import { openPdf, type PdfSignature, readSignatures } from '#formats/pdf';
import { parseToken, type TimestampToken } from '#formats/tsp';

export interface CaseMaterial {
  /** Final revisions, in the order in which a reader should see them. */
  readonly documents: readonly CaseDocument[];
  /** All entries of the case, in order, the last of them its seal (`case.sealed`). */
  readonly entries: readonly CaseEntry[];
  /** The cosigned note under which all proofs stand. */
  readonly checkpoint: string;
  readonly policy: {
    /** The bytes of trust/policy.json. */
    readonly bytes: Uint8Array;
    /** The entry `policy.adopted` that names them, and its proof under the same checkpoint. */
    readonly entry: Uint8Array;
    readonly proof: string;
  };
  /** The list as it was when the case was opened. */
  readonly requiredEvidence: Uint8Array;
  /** DER: the authority's own certificate and its newest revocation lists. */
  readonly authority: Uint8Array;
  readonly revocationLists: readonly Uint8Array[];
  /** Further files under names of their own: slots, schemas, deposited files, environments. */
  readonly more?: readonly BundleFile[];
  /** verifier.html, where the house ships one. */
  readonly verifier?: Uint8Array;
}

export interface CaseDocument {
  /** `loan-contract`, as the list of required evidence names it. */
  readonly name: string;
  readonly title: string;
  readonly bytes: Uint8Array;
}

export interface CaseEntry {
  readonly seq: number;
  readonly bytes: Uint8Array;
  readonly disclosures: readonly string[] | undefined;
  readonly proof: string;
}

/** One signature as it stands in a document of the case. */
export interface HeldSignature {
  readonly document: CaseDocument;
  /** Its name in the package. */
  readonly file: string;
  readonly place: PdfSignature;
  readonly signed: SignedData;
  readonly stamp: TimestampToken;
}

/** All files that the report will list, in no particular order. */
export async function filesOf(material: CaseMaterial, engine: Engine): Promise<BundleFile[]> {
  const { policy, verifier } = material;
  return [
    ...documentFiles(material),
    ...material.entries.flatMap(entryFiles),
    { name: 'checkpoint.txt', bytes: utf8(material.checkpoint) },
    { name: 'policy.json', bytes: policy.bytes },
    { name: 'policy-entry.json', bytes: policy.entry },
    { name: 'policy.tlog-proof', bytes: utf8(policy.proof) },
    { name: 'required-evidence.json', bytes: material.requiredEvidence },
    ...(await copies(material, engine)),
    ...(material.more ?? []),
    ...(verifier === undefined ? [] : [{ name: 'verifier.html', bytes: verifier }]),
  ];
}

/** The stamps that end documents which were raised for the long term. */
async function documentStampsOf(
  { documents }: CaseMaterial,
  engine: Engine,
): Promise<readonly TimestampToken[]> {
  const found: TimestampToken[] = [];
  for (const { bytes } of documents) {
    const places = readSignatures(await openPdf(bytes, engine));
    const stamps = places.filter(({ kind }) => kind === 'timestamp');
    found.push(...stamps.map(({ contents }) => parseToken(contents)));
  }
  return found;
}

/** Every signature of every document; a document without one has none here. */
export async function signaturesOf(
  material: CaseMaterial,
  engine: Engine,
): Promise<readonly HeldSignature[]> {
  const held: HeldSignature[] = [];
  for (const [at, document] of material.documents.entries()) {
    const file = documentName(at + 1, document.name);
    for (const place of readSignatures(await openPdf(document.bytes, engine))) {
      if (place.kind === 'timestamp') continue;
      const signed = parseSignedData(place.contents);
      const token = signed.signer.timestampToken;
      if (token === undefined) throw new Fault('judicial.material_missing', { what: 'stamp' });
      held.push({ document, file, place, signed, stamp: parseToken(token) });
    }
  }
  return held;
}

function documentFiles({ documents }: CaseMaterial): BundleFile[] {
  return documents.map(({ name, bytes }, at) => ({ name: documentName(at + 1, name), bytes }));
}

function entryFiles(entry: CaseEntry): BundleFile[] {
  const { seq, bytes, disclosures, proof } = entry;
  const opened = (disclosures ?? []).map((encoded) => ({ encoded }));
  return [
    { name: numbered('entry', seq), bytes },
    { name: numbered('proof', seq), bytes: utf8(proof) },
    ...(opened.length === 0
      ? []
      : [{ name: numbered('disclosures', seq), bytes: printDisclosures(opened) }]),
  ];
}

/** Certificates, stamps and lists beside the documents, each once, named by its digest. */
async function copies(material: CaseMaterial, engine: Engine): Promise<BundleFile[]> {
  const signatures = await signaturesOf(material, engine);
  const stamps = [
    ...signatures.map(({ stamp }) => stamp),
    ...(await documentStampsOf(material, engine)),
  ];
  const certificates = [
    ...signatures.flatMap(({ signed }) => signed.certificates),
    ...stamps.flatMap((stamp) => stamp.certificates),
  ];
  const listed = [
    // Without a signature no certificate is used, not even the authority's.
    ...(certificates.length === 0 ? [] : [material.authority, ...certificates]).map(
      (bytes) => ['certificate', bytes] as const,
    ),
    ...stamps.map(({ der }) => ['stamp', der] as const),
    ...material.revocationLists.map((bytes) => ['revocation', bytes] as const),
  ];
  const files = new Map<string, Uint8Array>();
  for (const [place, bytes] of listed) {
    files.set(digestName(place, toHex(await engine.digest('sha256', bytes))), bytes);
  }
  return [...files].map(([name, bytes]) => ({ name, bytes }));
}
