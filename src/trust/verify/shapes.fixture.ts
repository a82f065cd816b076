/**
 * Documents as other makers lay them out, signed with a real message, and revisions put behind them
 * by hand: what attackers and honest programs append is said in objects, not by a library.
 */
import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1, indexOf, latin1 } from '#base/bytes';
import { buildSignedData, signedAttributes } from '#formats/cms';
import { embedSignature, signedBytes } from '#formats/pdf';
import { type Holder, on, SampleAuthority } from './etsi/sample-authority.fixture.ts';

/** Object number to body; `undefined` takes the base's object away. */
export type Bodies = Readonly<Record<number, string>>;

export const stream = (content: string, entries = ''): string =>
  `<< ${entries} /Length ${content.length} >>\nstream\n${content}\nendstream`;

export const face = (text: string, more = ''): string =>
  stream(
    `/Tx BMC q BT /F1 12 Tf 2 4 Td (${text}) Tj ET ${more}Q EMC`,
    '/Type /XObject /Subtype /Form /BBox [0 0 90 20] /Resources 7 0 R',
  );

export const widget = '/Type /Annot /Subtype /Widget /F 4 /P 3 0 R';
export const text = 'BT /F1 18 Tf 50 700 Td (Loan of 5000) Tj ET';
export const catalog = '/Type /Catalog /Pages 2 0 R /AcroForm 5 0 R';
export const pageBody =
  '/Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 6 0 R >> >>';
export const annotations = '[8 0 R 9 0 R 10 0 R 11 0 R 30 0 R]';
export const form = '/DR << /Font << /F1 6 0 R >> >> /DA (/F1 0 Tf 0 g) /SigFlags 3';

/** A page with text, a filled and an empty field, a box, an empty signature field; 30 is signed. */
export const plainBodies: Bodies = {
  1: `<< ${catalog} >>`,
  2: '<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>',
  3: `<< ${pageBody} /Annots ${annotations} >>`,
  4: stream(text),
  5: `<< /Fields [8 0 R 9 0 R 10 0 R 11 0 R 30 0 R] ${form} >>`,
  6: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  7: '<< /Font << /F1 6 0 R >> >>',
  8: `<< ${widget} /FT /Tx /T (amount) /V (5000) /Rect [50 600 140 620] /AP << /N 13 0 R >> >>`,
  9: `<< ${widget} /FT /Tx /T (remark) /Rect [50 560 140 580] /AP << /N 14 0 R >> >>`,
  10: `<< ${widget} /FT /Btn /T (agreed) /V /Off /AS /Off /Rect [50 520 60 530]
    /AP << /N << /Yes 13 0 R >> >> >>`,
  11: `<< ${widget} /FT /Sig /T (prepared) /Rect [50 400 140 420] >>`,
  13: face('5000'),
  14: face(''),
  30: `<< ${widget} /FT /Sig /T (signer) /Rect [300 100 400 150] /V 31 0 R /AP << /N 32 0 R >> >>`,
  32: stream('0.2 w 0 0 m 100 50 l S', '/Type /XObject /Subtype /Form /BBox [0 0 100 50]'),
};

const contentsBytes = 4096;
const rangeRoom = 44;

/** Appends objects, one section and a trailer; on nothing it makes a whole file. */
export function revise(before: Uint8Array, objects: Bodies, trailer = ''): Uint8Array {
  const isFirst = before.length === 0;
  const start = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin1(before))?.[1];
  let body = isFirst ? '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n' : '';
  let rows = isFirst ? '0 1\n0000000000 65535 f \n' : '';
  for (const [number, content] of Object.entries(objects)) {
    const at = before.length + body.length;
    rows += `${number} 1\n${String(at).padStart(10, '0')} 00000 n \n`;
    body += `${number} 0 obj\n${content}\nendobj\n`;
  }
  const previous = start === undefined ? '' : `/Prev ${start}`;
  const root = trailer.includes('/Root') ? '' : '/Root 1 0 R';
  const tail = `xref\n${rows}trailer\n<< /Size 99 ${root} ${previous} ${trailer} >>\n`;
  const offset = before.length + body.length;
  return concat(before, fromLatin1(`${body}${tail}startxref\n${offset}\n%%EOF\n`));
}

