/**
 * The signature of the source over its own record: judged when it comes, kept with what it is over.
 *
 * The keys are those a machine signs its requests with (ES256, Ed25519, SM2, HMAC). A signature
 * under a shared secret proves something to the house alone, and is called so.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { Fault, ifReadable } from '#base/fault';
import type { Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { type SourceRecord, sourceMessage } from '#formats/entry';
import { verifyMessage } from '#formats/httpsig';
import type { SourceKeys } from './ports.ts';

/** A signature as it comes with a record. */
export interface GivenSignature {
  /** The key's id, as in a signed request. */
  readonly key: string;
  /** base64. */
  readonly value: string;
}

/** Who deposits. */
export interface Source {
  readonly client: string;
  readonly name: string;
}

/** With what signatures are judged. */
export interface JudgingParts {
  readonly keys: SourceKeys;
  readonly engine: Engine;
}

/** What the entry commits to under `@source`. */
export async function sourceWord(
  unit: Unit,
  told: {
    readonly source: Source;
    readonly record: SourceRecord;
    readonly signature: GivenSignature | undefined;
    readonly isRequired: boolean;
  },
  parts: JudgingParts,
): Promise<Json> {
  const { source, record, signature, isRequired } = told;
  if (signature === undefined) {
    if (isRequired) throw new Fault('deposit.signature_missing', { item: record.item });
    return { client: source.client, name: source.name, signed: false };
  }
  const word = await signedWord(unit, { source, message: sourceMessage(record), signature }, parts);
  if (word === undefined) throw new Fault('deposit.signature_wrong', { item: record.item });
  return word;
}

/** Who signed and how, its members in their order; undefined when the signature does not hold. */
export async function signedWord(
  unit: Unit,
  told: {
    readonly source: Source;
    readonly message: Uint8Array;
    readonly signature: GivenSignature;
  },
  { keys, engine }: JudgingParts,
) {
  const { source, message, signature: given } = told;
  const key = await keys.keyOf(unit, source.client, given.key);
  const signature = ifReadable(() => fromBase64(given.value));
  if (key === undefined || signature === undefined) return undefined;
  if (!(await verifyMessage({ base: message, signature, key }, engine))) return undefined;
  return {
    algorithm: key.algorithm,
    client: source.client,
    key: given.key,
    name: source.name,
    ...('publicKey' in key ? { publicKey: toBase64(key.publicKey) } : {}),
    signature: given.value,
    signed: true,
  };
}
