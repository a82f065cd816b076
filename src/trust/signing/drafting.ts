/**
 * Turns a wish to sign into bytes: the prepared revision, the attributes over it, the ticket.
 * Pure; nothing is signed, stamped or stored here.
 */

import { concat, equal, giveBack, toBase64 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { addSeconds, type Instant } from '#base/clock';
import { assert, Fault, faultCode } from '#base/fault';
import { buildSignedData, signedAttributes } from '#formats/cms';
import type { Beginning, BegunDigest, Engine } from '#formats/crypto';
import type { Original } from '#formats/entry';
import {
  type Appearance,
  embedInPlace,
  openPdf,
  type PdfFile,
  type PreparedRevision,
  prepareSignature,
  type Rect,
  type SignatureWish,
} from '#formats/pdf';
import { type Certificate, parseCertificate } from '#formats/x509';
import type { DocumentHead, Revision } from './revision-shelf.ts';
import { parseTicket, type Ticket, ticketJson } from './ticket.ts';

/** Room for one signature of any algorithm with its attributes. */
const signatureRoomBytes = 2_048;
export const leaseSecondsMax = 60;
/** Of what is kept of a draft; what another program wrote in another form is prepared again. */
const draftVersion = 2;
const lineEnd = 0x0a;

/** Where and how the signature is seen. */
export interface SealFace {
  readonly field: string;
  readonly page: number;
  readonly rect: Rect;
  readonly appearance: Appearance;
  readonly signerName: string;
  readonly label?: string;
}

export interface DraftedTicket {
  readonly ticket: Ticket;
  readonly certificate: Certificate;
  /** The revision it stands on. */
  readonly on: Pick<DocumentHead, 'newest' | 'beginning'>;
  /** What it appends, the place of the signature still empty. */
  readonly appended: Uint8Array;
}

export async function draftTicket(
  wish: {
    readonly id: string;
    readonly head: DocumentHead;
    readonly face: SealFace;
    readonly certificate: Certificate;
    /** Room for one stamp with its certificate. */
    readonly stampBytes: number;
    readonly now: Instant;
  },
  engine: Engine,
): Promise<DraftedTicket> {
  const { head, certificate, now } = wish;
  const { newest, beginning } = head;
  const file = await openPdf(newest.bytes, engine);
  const contentsBytes = signatureRoomBytes + certificate.der.length + wish.stampBytes;
  const { appended, byteRange } = preparedIn(file, { ...wish.face, time: now, contentsBytes });
  const gap = { from: byteRange[1] - newest.bytes.length, to: byteRange[2] - newest.bytes.length };
  const covered = [appended.subarray(0, gap.from), appended.subarray(gap.to)];
  const lease = addSeconds(now, leaseSecondsMax);
  const { notAfter } = certificate;
  const ticket: Ticket = {
    id: wish.id,
    document: newest.document,
    field: wish.face.field,
    base: head.base,
    revision: {
      bytes: newest.bytes.length + appended.length,
      sha256: await beginning.digest('sha256', appended),
    },
    byteRange,
    signedAttrs: signedAttributes({
      messageDigest: await beginning.digest('sha256', ...covered),
      certificateSha256: await engine.digest('sha256', certificate.der),
    }),
    certificate: certificate.der,
    leaseUntil: lease < notAfter ? lease : notAfter,
  };
  return { ticket, certificate, on: head, appended };
}

function preparedIn(file: PdfFile, wish: SignatureWish): PreparedRevision {
  try {
    return prepareSignature(file, wish);
  } catch (thrown) {
    if (faultCode(thrown) !== 'pdf.field_taken') throw thrown;
    throw new Fault('signing.already_signed', { field: wish.field }, { cause: thrown });
  }
}

/** What the final file appends: the CMS with its stamp in the place that was prepared for it. */
export function sealedPart(
  { ticket, certificate, on, appended: prepared }: DraftedTicket,
  parts: { signature: Uint8Array; timestampToken: Uint8Array },
): Uint8Array {
  const cms = buildSignedData({ certificate, signedAttributes: ticket.signedAttrs, ...parts });
  const appended = prepared.slice();
  embedInPlace({ before: on.newest.bytes, appended, byteRange: ticket.byteRange }, cms);
  return appended;
}

/**
 * What is kept of a drafted ticket: a line with its text, then what it appends to the revision it
 * stands on, without the empty place, which is most of it.
 */
export function printDraft({ ticket, on, appended }: DraftedTicket): Uint8Array {
  const before = on.newest.bytes.length;
  const [, from, to] = ticket.byteRange;
  const text = canonicalBytes({ ticket: ticketJson(ticket), v: draftVersion });
  const line = Uint8Array.of(lineEnd);
  return concat(text, line, appended.subarray(0, from - before), appended.subarray(to - before));
}

/** Undefined for what another version of the house has kept. */
export async function readDraft(
  bytes: Uint8Array,
  on: { readonly newest: Revision; readonly beginning: Beginning },
): Promise<DraftedTicket | undefined> {
  const end = bytes.indexOf(lineEnd);
  if (end < 0) return undefined;
  const text = parseCanonical(bytes.subarray(0, end));
  const members = new Map(Object.entries<Json>(Object(text)));
  if (members.get('v') !== draftVersion) return undefined;
  const ticket = parseTicket(members.get('ticket') ?? null);
  const [, from, to] = ticket.byteRange;
  const place = new Uint8Array(to - from).fill(0x30);
  place[0] = 0x3c;
  place[place.length - 1] = 0x3e;
  const cut = end + 1 + from - on.newest.bytes.length;
  const appended = concat(bytes.subarray(end + 1, cut), place, bytes.subarray(cut));
  const sha256 = await on.beginning.digest('sha256', appended);
  assert(equal(sha256, ticket.revision.sha256), 'a kept draft stands on the revision it names');
  return { ticket, certificate: parseCertificate(ticket.certificate), on, appended };
}

/** The whole prepared file; signing.ticket_stale once `letGo` was called. */
export function joined(drafted: DraftedTicket): Uint8Array {
  if (isOver(drafted)) throw new Fault('signing.ticket_stale', { ticket: drafted.ticket.id });
  return concat(drafted.on.newest.bytes, drafted.appended);
}

/**
 * What was drafted has become a revision, or another one has for good: its memory is given back.
 * Other drafts on the same opened document are stale from here on, and see it by `isOver`.
 */
export function letGo({ on, appended }: DraftedTicket): void {
  giveBack(on.newest.bytes);
  giveBack(appended);
}

/** No file is empty but one whose memory was given back. */
export function isOver({ on }: DraftedTicket): boolean {
  return on.newest.bytes.length === 0;
}

/** The prepared file as an entry names it, without going through its beginning again. */
export async function preparedOriginal({ ticket, on, appended }: DraftedTicket): Promise<Original> {
  const { bytes, sha256 } = ticket.revision;
  const sm3 = await on.beginning.digest('sm3', appended);
  return { name: 'prepared', bytes, sha256: toBase64(sha256), sm3: toBase64(sm3) };
}

/** The signed file as an entry names it, and what goes on from it when the next one signs. */
export async function sealedOriginal(
  { on: { newest, beginning } }: DraftedTicket,
  appended: Uint8Array,
): Promise<{
  readonly original: Original;
  readonly sha256: Uint8Array;
  readonly met?: BegunDigest;
}> {
  const sha256 = await beginning.digest('sha256', appended);
  const met = beginning.begun?.('sm3', appended);
  const sm3 = met?.digest() ?? (await beginning.digest('sm3', appended));
  const bytes = newest.bytes.length + appended.length;
  const digests = { sha256: toBase64(sha256), sm3: toBase64(sm3) };
  const original = { name: 'revision', bytes, ...digests };
  return { original, sha256, ...(met === undefined ? {} : { met }) };
}
