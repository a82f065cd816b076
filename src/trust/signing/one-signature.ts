/**
 * Signs one PDF with one key, for people who have a file, a key and nothing else (PAdES B-B, B-T).
 *
 * No ticket, no shelf, no evidence: whoever holds the key stands at this computer and signs for
 * themselves (docs/decisions/0029). Contracts of the house are signed by the `Sealer`.
 */
import { equal } from '#base/bytes';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { buildSignedData, messageHashOf, signedAttributesWith } from '#formats/cms';
import type { Engine, Signer } from '#formats/crypto';
import {
  type Appearance,
  digestInPlace,
  embedInPlace,
  fillSignature,
  invisible,
  judgeChanges,
  openPdf,
  type PdfFile,
  type PreparedRevision,
  prepareSignature,
  type Rect,
  readSignatures,
} from '#formats/pdf';
import { type Certificate, readCertificate } from '#formats/x509';
import type { Stamper } from './ports.ts';

/** Where the signature goes: into an empty field of the document, or into a new one. */
export type SignaturePlace =
  | { readonly is: 'field'; readonly field: string }
  | { readonly is: 'new'; readonly field: string; readonly page: number; readonly rect: Rect };

/** What one person wants signed. */
export interface SigningOrder {
  readonly document: Uint8Array;
  readonly place: SignaturePlace;
  readonly signer: Signer;
  /** DER of the certificate for that key. */
  readonly certificate: Uint8Array;
  /** DER of the certificates between it and a root. */
  readonly chain?: readonly Uint8Array[];
  /** What is drawn, for a field of this size in points; nothing unless said. */
  readonly face?: (size: { width: number; height: number }) => Appearance;
  /** Who signs, for a reader's eyes; the certificate's common name unless said. */
  readonly signerName?: string;
}

/** Room for one signature of any algorithm with its attributes. */
const signatureRoomBytes = 4_096;
const stampRoomBytes = 12_288;

/**
 * The document with one more revision, stamped if there is a stamper. Refuses with a `pdf.*` code
 * what cannot be signed as it stands (encrypted, to be repaired, beyond a limit), with
 * signing.key_differs, signing.certificate_expired, signing.earlier_broken, and with `timestamp.*`
 * where no trusted time was to be had: then nothing is signed.
 */
export async function signDocument(
  order: SigningOrder,
  parts: { readonly engine: Engine; readonly clock: Clock; readonly stamps?: Stamper },
): Promise<Uint8Array> {
  const { engine, clock, stamps } = parts;
  const certificate = certificateFor(order, clock);
  const file = await openPdf(order.document, engine);
  const prepared = prepareFor(order, { file, certificate, clock, isStamped: stamps !== undefined });
  const attributes = await attributesFor(order, prepared, engine);
  const signature = await order.signer.sign(attributes);
  await requireIntact(order, { attributes, signature }, engine);
  const stamp = await stamps?.stamp(signature);
  const cms = buildSignedData({
    certificate,
    signedAttributes: attributes,
    signature,
    algorithm: order.signer.algorithm,
    chain: order.chain ?? [],
    ...(stamp === undefined ? {} : { timestampToken: stamp.der }),
  });
  embedInPlace(prepared, cms);
  await requireEarlierIntact(file, prepared.bytes, engine);
  return prepared.bytes;
}

function certificateFor({ certificate: der, signer }: SigningOrder, clock: Clock): Certificate {
  const certificate = readCertificate(der);
  if (!equal(certificate.publicKey, signer.publicKey)) throw new Fault('signing.key_differs');
  const now = clock.now();
  if (now < certificate.notBefore || now > certificate.notAfter) {
    throw new Fault('signing.certificate_expired');
  }
  return certificate;
}

function prepareFor(
  order: SigningOrder,
  by: {
    readonly file: PdfFile;
    readonly certificate: Certificate;
    readonly clock: Clock;
    readonly isStamped: boolean;
  },
): PreparedRevision {
  const { place, chain = [], face = () => invisible } = order;
  const { file, certificate, clock, isStamped } = by;
  const bag = [certificate.der, ...chain].reduce((sum, der) => sum + der.length, 0);
  const wish = {
    field: place.field,
    signerName: order.signerName ?? certificate.subjectCommonName ?? certificate.subject.text,
    time: clock.now(),
    contentsBytes: signatureRoomBytes + bag + (isStamped ? stampRoomBytes : 0),
    isForeign: true,
  };
  if (place.is === 'field') return fillSignature(file, { ...wish, appearance: face });
  const { page, rect } = place;
  const size = { width: rect[2] - rect[0], height: rect[3] - rect[1] };
  return prepareSignature(file, { ...wish, page, rect, appearance: face(size) });
}

async function attributesFor(
  { signer, certificate }: SigningOrder,
  prepared: PreparedRevision,
  engine: Engine,
): Promise<Uint8Array> {
  const hash = messageHashOf(signer.algorithm);
  return signedAttributesWith(hash, {
    messageDigest: await digestInPlace(prepared, hash, engine),
    certificateDigest: await engine.digest(hash, certificate),
  });
}

/** A device that signed something else, or with another key, is found out before the file is. */
async function requireIntact(
  { signer }: SigningOrder,
  made: { attributes: Uint8Array; signature: Uint8Array },
  engine: Engine,
): Promise<void> {
  const { algorithm, publicKey } = signer;
  const { attributes: message, signature } = made;
  if (await engine.verify({ algorithm, publicKey, signature, message })) return;
  throw new Fault('signing.signature_differs');
}

/** What an earlier signer forbade (a certification, a lock) is not for us to break. */
async function requireEarlierIntact(
  before: PdfFile,
  signed: Uint8Array,
  engine: Engine,
): Promise<void> {
  const earlier = readSignatures(before);
  if (earlier.length === 0) return;
  const after = await openPdf(signed, engine);
  const was = await judgeChanges(before, earlier, engine);
  const found = readSignatures(after).filter(({ field }) =>
    earlier.some((one) => one.field === field),
  );
  const is = await judgeChanges(after, found, engine);
  const broken = is.findIndex(
    (change, at) => change.is === 'forbidden' && was[at]?.is !== 'forbidden',
  );
  if (broken < 0) return;
  throw new Fault('signing.earlier_broken', {
    field: found[broken]?.field ?? '',
    because: is[broken]?.because ?? '',
  });
}
