/**
 * Checkpoints of the twin: C2SP tlog-checkpoint text under the origin `<origin>-sm3`, signed with
 * SM2 (GB/T 32918.2-2016, identity 1234567812345678) in a signed note.
 *
 * signed-note v1.0.0 leaves type 0xff to signatures that name themselves: the type byte is followed
 * by an identifier, and both go into the key id. No public witness understands it; ours need not.
 */
import { concat, equal, fromBase64, toBase64, toHex, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import {
  type Checkpoint,
  hashLeaf,
  inclusionFlaw,
  isKeyName,
  type NoteSignature,
  type ProofFlaw,
  parseCheckpoint,
  parseLogProof,
} from '#formats/tlog';
import { twinEngine } from './twin-tree.ts';

/** What follows the type byte 0xff: another meaning of the signature gets another identifier. */
const identifier = 'fubie/sm2-sm3-note@v1\n';
const typeByte = 0xff;
const keyIdBytes = 4;
const suffix = '-sm3';
const spkiBytesMax = 256;

/** A key that signs heads of a twin. */
export interface TwinKey {
  /** The twin's origin. */
  readonly name: string;
  readonly id: Uint8Array;
  /** DER SubjectPublicKeyInfo, SM2. */
  readonly publicKey: Uint8Array;
}

/** A twin's checkpoint and whether the key given signed it. */
export interface JudgedTwin {
  readonly checkpoint: Checkpoint;
  readonly signedByLog: boolean;
}

/** The origin of the twin of this log. */
export function twinOrigin(origin: string): string {
  return `${origin}${suffix}`;
}

/** The key id is SHA-256(name ‖ \n ‖ 0xff ‖ identifier ‖ key)[:4], as signed-note asks. */
export async function twinKey(
  key: { readonly name: string; readonly publicKey: Uint8Array },
  engine: Engine,
): Promise<TwinKey> {
  if (!isKeyName(key.name) || !key.name.endsWith(suffix)) throw malformed('name');
  const digest = await engine.digest('sha256', concat(utf8(`${key.name}\n`), material(key)));
  return { ...key, id: digest.slice(0, keyIdBytes) };
}

/** The verifier key as one line of text, as trust files hold it. */
export function printTwinVkey(key: TwinKey): string {
  return `${key.name}+${toHex(key.id)}+${toBase64(material(key))}`;
}

export async function parseTwinVkey(text: string, engine: Engine): Promise<TwinKey> {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  const [name, id, encoded] = [match?.[1], match?.[2], match?.[3]];
  if (name === undefined || id === undefined || encoded === undefined) throw malformed('form');
  let bytes: Uint8Array;
  try {
    bytes = fromBase64(encoded);
  } catch (cause) {
    throw malformed('base64', cause);
  }
  const head = concat(Uint8Array.of(typeByte), utf8(identifier));
  const publicKey = bytes.slice(head.length);
  const known = equal(bytes.slice(0, head.length), head);
  if (!known || publicKey.length === 0 || publicKey.length > spkiBytesMax) throw malformed('kind');
  const key = await twinKey({ name, publicKey }, engine);
  if (toHex(key.id) !== id) throw malformed('id');
  return key;
}

/** Signs the text of a twin's checkpoint. SM2 takes chance, so no two lines are alike. */
export async function signTwin(text: string, key: TwinKey, by: Signer): Promise<NoteSignature> {
  return { name: key.name, keyId: key.id, signature: await by.sign(utf8(text)) };
}

/** Throws only for text that is no checkpoint. A line that does not hold spoils the whole. */
export async function judgeTwin(text: string, key: TwinKey, engine: Engine): Promise<JudgedTwin> {
  const checkpoint = parseCheckpoint(text);
  const own = checkpoint.note.signatures.filter(
    ({ name, keyId }) => name === key.name && equal(keyId, key.id),
  );
  let signedByLog = own.length > 0 && checkpoint.origin === key.name;
  for (const { signature } of own) {
    const { publicKey } = key;
    const message = utf8(checkpoint.note.text);
    const holds = await engine.verify({ algorithm: 'sm2-sm3', publicKey, signature, message });
    signedByLog &&= holds;
  }
  return { checkpoint, signedByLog };
}

/** Judges a `.tlog-proof` of the twin for one entry's bytes; throws only for what is no proof. */
export async function judgeTwinProof(
  claim: { readonly text: string; readonly entry: Uint8Array },
  key: TwinKey,
  engine: Engine,
): Promise<JudgedTwin & { readonly index: number; readonly flaw: ProofFlaw | undefined }> {
  const { index, hashes: proof, checkpoint: text } = parseLogProof(claim.text);
  const judged = await judgeTwin(text, key, engine);
  const { size, root } = judged.checkpoint;
  const tree = twinEngine(engine);
  const leaf = await hashLeaf(claim.entry, tree);
  const flaw = await inclusionFlaw({ leaf, index, size, root, proof }, tree);
  return { ...judged, index, flaw };
}

function material({ publicKey }: { readonly publicKey: Uint8Array }): Uint8Array {
  return concat(Uint8Array.of(typeByte), utf8(identifier), publicKey);
}

function malformed(why: string, cause?: unknown): Fault {
  return new Fault('twin.vkey_malformed', { why }, { cause });
}
