/**
 * The signature of the source over its own record: judged when it comes, kept with what it is over.
 *
 * The keys are those a machine signs its requests with (ES256, Ed25519, SM2, HMAC). A signature
 * under a shared secret proves something to the house alone, and is called so.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
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

/** What the entry commits to under `@source`. */
export async function sourceWord(
  unit: Unit,
  told: {
    readonly source: Source;
    readonly record: SourceRecord;
    readonly signature: GivenSignature | undefined;
    readonly isRequired: boolean;
  },
  parts: { readonly keys: SourceKeys; readonly engine: Engine },
): Promise<Json> {
  const { source, record, signature, isRequired } = told;
  const { client, name } = source;
  if (signature === undefined) {
    if (isRequired) throw new Fault('deposit.signature_missing', { item: record.item });
    return { client, name, signed: false };
  }
  const key = await parts.keys.keyOf(unit, client, signature.key);
  if (key === undefined) throw new Fault('deposit.signature_wrong', { item: record.item });
  const check = { base: sourceMessage(record), signature: bytesOf(signature.value), key };
  if (!(await verifyMessage(check, parts.engine))) {
    throw new Fault('deposit.signature_wrong', { item: record.item });
  }
  return {
    algorithm: key.algorithm,
    client,
    key: signature.key,
    name,
    ...('publicKey' in key ? { publicKey: toBase64(key.publicKey) } : {}),
    signature: signature.value,
    signed: true,
  };
}

function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64(text);
  } catch (cause) {
    throw new Fault('deposit.signature_wrong', { why: 'base64' }, { cause });
  }
}
