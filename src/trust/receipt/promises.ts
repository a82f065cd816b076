/**
 * Promises of a log: a durable entry that has no place yet will have one within a day, or whoever
 * holds the promise convicts the log with it (docs/specs/witness.md).
 *
 * They are signed where the log's key is, and only for what that process itself finds durable: a
 * process that could have any hash promised could have the log convicted.
 */
import { addSeconds, type Clock } from '#base/clock';
import type { Engine, Signer } from '#formats/crypto';
import { hashLeaf, type NoteKey } from '#formats/tlog';
import { signPromise } from '#formats/witness';

/** How long the log gives itself: witnesses may be away for a night, and a database for hours. */
export const promiseSecondsMax = 86_400;
const millis = 1_000;

/** An entry without a place, as one look at the store finds it. */
export interface UnplacedPromise {
  readonly bytes: Uint8Array;
  /** The largest size that the log had signed in the same moment. */
  readonly signedSize: number;
}

export interface PromisesParts {
  /** Undefined for what is unknown or has its place: nothing is left to promise. */
  readonly unplaced: (hash: string) => Promise<UnplacedPromise | undefined>;
  readonly key: NoteKey;
  readonly signer: Signer;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** Gives promises of one log. */
export class Promises {
  readonly #parts: PromisesParts;

  constructor(parts: PromisesParts) {
    this.#parts = parts;
  }

  /** The signed note, or undefined where the entry has its place already. */
  async of(hash: string): Promise<string | undefined> {
    const { unplaced, key, signer, engine, clock } = this.#parts;
    const found = await unplaced(hash);
    if (found === undefined) return undefined;
    const leaf = await hashLeaf(found.bytes, engine);
    const bySeconds = Math.floor(addSeconds(clock.now(), promiseSecondsMax) / millis);
    const promised = { origin: key.name, leaf, since: found.signedSize, bySeconds };
    return signPromise(promised, key, signer);
  }
}
