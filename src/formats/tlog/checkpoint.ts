/**
 * A tree head as text (C2SP tlog-checkpoint v1.0.0) and the cosignatures on it
 * (C2SP tlog-cosignature v1, Ed25519, signature type 0x04).
 *
 * Extension lines are refused: nobody audits them. A cosignature says that at its time the largest
 * consistent tree its witness had seen of this origin had this root.
 */
import { concat, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import { isBy, type Note, type NoteKey, type NoteSignature, parseNote } from './note.ts';
import { parseHash, parseSize } from './size.ts';

const timestampBytes = 8;
const originLettersMax = 255;

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
  if (origin.length > originLettersMax) {
    throw new Fault('tlog.checkpoint_malformed', { why: 'origin' });
  }
  return { origin, size: parseSize(size ?? ''), root: parseHash(root ?? '') };
}

export function parseCheckpoint(text: string): Checkpoint {
  const note = parseNote(text);
  return { ...parseHead(note.text), note };
}

/** What a witness signs: a domain line, its time, the checkpoint's whole text. */
export function cosignedMessage(atSeconds: number, text: string): Uint8Array {
  return utf8(`cosignature/v1\ntime ${atSeconds}\n${text}`);
}

export async function cosign(
  what: { text: string; atSeconds: number },
  key: NoteKey,
  signer: Signer,
): Promise<NoteSignature> {
  const signature = await signer.sign(cosignedMessage(what.atSeconds, what.text));
  const time = new Uint8Array(timestampBytes);
  new DataView(time.buffer).setBigUint64(0, BigInt(what.atSeconds));
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
  const unknown: string[] = [];
  const broken: string[] = [];
  let signedByLog = false;
  for (const signature of checkpoint.note.signatures) {
    const key = [keys.log, ...keys.witnesses].find((candidate) => isBy(signature, candidate));
    if (key === undefined) {
      unknown.push(signature.name);
    } else if (key.kind === 'ed25519') {
      const holds = await holdsOver(utf8(checkpoint.note.text), { key, signature, engine });
      if (holds && key === keys.log) signedByLog = true;
      else broken.push(signature.name);
    } else {
      const cosigner = await cosignerOf(checkpoint.note.text, { key, signature, engine });
      if (cosigner === undefined) broken.push(signature.name);
      else cosigners.set(cosigner.name, cosigner);
    }
  }
  return { checkpoint, signedByLog, cosigners: [...cosigners.values()], unknown, broken };
}

interface Signed {
  readonly key: NoteKey;
  readonly signature: NoteSignature;
  readonly engine: Engine;
}

/** Who cosigned and when, or nothing when this key did not sign this text. */
export async function cosignerOf(text: string, signed: Signed): Promise<Cosigner | undefined> {
  const bytes = signed.signature.signature;
  if (signed.key.kind !== 'cosignature' || bytes.length <= timestampBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, timestampBytes);
  const atSeconds = Number(view.getBigUint64(0));
  if (!Number.isSafeInteger(atSeconds)) return undefined;
  const signature = { ...signed.signature, signature: bytes.slice(timestampBytes) };
  const holds = await holdsOver(cosignedMessage(atSeconds, text), { ...signed, signature });
  return holds ? { name: signed.key.name, atSeconds } : undefined;
}

function holdsOver(message: Uint8Array, signed: Signed): Promise<boolean> {
  return signed.engine.verify({
    algorithm: 'ed25519',
    publicKey: signed.key.publicKey,
    signature: signed.signature.signature,
    message,
  });
}
