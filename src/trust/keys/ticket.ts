/**
 * Reads the parts of a signing ticket (formats.md) that a key must judge before it signs.
 *
 * Members not named here are left to the sealer; the journal fixes the digest of the whole ticket.
 */
import { fromBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { type Instant, parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';

const signedAttributesBytesMax = 4 * 1024;
const certificateBytesMax = 16 * 1024;
const idPattern = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

export interface TicketToSeal {
  readonly id: string;
  readonly document: string;
  /** The exact bytes that are signed: DER SET OF attributes (RFC 5652 §5.4). */
  readonly signedAttrs: Uint8Array;
  readonly certificate: Uint8Array;
  readonly leaseUntil: Instant;
}

export function parseTicketToSeal(ticket: Json): TicketToSeal {
  try {
    return readTicket(ticket);
  } catch (cause) {
    if (faultCode(cause) === undefined) throw cause;
    throw new Fault('keys.ticket_malformed', {}, { cause });
  }
}

function readTicket(ticket: Json): TicketToSeal {
  const members = new Map(
    typeof ticket === 'object' && ticket !== null && !Array.isArray(ticket)
      ? Object.entries<Json>(ticket)
      : [],
  );
  const text = (name: string, charactersMax: number): string => {
    const member = members.get(name);
    if (typeof member !== 'string' || member.length === 0 || member.length > charactersMax) {
      throw new Fault('keys.ticket_malformed', { member: name });
    }
    return member;
  };
  const id = text('id', 64);
  if (members.get('v') !== 1 || !idPattern.test(id)) throw new Fault('keys.ticket_malformed');
  return {
    id,
    document: text('document', 128),
    signedAttrs: fromBase64(text('signedAttrs', 2 * signedAttributesBytesMax)),
    certificate: fromBase64(text('certificate', 2 * certificateBytesMax)),
    leaseUntil: parseInstant(text('leaseUntil', 40)),
  };
}
