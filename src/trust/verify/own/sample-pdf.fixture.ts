/**
 * For tests: the smallest PDF that has a page and a data.json with places for signatures, and a way
 * to sign it as the house does (ISO 32000-1, ETSI EN 319 142-1 B-T).
 */
import { concat, fromLatin1, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import type { Instant } from '#base/clock';
import { buildSignedData, signedAttributes } from '#formats/cms';
import type { Engine, Signer } from '#formats/crypto';
import {
  embedSignature,
  type FacePlace,
  openPdf,
  prepareSignature,
  printSlots,
  type SignatureWish,
  signedBytes,
} from '#formats/pdf';
import { buildToken } from '#formats/tsp';
import type { Certificate } from '#formats/x509';

const contentsBytes = 4096;
const signLine = 'q\n0.05 0.1 0.35 RG 0.6 w\n2 2 m 28 2 l S\nQ\n';

export type SampleFace = Partial<Pick<SignatureWish, 'page' | 'rect' | 'appearance'>>;

/** What the dictionary of a signature says of it, where that is not so. */
export interface SignatureClaims {
  readonly signerName?: string;
  readonly time?: Instant;
  /** What the clock says of itself. */
  readonly accuracyMs?: number;
}

export interface Stamper {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** Places for these fields side by side; none for a field of another name. */
export function placeOf(field: string): FacePlace {
  const left = 10 + 40 * ['borrower', 'lender', 'seal', 'guarantor'].indexOf(field);
  return { field, page: 1, rect: [left, 10.5, left + 30.125, 40.5] };
}

export function samplePdf(
  data: { readonly [name: string]: Json },
  fields: string[],
  spelled: (data: Uint8Array) => Uint8Array = (own) => own,
): Uint8Array {
  const attached = spelled(canonicalBytes({ ...data, slots: printSlots(fields.map(placeOf)) }));
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(data.json) 4 0 R] >> >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>',
    '<< /Type /Filespec /F (data.json) /UF (data.json) /EF << /F 5 0 R >> >>',
  ].map((body) => utf8(body));
  const stream = concat(
    fromLatin1(`<< /Type /EmbeddedFile /Length ${attached.length} >>\nstream\n`),
    attached,
    fromLatin1('\nendstream'),
  );
  return layOut([...objects, stream]);
}

/** A PDF of these objects, numbered from 1; the first is its catalog. */
export function layOut(objects: readonly Uint8Array[]): Uint8Array {
  let file = fromLatin1('%PDF-1.7\n');
  const lines = ['0000000000 65535 f \n'];
  for (const [at, body] of objects.entries()) {
    lines.push(`${String(file.length).padStart(10, '0')} 00000 n \n`);
    file = concat(file, fromLatin1(`${at + 1} 0 obj\n`), body, fromLatin1('\nendobj\n'));
  }
  const table = `xref\n0 ${lines.length}\n${lines.join('')}`;
  const trailer = `trailer\n<< /Size ${lines.length} /Root 1 0 R >>\n`;
  return concat(file, fromLatin1(`${table}${trailer}startxref\n${file.length}\n%%EOF\n`));
}

/** One more signature on the document, with its stamp. */
export async function sign(
  document: Uint8Array,
  by: {
    readonly field: string;
    readonly certificate: Certificate;
    readonly signer: Signer;
    readonly stamper: Stamper;
    readonly at: Instant;
    readonly engine: Engine;
    /** A face that the house would not print. */
    readonly face?: SampleFace;
    readonly claims?: SignatureClaims;
    /** What a thief does to the prepared revision before it is signed, byte for byte as long. */
    readonly twist?: (prepared: Uint8Array) => Uint8Array;
  },
): Promise<Uint8Array> {
  const { field, certificate, signer, stamper, at, engine } = by;
  const file = await openPdf(document, engine);
  const drafted = prepareSignature(file, {
    ...placeOf(field),
    appearance: { width: 30.125, height: 30, content: signLine },
    ...by.face,
    signerName: certificate.subjectCommonName ?? '',
    time: at,
    ...by.claims,
    contentsBytes,
  });
  const prepared = { ...drafted, bytes: by.twist?.(drafted.bytes) ?? drafted.bytes };
  const message = signedBytes(prepared.bytes, prepared.byteRange);
  const attributes = signedAttributes({
    messageDigest: await engine.digest('sha256', message),
    certificateSha256: await engine.digest('sha256', certificate.der),
  });
  const signature = await signer.sign(attributes);
  const digest = await engine.digest('sha256', signature);
  const timestampToken = await buildToken(
    {
      policy: '1.2.3.4.1',
      imprint: { hash: 'sha256', digest },
      serial: '0102030405060708',
      time: at,
      accuracyMs: by.claims?.accuracyMs ?? 1000,
      ordering: false,
      nonce: 77n,
    },
    { ...stamper, engine },
  );
  const signed = { certificate, signedAttributes: attributes, signature, timestampToken };
  return embedSignature(prepared.bytes, prepared.byteRange, buildSignedData(signed));
}
