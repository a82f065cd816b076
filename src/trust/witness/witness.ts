/**
 * A witness of transparency logs (C2SP tlog-witness v1.0.0): it cosigns a checkpoint only when that
 * continues the last one it cosigned, and remembers before it answers.
 *
 * It holds nothing but its key and the heads it has seen, so that a court or a notary can run one.
 * Every accepted proof is kept: they tell later which entries an altered log differs in.
 */
import { equal } from '#base/bytes';
import type { Clock } from '#base/clock';
import { ifReadable } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import {
  type Checkpoint,
  consistencyFlaw,
  cosign,
  judgeCheckpoint,
  type NoteKey,
  parseCheckpoint,
  printNote,
} from '#formats/tlog';
import {
  parseWitnessRequest,
  type WitnessedHead,
  type WitnessRefusal,
  type WitnessReply,
  type WitnessRequest,
} from '#formats/witness';

/** How far back its clock may be set before a witness says an earlier time than it has said. */
const setBackSecondsMax = 7_200;

/** What a witness has cosigned, in its own folder. */
export interface WitnessMemory {
  latest(origin: string): Promise<WitnessedHead | undefined>;
  /** Durable when the promise resolves. */
  keep(head: WitnessedHead): Promise<void>;
  /** Every head ever kept, oldest first. */
  all(): Promise<readonly WitnessedHead[]>;
}

export class Witness {
  readonly #parts: {
    key: NoteKey;
    signer: Signer;
    logOf: (origin: string) => Promise<NoteKey | undefined>;
    endOf?: (origin: string) => number | undefined;
    memory: WitnessMemory;
    clock: Clock;
    engine: Engine;
  };
  #turn: Promise<unknown> = Promise.resolve();
  #saidSeconds = 0;

  /**
   * `key` is of kind cosignature; the name of each log's key is its origin. `logOf` knows the logs
   * that are watched, and may learn of more; one it has once named must stay the same. `endOf`: the
   * last size of a shard after which the witness believes the key of the next.
   */
  constructor(parts: {
    key: NoteKey;
    signer: Signer;
    logOf: (origin: string) => Promise<NoteKey | undefined>;
    endOf?: (origin: string) => number | undefined;
    memory: WitnessMemory;
    clock: Clock;
    engine: Engine;
  }) {
    this.#parts = parts;
  }

  get key(): NoteKey {
    return this.#parts.key;
  }

  /** Answers one request; never throws for what is in it. */
  addCheckpoint(text: string): Promise<WitnessReply> {
    // One at a time: two requests that both saw the old head could roll the newer one back.
    const reply = this.#turn.then(() => this.#answer(text));
    this.#turn = reply.catch(() => undefined);
    return reply;
  }

  heads(): Promise<readonly WitnessedHead[]> {
    return this.#parts.memory.all();
  }

  async #answer(text: string): Promise<WitnessReply> {
    const request = parsed(() => parseWitnessRequest(text));
    const checkpoint = parsed(() => parseCheckpoint(request?.checkpoint ?? ''));
    if (request === undefined || checkpoint === undefined) return refused('malformed');
    const log = await this.#parts.logOf(checkpoint.origin);
    if (log === undefined) return refused('unknown_origin');
    const keys = { log, witnesses: [] };
    const judged = await judgeCheckpoint(request.checkpoint, keys, this.#parts.engine);
    // signed-note: a line of a known key that does not hold spoils the whole note.
    const isTrusted = judged.signedByLog && judged.broken.length === 0;
    if (!isTrusted) return refused('untrusted');
    // Whoever could go on behind the end as well as in the next shard would keep two logs.
    if (checkpoint.size > this.#endOf(checkpoint.origin)) return refused('untrusted');
    if (request.oldSize > checkpoint.size) return refused('malformed');
    return this.#compare(request, { checkpoint, log });
  }

  async #compare(
    request: WitnessRequest,
    { checkpoint, log }: { checkpoint: Checkpoint; log: NoteKey },
  ): Promise<WitnessReply> {
    const { memory, engine } = this.#parts;
    const { origin, size, root } = checkpoint;
    const latest = await memory.latest(origin);
    const oldSize = latest?.size ?? 0;
    if (request.oldSize !== oldSize) return { is: 'conflict', size: oldSize };
    if (latest?.size === size) {
      if (!equal(latest.root, root)) return { is: 'conflict', size };
      // From a tree to itself the proof is empty (c2sp.org/merkle-tree).
      if (request.proof.length > 0) return refused('inconsistent');
      return this.#sign(checkpoint, this.#nowSeconds(latest));
    }
    const from = { size: oldSize, root: latest?.root ?? root };
    const { proof } = request;
    const flaw = await consistencyFlaw({ from, to: { size, root }, proof }, engine);
    if (flaw !== undefined) return refused('inconsistent');
    // Kept before it is answered: what we have cosigned we never forget, whatever happens now.
    const { text, signatures } = checkpoint.note;
    const own = signatures.filter(({ name, keyId }) => name === log.name && equal(keyId, log.id));
    const note = printNote({ text, signatures: own });
    const atSeconds = this.#nowSeconds(latest);
    await memory.keep({ origin, size, root, oldSize, proof, atSeconds, note });
    return this.#sign(checkpoint, atSeconds);
  }

  async #sign(checkpoint: Checkpoint, atSeconds: number): Promise<WitnessReply> {
    const { key, signer } = this.#parts;
    const what = { text: checkpoint.note.text, atSeconds };
    return { is: 'cosigned', signatures: [await cosign(what, key, signer)] };
  }

  #endOf(origin: string): number {
    return this.#parts.endOf?.(origin) ?? Number.POSITIVE_INFINITY;
  }

  /**
   * Not before what it has said already: by a clock set back an hour an honest witness would have
   * cosigned a smaller head after a larger one, and be convicted of it.
   */
  #nowSeconds(latest: WitnessedHead | undefined): number {
    const now = Math.floor(this.#parts.clock.now() / 1000);
    const said = Math.max(this.#saidSeconds, latest?.atSeconds ?? 0);
    this.#saidSeconds = said > now && said - now <= setBackSecondsMax ? said : now;
    return this.#saidSeconds;
  }
}

function refused(because: WitnessRefusal): WitnessReply {
  return { is: 'refused', because };
}

function parsed<T>(parse: () => T): T | undefined {
  return ifReadable(() => parse());
}
