/** TimeStampReq (RFC 3161 §2.4.1): what one asks a time-stamping authority. */
import { Fault } from '#base/fault';
import {
  boolean,
  booleanOf,
  contextTag,
  DerReader,
  integer,
  integerOf,
  oid,
  oidOf,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { type Imprint, imprintDer, parseImprint } from './imprint.ts';

export interface TimestampRequest {
  readonly imprint: Imprint;
  readonly nonce: bigint | undefined;
  readonly policy: string | undefined;
  readonly certReq: boolean;
  /** It carries extensions, none of which is understood here. */
  readonly isExtended: boolean;
}

/** A request of the house: with a nonce, asking for the certificate (RFC 3161 §2.4.1). */
export function buildRequest(given: {
  readonly imprint: Imprint;
  readonly nonce: bigint;
  readonly policy?: string;
}): Uint8Array {
  return sequence(
    integer(1),
    imprintDer(given.imprint),
    ...(given.policy === undefined ? [] : [oid(given.policy)]),
    integer(given.nonce),
    boolean(true),
  );
}

/** Reads anybody's request; x509.algorithm_unknown for a digest that has no name here. */
export function parseRequest(der: Uint8Array): TimestampRequest {
  const reader = new DerReader(parseDer(der), tag.sequence);
  if (smallIntegerOf(reader.next(tag.integer)) !== 1) {
    throw new Fault('tsp.malformed', { why: 'version' });
  }
  // RFC 3161 §2.4.2: the token's imprint has the same value, NULL or none in its algorithm.
  const asked = reader.next(tag.sequence);
  const imprint = { ...parseImprint(asked), der: asked.der };
  const policy = reader.optional(tag.oid);
  const nonce = reader.optional(tag.integer);
  const certReq = reader.optional(tag.boolean);
  const extensions = reader.optional(contextTag(0, 'constructed'));
  reader.end();
  return {
    imprint,
    policy: policy === undefined ? undefined : oidOf(policy),
    nonce: nonce === undefined ? undefined : integerOf(nonce),
    certReq: certReq !== undefined && booleanOf(certReq),
    isExtended: extensions !== undefined,
  };
}
