/**
 * The written standing authorisation under which a seal signs by itself (law 1): which seal, which
 * kinds of documents, from when until when, granted by whom. A closed, canonical JSON text.
 */

import { equal } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';

const authorisationBytesMax = 64 * 1024;
const documentsMax = 64;

export interface StandingAuthorisation {
  readonly id: string;
  readonly tenant: string;
  readonly seal: string;
  /** Kinds of documents, such as `loan-contract`. */
  readonly documents: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
  /** Who signed the paper: an office of the institution, no natural person's name. */
  readonly grantedBy: string;
}

export function printAuthorisation(given: StandingAuthorisation): Uint8Array {
  const { id, tenant, seal, documents, grantedBy } = given;
  const from = formatInstant(given.from);
  const until = formatInstant(given.until);
  const kind = 'seal.authorisation';
  return canonicalBytes({ v: 1, kind, id, tenant, seal, documents, from, until, grantedBy });
}

/** Accepts only what printAuthorisation prints. */
export function parseAuthorisation(bytes: Uint8Array): StandingAuthorisation {
  if (bytes.length > authorisationBytesMax) throw malformed();
  try {
    const read = readAuthorisation(parseCanonical(bytes));
    if (equal(printAuthorisation(read), bytes)) return read;
  } catch (cause) {
    if (faultCode(cause) === undefined) throw cause;
    throw malformed(cause);
  }
  throw malformed();
}

function readAuthorisation(value: Json): StandingAuthorisation {
  const members = new Map(
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries<Json>(value)
      : [],
  );
  const text = (name: string): string => {
    const member = members.get(name);
    if (typeof member !== 'string' || member.length === 0) throw malformed();
    return member;
  };
  const documents = members.get('documents');
  if (!isTexts(documents) || documents.length === 0 || documents.length > documentsMax) {
    throw malformed();
  }
  return {
    id: text('id'),
    tenant: text('tenant'),
    seal: text('seal'),
    documents,
    from: parseInstant(text('from')),
    until: parseInstant(text('until')),
    grantedBy: text('grantedBy'),
  };
}

function isTexts(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function malformed(cause?: unknown): Fault {
  return new Fault('keys.authorisation_malformed', {}, { cause });
}
