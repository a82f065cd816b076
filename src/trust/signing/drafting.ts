/**
 * Turns a wish to sign into bytes: the prepared revision, the attributes over it, the ticket.
 * Pure; nothing is signed, stamped or stored here.
 */

import { concat, equal, fromBase64, toBase64 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { addSeconds, type Instant } from '#base/clock';
import { assert, Fault, faultCode } from '#base/fault';
import { buildSignedData, signedAttributes } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import {
  type Appearance,
  embedSignature,
  openPdf,
  prepareSignature,
  type Rect,
  signedBytes,
} from '#formats/pdf';
import { parseCertificate } from '#formats/x509';
import type { Revision } from './revision-shelf.ts';
import { parseTicket, type Ticket, ticketJson } from './ticket.ts';

/** Room for one certificate, one stamp with its certificate, and growth. */
export const contentsBytes = 16_384;
export const leaseSecondsMax = 60;

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
  /** The whole prepared file. */
  readonly prepared: Uint8Array;
}

export async function draftTicket(
  wish: {
    readonly id: string;
    readonly base: Revision;
    readonly newest: Revision;
    readonly face: SealFace;
    readonly certificate: Uint8Array;
    readonly now: Instant;
  },
  engine: Engine,
): Promise<DraftedTicket> {
  const { base, newest, certificate, now } = wish;
  const file = await openPdf(newest.bytes, engine);
  const prepared = preparedIn(file, wish.face, now);
  const covered = signedBytes(prepared.bytes, prepared.byteRange);
  const { notAfter } = parseCertificate(certificate);
  const lease = addSeconds(now, leaseSecondsMax);
  const ticket: Ticket = {
    id: wish.id,
    document: newest.document,
    field: wish.face.field,
    base: { bytes: base.bytes.length, sha256: base.sha256 },
    revision: {
      bytes: prepared.bytes.length,
      sha256: await engine.digest('sha256', prepared.bytes),
    },
    byteRange: prepared.byteRange,
    signedAttrs: signedAttributes({
      messageDigest: await engine.digest('sha256', covered),
      certificateSha256: await engine.digest('sha256', certificate),
    }),
    certificate,
    leaseUntil: lease < notAfter ? lease : notAfter,
  };
  return { ticket, prepared: prepared.bytes };
}

function preparedIn(file: Awaited<ReturnType<typeof openPdf>>, face: SealFace, time: Instant) {
  try {
    return prepareSignature(file, { ...face, time, contentsBytes });
  } catch (thrown) {
    if (faultCode(thrown) !== 'pdf.field_taken') throw thrown;
    throw new Fault('signing.already_signed', { field: face.field }, { cause: thrown });
  }
}

/** The final file: the CMS with its stamp in the place that was prepared for it. */
export function sealedFile(
  drafted: DraftedTicket,
  parts: { signature: Uint8Array; timestampToken: Uint8Array },
): Uint8Array {
  const { ticket, prepared } = drafted;
  const cms = buildSignedData({
    certificate: parseCertificate(ticket.certificate),
    signedAttributes: ticket.signedAttrs,
    ...parts,
  });
  return embedSignature(prepared, ticket.byteRange, cms);
}

/** What is kept of a drafted ticket: its text and what it appends to the revision it stands on. */
export function printDraft(drafted: DraftedTicket, newest: Revision): Uint8Array {
  const appended = drafted.prepared.subarray(newest.bytes.length);
  return canonicalBytes({ v: 1, ticket: ticketJson(drafted.ticket), appended: toBase64(appended) });
}

export async function readDraft(
  bytes: Uint8Array,
  on: Revision,
  engine: Engine,
): Promise<DraftedTicket> {
  const members = new Map(Object.entries<Json>(Object(parseCanonical(bytes))));
  const appended = members.get('appended');
  assert(typeof appended === 'string', 'a kept draft holds the bytes it appends');
  const ticket = parseTicket(members.get('ticket') ?? null);
  const prepared = concat(on.bytes, fromBase64(appended));
  const sha256 = await engine.digest('sha256', prepared);
  assert(equal(sha256, ticket.revision.sha256), 'a kept draft stands on the revision it names');
  return { ticket, prepared };
}
