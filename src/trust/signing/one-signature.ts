/**
 * Signs one PDF with one key, for people who have a file, a key and nothing else (PAdES B-B, B-T).
 *
 * No ticket, no shelf, no evidence: whoever holds the key stands at this computer and signs for
 * themselves (docs/decisions/0029). Contracts of the house are signed by the `Sealer`.
 */
import { equal, giveBack } from '#base/bytes';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { buildSignedData, cmsOid, messageHashOf, signedAttributesWith } from '#formats/cms';
import type { Engine, Signer } from '#formats/crypto';
import {
  type Appearance,
  claimsArchival,
  digestPrepared,
  embedInPlace,
  fillSignature,
  findText,
  invisible,
  openToSign,
  type PdfFile,
  type Point,
  type PreparedRevision,
  prepareSignature,
  prepareStraddle,
  type Rect,
  type Restrictions,
  readSignatures,
  rectOver,
  type StraddleWish,
  type TextPlace,
  type TextWish,
} from '#formats/pdf';
import { type Certificate, readCertificate } from '#formats/x509';
import { isArea, requireEarlierIntact, requirePrepared } from './earlier.ts';
import type { Stamper } from './ports.ts';

/** Where the signature goes: into an empty field of the document, or into a new one. */
export type SignaturePlace =
  | { readonly is: 'field'; readonly field: string }
  | { readonly is: 'new'; readonly field: string; readonly page: number; readonly rect: Rect }
  /** Over words of the document: the middle of the face on the middle of the words, then moved. */
  | {
      readonly is: 'text';
      readonly field: string;
      readonly find: TextWish;
      readonly width: number;
      readonly height: number;
      readonly offset?: Point;
    }
  /** One seal over the right edges of several pages (骑缝章); all pages unless said. */
  | ({ readonly is: 'straddle' } & Pick<StraddleWish, 'field' | 'seal' | 'pages' | 'heightShare'>);

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
  /** What is drawn is a seal: refused with pdf.place_unseen where nobody would see it. */
  readonly mustBeSeen?: boolean;
  /** The message under the identifiers of GB/T 35275; for an SM2 key alone, never in PDF/A. */
  readonly isGm?: boolean;
  /** Who signs, for a reader's eyes; the certificate's common name unless said. */
  readonly signerName?: string;
  /** What nobody may change any more once this is signed. */
  readonly restrictions?: Restrictions;
  /**
   * Memory of the caller's in which the signed document is to stand, for whoever signs one file
   * after the other: `signingRoomBytes` longer than the document, and best of all the memory that
   * the document begins. It is written when all is done; what is too short is left alone.
   */
  readonly room?: Uint8Array;
}

/** What signing alone leans on; without a stamper the signature bears no proved time (B-B). */
export interface SigningParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly stamps?: Stamper;
}

/** Room for one signature of any algorithm with its attributes. */
const signatureRoomBytes = 4_096;
const stampRoomBytes = 12_288;
/** What one signature appends at most, unless its face or its certificates are large. */
export const signingRoomBytes = 131_072;

/**
 * The document with one more revision, stamped if there is a stamper. Refuses with a `pdf.*` code
 * what cannot be signed as it stands (locked by a password, to be repaired, beyond a limit), with
 * signing.key_differs, signing.certificate_expired, signing.not_first where it is to be certified
 * late, signing.gm_not_archival, signing.earlier_broken where an earlier signer forbids it,
 * signing.place_unprepared where a seen place comes after a certification for forms, and
 * with `timestamp.*` where no trusted time was to be had: then nothing is signed.
 */
export async function signDocument(order: SigningOrder, parts: SigningParts): Promise<Uint8Array> {
  const { prepared, isJoined } = await signedRevision(order, parts);
  // Compared with earlier signatures it was joined for that, and what was joined is the answer.
  if (isJoined && order.room === undefined) return prepared.bytes;
  const { before, appended } = prepared;
  const whole = placed(before, appended, order.room);
  // Told of some ten megabytes that nobody reads any more, the collector goes through everything.
  giveBack(appended);
  return whole;
}

/**
 * Both in one piece. New memory is the dearest part of signing a large file: 20 MB are 5,000 pages
 * that the system hands out one by one (docs/decisions/0061). Nothing signed is ever moved in a
 * file, so a document that begins the caller's room stays where it lies.
 */
function placed(before: Uint8Array, appended: Uint8Array, room?: Uint8Array): Uint8Array {
  const bytes = before.length + appended.length;
  // Memory that is written whole need not be zeroed first.
  const whole =
    room !== undefined && room.length >= bytes
      ? room.subarray(0, bytes)
      : new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
  const isThere = whole.buffer === before.buffer && whole.byteOffset === before.byteOffset;
  if (!isThere) whole.set(before);
  whole.set(appended, before.length);
  return whole;
}

