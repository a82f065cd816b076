/**
 * Time-stamp tokens (RFC 3161 §2.4.2 with ESSCertIDv2 of RFC 5816): a signed TSTInfo.
 *
 * A signature's stamp is over its SignatureValue octets (RFC 3161 appendix A).
 */
import { equal, fromHex, toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import {
  buildSignedData,
  cmsOid,
  messageHashOf,
  parseSignedData,
  type SignedData,
  signedAttributesWith,
  smallerTwin,
} from '#formats/cms';
import type { Engine, Signer } from '#formats/crypto';
import {
  boolean,
  booleanOf,
  contextPrimitive,
  contextTag,
  type Der,
  DerReader,
  generalizedTime,
  integer,
  integerFromBytes,
  integerOf,
  oid,
  oidOf,
  parseDer,
  preciseTimeOf,
  sequence,
  signedInteger,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { type Certificate, certificateDigest } from '#formats/x509';
import { type Imprint, imprintDer, parseImprint } from './imprint.ts';

/** What a TSTInfo says (RFC 3161 §2.4.2). */
export interface TimestampClaim {
  readonly policy: string;
  readonly imprint: Imprint;
  /** Lower-case hex of the INTEGER's octets. */
  readonly serial: string;
  readonly time: Instant;
  /**
   * Microseconds past it, 0 to 999: what is read of a clock ends at the millisecond, and tokens of
   * one millisecond are put in order by these. None unless said.
   */
  readonly micros?: number;
  /** The true time lies this close to `time`; undefined when the token does not say. */
  readonly accuracyMs: number | undefined;
  /** Tokens of one authority can be put in order by their times, whatever the accuracy. */
  readonly ordering: boolean;
  readonly nonce: bigint | undefined;
}

export interface TimestampToken extends TimestampClaim {
  readonly der: Uint8Array;
  /** The TSTInfo octets that are signed. */
  readonly info: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  readonly signedData: SignedData;
}

const millisMax = 999;

export async function buildToken(
  info: TimestampClaim,
  by: {
    readonly certificate: Certificate;
    readonly signer: Signer;
    readonly engine: Engine;
    /** The certificate is not put inside (RFC 3161 §2.4.1). */
    readonly isBagless?: boolean;
  },
): Promise<Uint8Array> {
  const { algorithm } = by.signer;
  const hash = messageHashOf(algorithm);
  const content = claimDer(info);
  const attributes = signedAttributesWith(hash, {
    contentType: cmsOid.timestampInfo,
    messageDigest: await by.engine.digest(hash, content),
    certificateDigest: await certificateDigest(by.certificate, hash, by.engine),
  });
  const signature = await by.signer.sign(attributes);
  return buildSignedData({
    certificate: by.certificate,
    signedAttributes: attributes,
    // The house's own stamps are of this one kind, and have one form.
    signature: algorithm === 'ecdsa-sha256' ? smallerTwin(signature) : signature,
    algorithm,
    isBagless: by.isBagless ?? false,
    encapsulated: { contentType: cmsOid.timestampInfo, content },
  });
}

/** From its bytes, or as a value of the answer that it came in. */
export function parseToken(message: Uint8Array | Der): TimestampToken {
  const signedData = parseSignedData(message);
  const { content, certificates, der } = signedData;
  if (signedData.contentType !== cmsOid.timestampInfo || content === undefined) {
    throw new Fault('tsp.malformed', { why: 'not a time-stamp' });
  }
  return { ...parseClaim(content), der, info: content, certificates, signedData };
}

function claimDer(info: TimestampClaim): Uint8Array {
  return sequence(
    integer(1),
    oid(info.policy),
    imprintDer(info.imprint),
    integerFromBytes(fromHex(info.serial)),
    generalizedTime(info.time, info.micros),
    ...(info.accuracyMs === undefined ? [] : [accuracyDer(info.accuracyMs)]),
    ...(info.ordering ? [boolean(true)] : []),
    ...(info.nonce === undefined ? [] : [signedInteger(info.nonce)]),
  );
}

/** Are TSTInfo and signature value byte for byte what the house's authority writes? */
export function isOwnClaim(token: TimestampToken): boolean {
  const { nonce = 0n, signedData } = token;
  const { signature } = signedData.signer;
  if (!equal(smallerTwin(signature), signature)) return false;
  return nonce >= 0n && equal(claimDer(token), token.info);
}

function parseClaim(der: Uint8Array): TimestampClaim {
  const reader = new DerReader(parseDer(der), tag.sequence);
  if (smallIntegerOf(reader.next(tag.integer)) !== 1) {
    throw new Fault('tsp.malformed', { why: 'version' });
  }
  const policy = oidOf(reader.next(tag.oid));
  const imprint = parseImprint(reader.next(tag.sequence));
  const serial = toHex(reader.next(tag.integer).content);
  const { time, micros } = preciseTimeOf(reader.next(tag.generalizedTime));
  const accuracy = reader.optional(tag.sequence);
  const ordering = reader.optional(tag.boolean);
  const nonce = reader.optional(tag.integer);
  reader.optional(contextTag(0, 'constructed')); // The authority's name; its certificate says more.
  reader.optional(contextTag(1, 'constructed'));
  reader.end();
  return {
    policy,
    imprint,
    serial,
    time,
    micros,
    accuracyMs: accuracy === undefined ? undefined : accuracyMsOf(accuracy),
    ordering: ordering !== undefined && booleanOf(ordering),
    nonce: nonce === undefined ? undefined : integerOf(nonce),
  };
}

/** Accuracy ::= SEQUENCE { seconds, millis [0] 1..999, micros [1] 1..999 }, each optional. */
function accuracyDer(accuracyMs: number): Uint8Array {
  const seconds = Math.floor(accuracyMs / 1000);
  const millis = accuracyMs % 1000;
  return sequence(
    ...(seconds === 0 ? [] : [integer(seconds)]),
    ...(millis === 0 ? [] : [contextPrimitive(0, parseDer(integer(millis)).content)]),
  );
}

/** A started millisecond counts whole. */
export function accuracyMsOf(accuracy: Der): number {
  const reader = new DerReader(accuracy, tag.sequence);
  const seconds = reader.optional(tag.integer);
  const millis = reader.optional(contextTag(0, 'primitive'));
  const micros = reader.optional(contextTag(1, 'primitive'));
  reader.end();
  const partOf = (value: Der | undefined): number => {
    const part = value === undefined ? 0 : smallIntegerOf(value);
    // The implicit tag hides from the reader that this is an INTEGER, in the fewest octets.
    const isSpelled = value === undefined || equal(parseDer(integer(part)).content, value.content);
    if (part > millisMax || !isSpelled)
      throw new Fault('tsp.malformed', { at: accuracy.at, why: 'accuracy' });
    return part;
  };
  const whole = seconds === undefined ? 0 : smallIntegerOf(seconds);
  return whole * 1000 + partOf(millis) + (partOf(micros) > 0 ? 1 : 0);
}
