/**
 * A ticket: what exactly one key is asked to sign, for one field of one revision (formats.md).
 *
 * Its text is canonical JSON and one ticket has one text, so that its digest names it in the log.
 * It carries no authority: it only fixes what the signature will be checked against.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { isUuid } from '#base/id';
import type { ByteRange } from '#formats/pdf';

const nameCharactersMax = 128;
const sha256Bytes = 32;

/** A state of a file: how long it is and its SHA-256. */
export interface TicketState {
  readonly bytes: number;
  readonly sha256: Uint8Array;
}

export interface Ticket {
  readonly id: string;
  readonly document: string;
  readonly field: string;
  /** The base revision: what was shown and confirmed. */
  readonly base: TicketState;
  /** The prepared revision, the place for the signature still empty. */
  readonly revision: TicketState;
  readonly byteRange: ByteRange;
  /** The DER that the key signs (RFC 5652 §5.4). */
  readonly signedAttrs: Uint8Array;
  /** The DER of the certificate the key must belong to. */
  readonly certificate: Uint8Array;
  readonly leaseUntil: Instant;
}

/** In the order of the canonical text, which is spelled in one go then. */
export function ticketJson(ticket: Ticket): Json {
  return {
    base: stateJson(ticket.base),
    byteRange: [...ticket.byteRange],
    certificate: toBase64(ticket.certificate),
    document: ticket.document,
    field: ticket.field,
    id: ticket.id,
    leaseUntil: formatInstant(ticket.leaseUntil),
    revision: stateJson(ticket.revision),
    signedAttrs: toBase64(ticket.signedAttrs),
    v: 1,
  };
}

function stateJson({ bytes, sha256 }: TicketState): Json {
  return { bytes, sha256: toBase64(sha256) };
}

/** Accepts only what `ticketJson` gives; all else is signing.ticket_malformed. */
export function parseTicket(json: Json): Ticket {
  try {
    const ticket = readTicket(json);
    if (canonical(ticketJson(ticket)) !== canonical(json)) throw malformed('members');
    return ticket;
  } catch (thrown) {
    const code = faultCode(thrown);
    if (code === undefined || code === 'signing.ticket_malformed') throw thrown;
    throw new Fault('signing.ticket_malformed', { why: code }, { cause: thrown });
  }
}

function readTicket(json: Json): Ticket {
  const members = membersOf(json);
  const [from, first, second, rest, ...more] = listIn(members, 'byteRange').map(whole);
  if (from === undefined || first === undefined || second === undefined || rest === undefined) {
    throw malformed('byteRange');
  }
  const id = textIn(members, 'id');
  if (more.length > 0 || from !== 0 || !isUuid(id)) throw malformed('id');
  return {
    id,
    document: nameIn(members, 'document'),
    field: nameIn(members, 'field'),
    base: stateIn(members, 'base'),
    revision: stateIn(members, 'revision'),
    byteRange: [from, first, second, rest],
    signedAttrs: fromBase64(textIn(members, 'signedAttrs')),
    certificate: fromBase64(textIn(members, 'certificate')),
    leaseUntil: parseInstant(textIn(members, 'leaseUntil')),
  };
}

type Members = ReadonlyMap<string, Json>;

function membersOf(json: Json | undefined): Members {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed('object');
  return new Map(Object.entries<Json>(json));
}

function stateIn(members: Members, name: string): TicketState {
  const state = membersOf(members.get(name));
  const sha256 = fromBase64(textIn(state, 'sha256'));
  if (sha256.length !== sha256Bytes) throw malformed(name);
  return { bytes: whole(state.get('bytes')), sha256 };
}

function listIn(members: Members, name: string): readonly (Json | undefined)[] {
  const list = members.get(name);
  if (!Array.isArray(list)) throw malformed(name);
  return list;
}

function textIn(members: Members, name: string): string {
  const text = members.get(name);
  if (typeof text !== 'string' || text === '') throw malformed(name);
  return text;
}

function nameIn(members: Members, name: string): string {
  const text = textIn(members, name);
  if (text.length > nameCharactersMax) throw malformed(name);
  return text;
}

function whole(value: Json | undefined): number {
  if (typeof value !== 'number' || value < 0) throw malformed('number');
  return value;
}

function malformed(why: string): Fault {
  return new Fault('signing.ticket_malformed', { why });
}