/**
 * The same as two pieces, the document and what comes behind it: whoever writes to a disk need not
 * join them, which for a large file costs as much as half its digest.
 */
export async function signAppended(order: SigningOrder, parts: SigningParts): Promise<Uint8Array> {
  return (await signedRevision(order, parts)).prepared.appended;
}

async function signedRevision(
  order: SigningOrder,
  parts: SigningParts,
): Promise<{ readonly prepared: PreparedRevision; readonly isJoined: boolean }> {
  const { engine, clock, stamps } = parts;
  const certificate = certificateFor(order, clock);
  const file = await openToSign(order.document, engine);
  const earlier = readSignatures(file);
  // ISO 32000-2 §12.8.2.2.1: who certifies a document signs it first.
  const isCertifying = order.restrictions?.certify !== undefined;
  if (isCertifying && earlier.length > 0) throw new Fault('signing.not_first');
  // ISO 19005-3 §6.4.3 wants PKCS #7 by its own identifiers; SM2 itself may stand in them.
  if (order.isGm === true && (await claimsArchival(file, engine))) {
    throw new Fault('signing.gm_not_archival');
  }
  const prepared = await prepareFor(order, {
    file,
    certificate,
    clock,
    isStamped: stamps !== undefined,
  });
  // Before the key is asked: what an earlier signer forbids is not signed and then thrown away.
  if (earlier.length > 0) {
    requirePrepared(earlier, newPlaces(order.place));
    await requireEarlierIntact({ before: order.document, earlier }, prepared.bytes, engine);
  }
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
    isGm: order.isGm === true,
    ...(stamp === undefined ? {} : { timestampToken: stamp.der }),
  });
  embedInPlace(prepared, cms);
  return { prepared, isJoined: earlier.length > 0 };
}

function newPlaces(place: SignaturePlace): Parameters<typeof requirePrepared>[1] {
  if (place.is === 'field') return [];
  return [{ field: place.field, isSeen: place.is !== 'new' || isArea(place.rect) }];
}

function certificateFor({ certificate: der, signer }: SigningOrder, clock: Clock): Certificate {
  const certificate = readOnce(der);
  if (!equal(certificate.publicKey, signer.publicKey)) throw new Fault('signing.key_differs');
  const now = clock.now();
  if (now < certificate.notBefore || now > certificate.notAfter) {
    throw new Fault('signing.certificate_expired');
  }
  return certificate;
}

/** A thousand files have one signer: reading the certificate is a tenth of a signature. */
function readOnce(der: Uint8Array): Certificate {
  if (lastRead === undefined || !equal(lastRead.der, der)) {
    const own = der.slice();
    lastRead = { der: own, certificate: readCertificate(own) };
  }
  return lastRead.certificate;
}

let lastRead: { readonly der: Uint8Array; readonly certificate: Certificate } | undefined;

async function prepareFor(
  order: SigningOrder,
  by: {
    readonly file: PdfFile;
    readonly certificate: Certificate;
    readonly clock: Clock;
    readonly isStamped: boolean;
  },
): Promise<PreparedRevision> {
  const { place, chain = [], face = () => invisible, mustBeSeen = false } = order;
  const { file, certificate, clock, isStamped } = by;
  const bag = [certificate.der, ...chain].reduce((sum, der) => sum + der.length, 0);
  const wish = {
    field: place.field,
    signerName: order.signerName ?? certificate.subjectCommonName ?? certificate.subject.text,
    time: clock.now(),
    contentsBytes: signatureRoomBytes + bag + (isStamped ? stampRoomBytes : 0),
    isForeign: true,
    ...(order.restrictions === undefined ? {} : { restrictions: order.restrictions }),
  };
  if (place.is === 'field') {
    const message = { hash: messageHashOf(order.signer.algorithm), isStamped };
    return fillSignature(file, { ...wish, appearance: face, message, mustBeSeen });
  }
  if (place.is === 'straddle') return prepareStraddle(file, { ...wish, ...place });
  const { page, rect } =
    place.is === 'new' ? place : over(file, await findText(file, place.find), place);
  if (mustBeSeen && !isArea(rect)) throw new Fault('pdf.place_unseen', { field: place.field });
  return prepareSignature(file, { ...wish, page, rect, appearance: face });
}

function over(
  file: PdfFile,
  found: TextPlace,
  face: { width: number; height: number; offset?: Point },
): { readonly page: number; readonly rect: Rect } {
  return { page: found.page, rect: rectOver(file, found, face) };
}

async function attributesFor(
  { signer, certificate, isGm = false }: SigningOrder,
  prepared: PreparedRevision,
  engine: Engine,
): Promise<Uint8Array> {
  const hash = messageHashOf(signer.algorithm);
  return signedAttributesWith(hash, {
    ...(isGm ? { contentType: cmsOid.gmData } : {}),
    messageDigest: await digestPrepared(prepared, hash, engine),
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
