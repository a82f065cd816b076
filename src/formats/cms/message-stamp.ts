/**
 * What a CAdES archive time-stamp of version 2 stamps (RFC 5126 §6.4.1): the whole message, part by
 * part, one behind the other, and the content where it lies beside.
 *
 * The text says "all data elements in the SignerInfo" and makers read it in two ways, with and
 * without the tag and length around the unsigned attributes, some of them sorted as DER wants it.
 * Each reading is tried: one whose digest is the imprint was stamped, whatever its maker thought.
 */
import { concat, equal } from '#base/bytes';
import type { Engine, HashName } from '#formats/crypto';
import {
  contextConstructed,
  contextTag,
  type Der,
  oid,
  parseDer,
  sequence,
  setOf,
} from '#formats/der';
import { type Attribute, readAttributes } from './attributes.ts';
import type { DetachedContent } from './check-signer.ts';
import type { CmsFacts } from './facts.ts';
import { cmsOid } from './oids.ts';
import type { CmsSigner } from './signer.ts';

/** One reading of the message that has this digest, and the unsigned attributes within it. */
export interface StampedMessage {
  readonly stamped: Pick<DetachedContent, 'digest'>;
  readonly attributes: readonly { readonly oid: string; readonly value: Der }[];
}

/** Bytes that are hashed for each reading. */
const messageBytesMax = 16 * 1024 * 1024;

/**
 * Undefined where no reading has this digest, where the content is not here, and where there is too
 * much to hash. `isEarlier` says of another archive time-stamp whether this one is over it.
 */
export async function readStampedMessage(
  { message, signer }: { readonly message: CmsFacts; readonly signer: CmsSigner },
  ask: {
    readonly hash: HashName;
    readonly digest: Uint8Array;
    readonly content: DetachedContent | undefined;
    readonly isEarlier: (token: Uint8Array) => boolean;
  },
  engine: Engine,
): Promise<StampedMessage | undefined> {
  const { content, hash, digest } = ask;
  if (message.content === undefined && content === undefined) return undefined;
  const outside = message.content === undefined ? (content?.bytes() ?? new Uint8Array()) : nothing;
  const kept = attributesBefore(signer, ask.isEarlier);
  const front = [message.encapsulated, outside, message.bagDer, message.listsDer, signer.core];
  const size = [...front, ...kept].reduce((sum, one) => sum + one.length, 0);
  if (size > messageBytesMax) return undefined;
  const whole = contextConstructed(1, concat(...kept));
  const sorted = setOf(...kept);
  const asSet = sorted.slice();
  asSet[0] = contextTag(1, 'constructed');
  for (const unsigned of [concat(...kept), whole, parseDer(sorted).content, asSet]) {
    const bytes = [...front, unsigned];
    if (!equal(await engine.digest(hash, ...bytes), digest)) continue;
    const attributes = kept.flatMap((der) =>
      attributeOf(der).values.map((value) => ({ oid: attributeOf(der).oid, value })),
    );
    return { stamped: { digest: (other) => engine.digest(other, ...bytes) }, attributes };
  }
  return undefined;
}

const nothing = new Uint8Array();

/** The unsigned attributes as they were when the stamp came: without it and those after it. */
function attributesBefore(
  { unsignedAttributes }: CmsSigner,
  isEarlier: (token: Uint8Array) => boolean,
): readonly Uint8Array[] {
  return dersOf(unsignedAttributes).flatMap((der) => {
    const one = attributeOf(der);
    if (!archiveNames.includes(one.oid)) return [der];
    const values = one.values.filter((value) => isEarlier(value.der));
    if (values.length === one.values.length) return [der];
    if (values.length === 0) return [];
    return [sequence(oid(one.oid), setOf(...values.map((value) => value.der)))];
  });
}

const archiveNames: readonly string[] = [cmsOid.archiveTimestamp, cmsOid.archiveTimestampOfRfc5126];

function attributeOf(der: Uint8Array): Attribute {
  const [one] = readAttributes(parseDer(setOf(der)));
  return one ?? { oid: '', values: [] };
}

function dersOf(list: Der | undefined): readonly Uint8Array[] {
  return (list?.children ?? []).map(({ der }) => der);
}
