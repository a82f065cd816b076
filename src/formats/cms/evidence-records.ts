/**
 * Evidence records that stand in a message as unsigned attributes (RFC 4998 appendix A, ETSI
 * EN 319 122-3): each is over the message as it was before, and one of the kind "external" over the
 * content beside it as well.
 */
import { concat, equal } from '#base/bytes';
import {
  contextConstructed,
  contextTag,
  type Der,
  oidOf,
  parseBer,
  sequence,
  setOf,
  tag,
} from '#formats/der';
import { cmsOid } from './oids.ts';
import { type CmsSigner, valuesOf } from './signer.ts';

/** A record in a message; `isOutside` if it is over the detached content too. */
export interface HeldRecord {
  readonly der: Uint8Array;
  readonly isOutside: boolean;
}

export function recordsIn({ unsigned }: CmsSigner): readonly HeldRecord[] {
  return [cmsOid.evidenceInside, cmsOid.evidenceOutside].flatMap((name) => {
    const isOutside = name === cmsOid.evidenceOutside;
    return valuesOf(unsigned, name).map(({ der }) => ({ der, isOutside }));
  });
}

/** Bytes that are hashed for each reading. */
const messageBytesMax = 16 * 1024 * 1024;

/**
 * The message without records, but for those of `kept`: its other parts as they are written, the
 * lengths around them as DER has them. A message without any is given back as it is; of one that is
 * too large nothing is.
 */
export function messageBefore(
  message: Uint8Array,
  kept: readonly Uint8Array[],
): Uint8Array | undefined {
  if (message.length > messageBytesMax) return undefined;
  const whole = parseBer(message).value;
  const [type, explicit] = whole.children;
  const [signed] = explicit?.children ?? [];
  const signers = signed?.children.at(-1);
  if (type === undefined || signed === undefined || signers === undefined) return message;
  const before = signers.children.map((one) => signerBefore(one, kept));
  if (before.every((one, at) => one === signers.children[at]?.der)) return message;
  const parts = signed.children.slice(0, -1).map(({ der }) => der);
  return sequence(type.der, contextConstructed(0, sequence(...parts, listOf(signers, before))));
}

/** A SET OF in the order in which it stood. */
function listOf({ children }: Der, values: readonly Uint8Array[]): Uint8Array {
  const sorted = setOf(...values);
  const length = values.reduce((sum, one) => sum + one.length, 0);
  return children.length < 2
    ? sorted
    : concat(sorted.subarray(0, sorted.length - length), ...values);
}

const recordNames: readonly string[] = [cmsOid.evidenceInside, cmsOid.evidenceOutside];

function signerBefore(signer: Der, kept: readonly Uint8Array[]): Uint8Array {
  const unsigned = signer.children.at(-1);
  if (unsigned?.tag !== contextTag(1, 'constructed')) return signer.der;
  const attributes = unsigned.children.flatMap((one) => attributeBefore(one, kept));
  if (attributes.every((one, at) => one === unsigned.children[at]?.der)) {
    if (attributes.length === unsigned.children.length) return signer.der;
  }
  const others = signer.children.slice(0, -1).map(({ der }) => der);
  const left = attributes.length === 0 ? [] : [contextConstructed(1, concat(...attributes))];
  return sequence(...others, ...left);
}

function attributeBefore(attribute: Der, kept: readonly Uint8Array[]): readonly Uint8Array[] {
  const [name, values] = attribute.children;
  if (name?.tag !== tag.oid || values === undefined) return [attribute.der];
  if (!recordNames.includes(oidOf(name))) return [attribute.der];
  const left = values.children.filter(({ der }) => kept.some((one) => equal(one, der)));
  if (left.length === 0) return [];
  if (left.length === values.children.length) return [attribute.der];
  return [sequence(name.der, setOf(...left.map(({ der }) => der)))];
}
