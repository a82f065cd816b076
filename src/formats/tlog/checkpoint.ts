/**
 * A tree head as text (C2SP tlog-checkpoint v1.0.0) and the cosignatures on it (C2SP
 * tlog-cosignature v1.1: Ed25519, signature type 0x04, and ML-DSA-44, type 0x06).
 *
 * Extension lines are refused: nobody audits them. A cosignature says that at its time the largest
 * consistent tree its witness had seen of this origin had this root.
 */
import { concat, equal, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import { isBy, type Note, type NoteKey, type NoteSignature, parseNote } from './note.ts';
import { parseHash, parseSize } from './size.ts';

const timestampBytes = 8;
const opaqueBytesMax = 255;
const originBytesMax = opaqueBytesMax;
/** tlog-cosignature: `uint8 label[12]`, another domain than every text of the house. */
const subtreeLabel = utf8('subtree/v1\n\0');

export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface Checkpoint extends TreeHead {
  readonly note: Note;
}

export interface Cosigner {
  readonly name: string;
  /** Seconds since the epoch, by the witness's own clock. */
  readonly atSeconds: number;
}

export interface JudgedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly signedByLog: boolean;
  /** Witnesses of the list whose cosignature holds. */
  readonly cosigners: readonly Cosigner[];
  /** Names on lines that no listed key wrote, and on lines of listed keys that do not hold. */
  readonly unknown: readonly string[];
  readonly broken: readonly string[];
}

export function printHead(head: TreeHead): string {
  return `${head.origin}\n${head.size}\n${toBase64(head.root)}\n`;
}

export function parseHead(text: string): TreeHead {
  const lines = text.split('\n');
  const [origin, size, root, end] = lines;
  if (lines.length !== 4 || end !== '' || origin === undefined || origin.length === 0) {
    throw new Fault('tlog.checkpoint_malformed', { why: 'lines' });
  }
  if (utf8(origin).length > originBytesMax) {
    throw new Fault('tlog.checkpoint_malformed', { why: 'origin' });
  }
  return { origin, size: parseSize(size ?? ''), root: parseHash(root ?? '') };
}

export function parseCheckpoint(text: string): Checkpoint {
  const note = parseNote(text);
  return { ...parseHead(note.text), note };
}

/**
 * What a witness signs. Ed25519: a domain line, its time, the checkpoint's whole text. ML-DSA-44:
 * the structure `cosigned_message`, which also commits to the witness's name.
 */
function cosignedMessage(key: NoteKey, atSeconds: number, text: string): Uint8Array {
  if (key.kind !== 'mldsa-cosignature') {
    return utf8(`cosignature/v1\ntime ${atSeconds}\n${text}`);
  }
  const { origin, size, root } = parseHead(text);
  const start = uint64(0);
  const named = [opaque(key.name), uint64(atSeconds), opaque(origin)];
  return concat(subtreeLabel, ...named, start, uint64(size), root);
}

/** RFC 8446 §3.4: a vector of up to 255 octets behind its length. */
function opaque(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length > opaqueBytesMax) {
    throw new Fault('tlog.checkpoint_malformed', { why: 'name length' });
  }
  return concat(Uint8Array.of(bytes.length), bytes);
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(timestampBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

export async function cosign(
  what: { text: string; atSeconds: number },
  key: NoteKey,
  signer: Signer,
): Promise<NoteSignature> {
  const signature = await signer.sign(cosignedMessage(key, what.atSeconds, what.text));
  const time = uint64(what.atSeconds);
  return { name: key.name, keyId: key.id, signature: concat(time, signature) };
}

/** Checks every line against the keys a verifier holds. Throws only for text that is no note. */
export async function judgeCheckpoint(
  text: string,
  keys: { log: NoteKey; witnesses: readonly NoteKey[] },
  engine: Engine,
): Promise<JudgedCheckpoint> {
  const checkpoint = parseCheckpoint(text);
  const cosigners = new Map<string, Cosigner>();
  const counted: NoteKey[] = [keys.log];
  const unknown: string[] = [];
  const broken: string[] = [];
  let signedByLog = false;
  for (const signature of checkpoint.note.signatures) {
    const key = [keys.log, ...keys.witnesses].find((candidate) => isBy(signature, candidate));
    if (key === undefined) {
      unknown.push(signature.name);
      continue;
    }
    const held = await heldBy(checkpoint.note.text, { key, signature, engine });
    if (held === undefined || (key.kind === 'ed25519' && key !== keys.log)) {
      broken.push(signature.name);
    } else if (key === keys.log) signedByLog = true;
    else if (isCounted(key, counted)) broken.push(signature.name);
    else {
      counted.push(key);
      cosigners.set(held.name, held);
    }
  }
  return { checkpoint, signedByLog, cosigners: [...cosigners.values()], unknown, broken };
}

/** One key is one witness, whatever names it is trusted under; a log's is none of its own. */
function isCounted({ name, publicKey }: NoteKey, counted: readonly NoteKey[]): boolean {
  return counted.some((one) => one.name !== name && equal(one.publicKey, publicKey));
}

interface Signed {
  readonly key: NoteKey;
  readonly signature: NoteSignature;
  readonly engine: Engine;
}

/** Who cosigned and when, or nothing when this key did not sign this text. */
export async function cosignerOf(text: string, signed: Signed): Promise<Cosigner | undefined> {
  return signed.key.kind === 'ed25519' ? undefined : heldBy(text, signed);
}

/** The same for every kind of key; a signature of the text itself has no time of its own. */
async function heldBy(text: string, signed: Signed): Promise<Cosigner | undefined> {
  const { name, kind } = signed.key;
  if (kind === 'ed25519') {
    return (await holdsOver(utf8(text), signed)) ? { name, atSeconds: 0 } : undefined;
  }
  const bytes = signed.signature.signature;
  if (bytes.length <= timestampBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, timestampBytes);
  const atSeconds = Number(view.getBigUint64(0));
  // Without a time nothing is said about the largest tree (tlog-cosignature, ML-DSA-44 message).
  if (!Number.isSafeInteger(atSeconds) || atSeconds === 0) return undefined;
  const signature = { ...signed.signature, signature: bytes.slice(timestampBytes) };
  const message = cosignedMessage(signed.key, atSeconds, text);
  return (await holdsOver(message, { ...signed, signature })) ? { name, atSeconds } : undefined;
}

/** Does the key's own signature hold over a note that is no checkpoint? */
export async function judgeNote(note: Note, key: NoteKey, engine: Engine): Promise<boolean> {
  const signature = note.signatures.find((line) => isBy(line, key));
  if (signature === undefined || key.kind !== 'ed25519') return false;
  return holdsOver(utf8(note.text), { key, signature, engine });
}

function holdsOver(message: Uint8Array, signed: Signed): Promise<boolean> {
  const { kind, publicKey } = signed.key;
  return signed.engine.verify({
    algorithm: kind === 'mldsa-cosignature' ? 'ml-dsa-44' : 'ed25519',
    publicKey,
    signature: signed.signature.signature,
    message,
  });
}