/** The objects of a signature before it is made; `more` stands in its dictionary. */
export function unsignedValue(more = '', subFilter = 'ETSI.CAdES.detached'): string {
  return `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /${subFilter} /M (D:20210601000000+08'00')
    /ByteRange ${' '.repeat(rangeRoom)} /Contents <${'0'.repeat(2 * contentsBytes)}> ${more} >>`;
}

/** Who signs and who is trusted. */
export class Signers {
  readonly authority: SampleAuthority;
  readonly signer: Holder;

  private constructor(authority: SampleAuthority, signer: Holder) {
    this.authority = authority;
    this.signer = signer;
  }

  static async open(): Promise<Signers> {
    const authority = await SampleAuthority.open();
    return new Signers(authority, await authority.signer('2020-01-01', '2022-01-01'));
  }

  get trust(): ReadonlyMap<string, Uint8Array> {
    return new Map([['root.der', this.authority.root.certificate.der]]);
  }

  /** A whole file from these objects, signed by the value in object 31. */
  signed(bodies: Bodies = {}, { more = '', trailer = '' } = {}): Promise<Uint8Array> {
    const objects = { ...plainBodies, ...bodies, 31: unsignedValue(more) };
    return this.sealed(revise(new Uint8Array(), objects, trailer));
  }

  /** Fills in the last signature value that is still empty. */
  sealed(draft: Uint8Array, by: Holder = this.signer): Promise<Uint8Array> {
    return filled(draft, async (signed) => {
      const attributes = signedAttributes({
        messageDigest: await nodeEngine.digest('sha256', signed),
        certificateSha256: await nodeEngine.digest('sha256', by.certificate.der),
      });
      return buildSignedData({
        certificate: by.certificate,
        signedAttributes: attributes,
        signature: await by.signer.sign(attributes),
        chain: [this.authority.issuing.certificate.der],
      });
    });
  }
}

/** A document whose last empty value holds what `make` says of all bytes around it. */
export async function filled(
  draft: Uint8Array,
  make: (signed: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const words = latin1(draft);
  const blank = words.lastIndexOf(' '.repeat(rangeRoom));
  const from = words.indexOf('<', words.indexOf('/Contents', blank));
  const to = indexOf(draft, fromLatin1('>'), from) + 1;
  const range = [0, from, to, draft.length - to] as const;
  const bytes = Uint8Array.from(draft);
  bytes.set(fromLatin1(`[${range.join(' ')}]`), blank);
  return embedSignature(bytes, range, await make(signedBytes(bytes, range)));
}

export const judgedAt = on('2021-06-01');

/** One document with what is done to it after it was signed. */
export interface Shape {
  /** Objects of the document beside or instead of the plain ones. */
  readonly base?: Bodies;
  /** What stands in the signature dictionary beside the usual. */
  readonly more?: string;
  /** What stands in the trailer of the document that is signed. */
  readonly signedTrailer?: string;
  /** What is appended, or how the signed bytes are altered. */
  readonly later: Bodies | ((signed: Uint8Array) => Uint8Array);
  /** Of the appended revision. */
  readonly trailer?: string;
}

export const lie = stream(text.replace('5000', '9000'));
export const cover = 'q 1 g 0 0 595 842 re f Q';
export const xobject = '/Type /XObject /Subtype /Form /BBox [0 0 595 842]';
export const certified = (level: number): string =>
  `/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P ${level} /V /1.2 >> >>]`;
export const certifiedBase = { 1: `<< ${catalog} /Perms << /DocMDP 31 0 R >> >>` };
export const page = (more: string): string => `<< ${pageBody} /Annots ${annotations} ${more} >>`;
