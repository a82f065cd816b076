/**
 * Gives a tenant's entries their places in its log and gets every head signed and witnessed, in an
 * order in which a crash after any step loses nothing and never leads to two roots for one size.
 *
 * The ceremony (`step`; recovery runs the same functions from where the last run stopped):
 *   1 sequence    places, head and unsigned draft in one transaction. After a crash: the draft.
 *   2 write       bundles and tiles of the draft, write-once. After a crash: written again, equal.
 *   3 check       every new file is read back and hashed up to the draft's root.
 *   4 remember    size and root go to this process's own journal, which refuses another root.
 *   5 sign        the log key signs the draft (Ed25519: the same text gives the same signature).
 *   6 sentinel    its cosignature makes L1. If it has seen another tree, the log stops.
 *   7 witnesses   a quorum of voters makes L2; whoever is down is asked again later.
 *   8 publish     the note with what was collected becomes the file `checkpoint`.
 */
import { addMs, type Clock, type Instant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import { nodesFromTiles } from '#formats/tiles';
import {
  append,
  consistencyProof,
  type Edge,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  type LevelPolicy,
  levelUnder,
  type NoteKey,
  parseSignatures,
  printHead,
  printSignatures,
  signNote,
} from '#formats/tlog';
import { heartbeatMs } from './heartbeat.ts';
import type { Draft, LogLease, LogStore, SignedHeads, TileStore, WitnessLine } from './ports.ts';
import { newestSigned, RollbackGuard } from './rollback-guard.ts';
import { checkTiles, writeTiles } from './tile-writing.ts';
import { type Submission, WitnessDesk, type WitnessOutcome } from './witness-desk.ts';

const batchEntriesMax = 1_000;
const idleMs = 50;
const startMs = 200;

export type SequencerStep =
  | 'sequence'
  | 'write'
  | 'check'
  | 'remember'
  | 'sign'
  | 'sentinel'
  | 'witnesses'
  | 'publish';

export interface SequencerParts {
  /** The log's key; its name is the origin. */
  readonly key: NoteKey;
  readonly signer: Signer;
  readonly lease: LogLease;
  readonly tiles: TileStore;
  readonly heads: SignedHeads;
  readonly sentinel: WitnessLine;
  readonly voters: readonly WitnessLine[];
  /** Non-voting: the regulator's mirror. */
  readonly mirrors: readonly WitnessLine[];
  readonly quorum: number;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly pause: (ms: number, stop: AbortSignal) => Promise<void>;
  /** Told before each step begins: for the process's log and for drills. */
  readonly observe?: (step: SequencerStep) => void;
}

export class Sequencer {
  readonly #parts: SequencerParts;
  readonly #sentinel: WitnessDesk;
  readonly #others: readonly WitnessDesk[];
  readonly #policy: LevelPolicy;
  readonly #standing = new Map<string, boolean>();
  /** False until this run has published: the last one may have crashed before its step 8. */
  #published = false;
  #beatAfter: Instant | undefined;

  constructor(parts: SequencerParts) {
    this.#parts = parts;
    const desk = (line: WitnessLine): WitnessDesk => new WitnessDesk({ ...parts, line });
    this.#sentinel = desk(parts.sentinel);
    this.#others = [...parts.voters, ...parts.mirrors].map(desk);
    this.#policy = {
      sentinel: parts.sentinel.key.name,
      voters: parts.voters.map(({ key }) => key.name),
      quorum: parts.quorum,
    };
  }

  /** Holds the lease and works until told to stop; refuses to begin with a log set back. */
  async run(stop: AbortSignal): Promise<void> {
    await this.#parts.lease.hold(async (log) => {
      try {
        await this.#work(log, stop);
      } catch (thrown) {
        // Said as long as it can be said: on a lost connection only the silence tells.
        const code = faultCode(thrown) ?? 'unknown';
        await this.#note(log, 'log_stopped', code).catch(() => undefined);
        throw thrown;
      }
    });
  }

  /** Proves that no witness that matters has seen a longer log than this one. */
  async start(log: LogStore): Promise<void> {
    const voters = this.#others.filter(({ name }) => this.#policy.voters.includes(name));
    const parts = { ...this.#parts, sentinel: this.#sentinel, voters };
    await new RollbackGuard(parts).prove(log);
  }

  /** Writes down that this log lives, and its sentinel if it answers; no oftener than needed. */
  async beat(log: LogStore): Promise<void> {
    const now = this.#parts.clock.now();
    if (this.#beatAfter !== undefined && now < this.#beatAfter) return;
    this.#beatAfter = addMs(now, heartbeatMs);
    await log.checkpoints.alive('sequencer', now);
    if (this.#sentinel.rests) return;
    const { is } = await this.#sentinel.probe(await newestSigned(log, this.#parts));
    // Whoever contradicts us lives, too; what it says is heard when it is asked to cosign.
    if (is !== 'absent') await log.checkpoints.alive('sentinel', now);
  }

  /** One round. Answers whether there was anything to sequence. */
  async step(log: LogStore): Promise<boolean> {
    const left = await log.checkpoints.newest();
    if (left !== undefined) await this.#finish(log, left);
    const sequenced = await this.#sequence(log);
    const draft = sequenced ? await log.checkpoints.newest() : undefined;
    if (draft !== undefined) await this.#finish(log, draft);
    return sequenced;
  }

  async #work(log: LogStore, stop: AbortSignal): Promise<void> {
    const { pause } = this.#parts;
    for (;;) {
      if (stop.aborted) return;
      await this.beat(log);
      if (await this.#started(log)) break;
      await pause(startMs, stop);
    }
    await this.#note(log, 'log_stopped', undefined);
    while (!stop.aborted) {
      await this.beat(log);
      if (!(await this.step(log))) await pause(idleMs, stop);
    }
  }

  /** A witness that is not up yet is waited for, with an alarm; a log set back is not. */
  async #started(log: LogStore): Promise<boolean> {
    try {
      await this.start(log);
      await this.#note(log, 'start_unproved', undefined);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'evidence.start_unproved') throw thrown;
      await this.#note(log, 'start_unproved', String(thrown.details['missing']));
      return false;
    }
  }

  async #sequence(log: LogStore): Promise<boolean> {
    const { engine, key, clock } = this.#parts;
    const entries = await log.pending(batchEntriesMax);
    if (entries.length === 0) return false;
    // Step 1: if we crash in it, no entry has a place; after it, all have, and a draft waits.
    this.#begin('sequence');
    const from = await log.head();
    let edge: Edge = from ?? emptyEdge;
    for (const { bytes } of entries) {
      edge = await append(edge, await hashLeaf(bytes, engine), { engine });
    }
    const to = { ...edge, root: await edgeRoot(edge, engine) };
    const draft = printHead({ origin: key.name, size: to.size, root: to.root });
    await log.advance({ from, to, entries, draft, at: clock.now() });
    return true;
  }

  async #finish(log: LogStore, draft: Draft): Promise<void> {
    if (!draft.signed) await this.#sign(log, draft);
    const signed = (await log.checkpoints.newestSigned()) ?? draft;
    const moved = await this.#collect(log, signed);
    if (!moved && draft.signed && this.#published) return;
    // Step 8: readers see the head with all that was collected. A crash before it shows the older.
    this.#begin('publish');
    const shown = (await log.checkpoints.newestSigned()) ?? signed;
    await this.#parts.tiles.publish(noteOf(shown));
    this.#published = true;
  }

  async #sign(log: LogStore, draft: Draft): Promise<void> {
    const { key, signer, heads, tiles, engine } = this.#parts;
    const from = (await log.checkpoints.newestSigned())?.size ?? 0;
    const growth = { from, to: draft.size, root: draft.root };
    // Step 2: written from the entries, never from memory. Half of it is as good as none of it.
    this.#begin('write');
    await writeTiles(growth, log, { tiles, engine });
    // Step 3: what cannot be read back is not signed. The log stops here until a person looks.
    this.#begin('check');
    await checkTiles(growth, { tiles, engine });
    // Step 4: from here on this process will sign no other root for this size, nor a smaller one.
    this.#begin('remember');
    await heads.put({ size: draft.size, root: draft.root });
    // Step 5: the signature is kept beside the draft; made twice it would be the same bytes.
    this.#begin('sign');
    const text = printSignatures([await signNote(draft.text, key, signer)]);
    await log.checkpoints.keep({ size: draft.size, by: key.name, text, isLog: true });
  }

  /** Steps 6 and 7. Answers whether a cosignature came. */
  async #collect(log: LogStore, draft: Draft): Promise<boolean> {
    const had = new Set(parseSignatures(draft.signatures).map(({ name }) => name));
    const submission = this.#submission(draft);
    let moved = false;
    if (!had.has(this.#sentinel.name) && !this.#sentinel.rests) {
      // Step 6: the sentinel is our memory in another place; without it the level stays L0.
      this.#begin('sentinel');
      const outcome = await this.#sentinel.cosign(submission);
      await this.#note(log, 'sentinel_absent', outcome.is !== 'cosigned' ? outcome.is : undefined);
      if (outcome.is === 'opposed') await this.#stop(log, outcome.detail);
      moved = await this.#keep(log, { draft, had, desk: this.#sentinel, outcome });
    }
    const asked = this.#others.filter((desk) => !had.has(desk.name) && !desk.rests);
    if (asked.length === 0) return moved;
    // Step 7: all at once; one that is down costs its deadline once, then it rests.
    this.#begin('witnesses');
    const outcomes = await Promise.all(
      asked.map(async (desk) => ({ desk, outcome: await desk.cosign(submission) })),
    );
    for (const { desk, outcome } of outcomes) {
      const opposed = outcome.is === 'opposed' ? outcome.detail : undefined;
      await this.#note(log, `witness_opposed.${desk.name}`, opposed);
      moved = (await this.#keep(log, { draft, had, desk, outcome })) || moved;
    }
    const votes = this.#policy.voters.filter((name) => had.has(name)).length;
    const missing = votes < this.#policy.quorum ? `${votes} of ${this.#policy.quorum}` : undefined;
    await this.#note(log, 'quorum_missing', missing);
    return moved;
  }

  async #keep(
    log: LogStore,
    kept: { draft: Draft; had: Set<string>; desk: WitnessDesk; outcome: WitnessOutcome },
  ): Promise<boolean> {
    const { draft, had, desk, outcome } = kept;
    if (outcome.is !== 'cosigned') return false;
    const text = printSignatures([outcome.signature]);
    await log.checkpoints.keep({ size: draft.size, by: desk.name, text, isLog: false });
    had.add(desk.name);
    const level = levelUnder(
      this.#policy,
      [...had].map((name) => ({ name })),
    );
    await log.checkpoints.reached(draft.size, level);
    return true;
  }

  #submission(draft: Draft): Submission {
    const { tiles, engine, key } = this.#parts;
    const nodes = nodesFromTiles(draft.size, (path) => tiles.read(path), engine);
    const own = parseSignatures(draft.signatures).filter(({ name }) => name === key.name);
    return {
      size: draft.size,
      text: draft.text,
      note: `${draft.text}\n${printSignatures(own)}`,
      prove: (from) => consistencyProof({ from, to: draft.size }, nodes, engine),
    };
  }

  /** An alarm is written when it begins and when it ends, not at every round. */
  async #note(log: LogStore, code: string, detail: string | undefined): Promise<void> {
    const stands = detail !== undefined;
    if (this.#standing.get(code) === stands) return;
    const at = this.#parts.clock.now();
    await log.checkpoints.alarm({ code, detail: detail ?? '', at, stands });
    this.#standing.set(code, stands);
  }

  async #stop(log: LogStore, detail: string): Promise<never> {
    await this.#note(log, 'forked', detail);
    throw new Fault('evidence.forked', { detail });
  }

  #begin(step: SequencerStep): void {
    this.#parts.observe?.(step);
  }
}

/** The note as readers get it. */
export function noteOf(draft: { text: string; signatures: string }): string {
  return `${draft.text}\n${draft.signatures}`;
}
