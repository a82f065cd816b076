/**
 * Reads any authority's time-stamp token for judging (RFC 3161 §2.4.2, RFC 5816), alone or inside
 * the answer it came in; our own are read strictly by `parseToken`.
 */
import { toHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault, ifReadable } from '#base/fault';
import { type CmsFacts, type CmsSigner, cmsOid, readSignedData, signedDataIn } from '#formats/cms';
import type { HashName } from '#formats/crypto';
import {
  booleanOf,
  contextTag,
  type Der,
  DerReader,
  integerOf,
  looseTimeOf,
  oidOf,
  parseBer,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { hashAlgorithmOf } from '#formats/x509';
import { accuracyMsOf } from './token.ts';

/** What a token says; nothing in it is proved. */
export interface TimestampFacts {
  /** The token, a ContentInfo, without the answer around it. */
  readonly der: Uint8Array;
  readonly cms: CmsFacts;
  readonly signer: CmsSigner;
  /** The TSTInfo octets that are signed. */
  readonly info: Uint8Array;
  /** They are DER, as RFC 3161 §2.4.2 demands. */
  readonly infoIsDer: boolean;
  readonly policy: string;
  readonly imprint: {
    /** Undefined for a digest the engine does not know. */
    readonly hash: HashName | undefined;
    readonly hashOid: string;
    readonly digest: Uint8Array;
  };
  /** Lower-case hex of the INTEGER's octets. */
  readonly serial: string;
  readonly time: Instant;
  /** The true time lies this close to `time`; undefined when the token does not say. */
  readonly accuracyMs: number | undefined;
  readonly ordering: boolean;
  readonly nonce: bigint | undefined;
  /** The GeneralName that it gives its authority: a hint, and not who signed. */
  readonly authority: Der | undefined;
}

/**
 * From its bytes, those of the answer around it, or as a value of an answer that was read as DER.
 * Refuses with tsp.malformed, a cms or a der code what is no token.
 */
export function readTimestamp(message: Uint8Array | Der): TimestampFacts {
  const cms =
    message instanceof Uint8Array
      ? readSignedData(insideAnswer(message), { profile: 'etsi' })
      : signedDataIn(message);
  const { content: info, signers, contentType } = cms;
  const [signer, ...others] = signers;
  if (contentType !== cmsOid.timestampInfo || info === undefined || signer === undefined) {
    throw new Fault('tsp.malformed', { why: 'not a time-stamp' });
  }
  // RFC 3161 §2.4.2: no signatures but the authority's.
  if (others.length > 0) throw new Fault('tsp.malformed', { why: 'several signers' });
  const { value, trailingBytes, notStrict } = parseBer(info);
  if (trailingBytes > 0) throw new Fault('tsp.malformed', { why: 'bytes behind TSTInfo' });
  const infoIsDer = notStrict.length === 0;
  return { der: cms.der, cms, signer, info, infoIsDer, ...claimOf(value) };
}

/**
 * TimeStampResp ::= SEQUENCE { PKIStatusInfo, token }: its first value is no identifier, which a
 * token begins with. Most are tokens, and reading them twice is a tenth of judging them.
 */
function insideAnswer(bytes: Uint8Array): Uint8Array {
  const length = bytes[1] ?? 0;
  const inside = length > 0x80 ? 2 + (length & 0x7f) : 2;
  if (bytes[inside] === tag.oid) return bytes;
  const { value } = parseBer(bytes);
  const [first, token] = value.children;
  return first?.tag === tag.sequence && token?.tag === tag.sequence ? token.der : bytes;
}

type Claim = Omit<TimestampFacts, 'der' | 'cms' | 'signer' | 'info' | 'infoIsDer'>;

function claimOf(value: Der): Claim {
  const reader = new DerReader(value, tag.sequence);
  if (smallIntegerOf(reader.next(tag.integer)) !== 1) {
    throw new Fault('tsp.malformed', { at: value.at, why: 'version' });
  }
  const policy = oidOf(reader.next(tag.oid));
  const imprint = reader.enter(tag.sequence);
  const algorithm = imprint.next(tag.sequence);
  const digest = imprint.next(tag.octetString).content;
  imprint.end();
  const serial = toHex(reader.next(tag.integer).content);
  const time = looseTimeOf(reader.next(tag.generalizedTime));
  if (time === undefined) throw new Fault('tsp.malformed', { at: value.at, why: 'time' });
  const accuracy = reader.optional(tag.sequence);
  const ordering = reader.optional(tag.boolean);
  const nonce = reader.optional(tag.integer);
  const authority = reader.optional(contextTag(0, 'constructed'));
  const extensions = reader.optional(contextTag(1, 'constructed'));
  for (const one of extensions?.children ?? []) expectExtension(one);
  // What stands twice, elsewhere or behind would be read otherwise by others.
  reader.end();
  const [name] = algorithm.children;
  return {
    policy,
    imprint: {
      hash: hashIfKnown(algorithm),
      hashOid: name?.tag === tag.oid ? oidOf(name) : '',
      digest,
    },
    serial,
    time,
    accuracyMs: accuracy === undefined ? undefined : accuracyMsOf(accuracy),
    ordering: ordering !== undefined && booleanOf(ordering),
    nonce: nonce === undefined ? undefined : integerOf(nonce),
    authority: authority && onlyOne(authority),
  };
}

function onlyOne(explicit: Der): Der {
  const reader = new DerReader(explicit, explicit.tag);
  const value = reader.any();
  reader.end();
  return value;
}

/** None is understood here; what is no extension would be read otherwise by others. */
function expectExtension(value: Der): void {
  const reader = new DerReader(value, tag.sequence);
  reader.next(tag.oid);
  reader.optional(tag.boolean);
  reader.next(tag.octetString);
  reader.end();
}

function hashIfKnown(algorithm: Der): HashName | undefined {
  return ifReadable(() => hashAlgorithmOf(algorithm));
}
