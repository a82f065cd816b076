/** TimeStampResp (RFC 3161 §2.4.2): a token, or why there is none. */
import { Fault, faultCode } from '#base/fault';
import {
  bitString,
  bitStringOf,
  type Der,
  DerReader,
  definite,
  integer,
  parseBer,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
  utf8String,
} from '#formats/der';

/** PKIFailureInfo bits (RFC 3161 §2.4.2) that the house's authority gives. */
const failureBits = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  systemFailure: 25,
} as const;
export type TimestampFailure = keyof typeof failureBits;

export type TimestampResponse =
  /** The token as it was read: nobody need read its bytes again. */
  | { readonly is: 'granted'; readonly token: Der }
  | {
      readonly is: 'rejected';
      readonly failure: TimestampFailure | undefined;
      readonly text: string | undefined;
    };

const granted = 0;
const grantedWithModifications = 1;
const rejection = 2;
const failureOctets = 4;

export function buildGranted(token: Uint8Array): Uint8Array {
  return sequence(sequence(integer(granted)), token);
}

export function buildRejected(failure: TimestampFailure, text: string): Uint8Array {
  return sequence(sequence(integer(rejection), sequence(utf8String(text)), failureDer(failure)));
}

export function parseResponse(der: Uint8Array): TimestampResponse {
  const reader = new DerReader(parseDer(der), tag.sequence);
  const statusReader = reader.enter(tag.sequence);
  const status = smallIntegerOf(statusReader.next(tag.integer));
  const text = statusReader.optional(tag.sequence)?.children[0];
  const failure = statusReader.optional(tag.bitString);
  statusReader.end();
  const token = reader.optional(tag.sequence);
  reader.end();
  const isGranted = status === granted || status === grantedWithModifications;
  if (isGranted !== (token !== undefined)) {
    throw new Fault('tsp.malformed', { why: 'status and token disagree' });
  }
  if (token !== undefined) return { is: 'granted', token };
  return {
    is: 'rejected',
    failure: failure === undefined ? undefined : failureOf(bitStringOf(failure).bytes),
    text: text?.tag === tag.utf8String ? new TextDecoder().decode(text.content) : undefined,
  };
}

/**
 * The same from anybody's authority: many write BER, and some a line's end behind it. The token is
 * handed on with definite lengths, for it goes into a message that is DER.
 */
export function readResponse(bytes: Uint8Array): TimestampResponse {
  try {
    return parseResponse(bytes);
  } catch (thrown) {
    if (faultCode(thrown) !== 'der.malformed') throw thrown;
    return parseResponse(definite(parseBer(bytes).value));
  }
}

/** A named bit list: trailing zero bits are left out (X.690 §11.2.2). */
function failureDer(failure: TimestampFailure): Uint8Array {
  const bit = failureBits[failure];
  const bytes = new Uint8Array(Math.floor(bit / 8) + 1);
  bytes[bytes.length - 1] = 0x80 >> (bit % 8);
  return bitString(bytes, 7 - (bit % 8));
}

function failureOf(bytes: Uint8Array): TimestampFailure | undefined {
  if (bytes.length > failureOctets) return undefined;
  const failures = Object.keys(failureBits) as TimestampFailure[];
  return failures.find((one) => {
    const bit = failureBits[one];
    return ((bytes[Math.floor(bit / 8)] ?? 0) & (0x80 >> (bit % 8))) !== 0;
  });
}
