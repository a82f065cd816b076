/**
 * A log's signed promise to include an entry in time: the receipt of level L0.
 *
 * Five lines as a signed note of the log's own key. The first line is no origin any log can have,
 * so that a promise never passes for a checkpoint. An entry that is not in the tree which witnesses
 * cosigned after `by` convicts the log (see misbehaviour.ts).
 */
import { toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import {
  judgeNote,
  type NoteKey,
  parseHash,
  parseNote,
  parseSize,
  printNote,
  signNote,
} from '#formats/tlog';

const firstLine = 'fubie/promise/v1';

/** What a log promises of one entry. */
export interface Promised {
  readonly origin: string;
  /** The leaf hash of the entry: SHA-256(0x00 ‖ entry). */
  readonly leaf: Uint8Array;
  /** The entry will stand at this place or after it: a size the log had signed by then. */
  readonly since: number;
  /** Seconds since 1970: what is cosigned later includes the entry. */
  readonly bySeconds: number;
}

export function printPromise(promise: Promised): string {
  const { origin, leaf, since, bySeconds } = promise;
  return `${firstLine}\n${origin}\n${toBase64(leaf)}\n${since}\n${bySeconds}\n`;
}

/** The whole note as it is handed to whoever submitted the entry. */
export async function signPromise(
  promise: Promised,
  key: NoteKey,
  signer: Signer,
): Promise<string> {
  const text = printPromise(promise);
  return printNote({ text, signatures: [await signNote(text, key, signer)] });
}

/** Refuses with witness.promise_malformed what is not exactly one. */
export function parsePromise(note: string): Promised {
  const { text } = parseNote(note);
  const [first, origin, leaf, since, by, end, ...more] = text.split('\n');
  if (first !== firstLine || end !== '' || more.length > 0 || origin === undefined) {
    throw new Fault('witness.promise_malformed', { why: 'lines' });
  }
  if (origin.length === 0) throw new Fault('witness.promise_malformed', { why: 'origin' });
  return {
    origin,
    leaf: parseHash(leaf ?? ''),
    since: parseSize(since ?? ''),
    bySeconds: parseSize(by ?? ''),
  };
}

/** Does the log's own signature hold over this promise? */
export function isPromiseOf(note: string, log: NoteKey, engine: Engine): Promise<boolean> {
  return judgeNote(parseNote(note), log, engine);
}
