/**
 * Steps 2 to 8 of the ceremony: brings the newest draft from places to a published checkpoint.
 *
 * One round takes whatever was placed since the last; recovery runs the same functions from where
 * the last run stopped. See sequencer.ts for the steps and what a crash leaves behind each.
 */
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import { nodesFromTiles } from '#formats/tiles';
import {
  consistencyProof,
  type LevelPolicy,
  levelUnder,
  type NoteKey,
  parseSignatures,
  printSignatures,
  signNote,
} from '#formats/tlog';
import type { Alarms } from './alarms.ts';
import type { TreeHash } from './growth.ts';
import type { RoundAsks, RoundDone } from './pace.ts';
import type { Draft, LogStore, SignedHeads, TileStore } from './ports.ts';
import type { Sequencing } from './sequencing.ts';
import { checkTiles, type TreeFiles, writeTiles } from './tile-writing.ts';
import type { Twin } from './twin-signing.ts';
import type { Submission, WitnessDesk } from './witness-desk.ts';

const opposedAlarm = 'witness_opposed';
const clockAlarm = 'witness_clock';
/** Alarms that bear a witness's name behind them. */
export const witnessAlarms = [opposedAlarm, clockAlarm] as const;

/** What a round is about to do, for drills and the process's log. */
export type SigningStep =
  | 'write'
  | 'check'
  | 'remember'
  | 'sign'
  | 'sentinel'
  | 'witnesses'
  | 'keep'
  | 'publish'
  | 'published';

export interface SigningParts {
  readonly key: NoteKey;
  readonly signer: Signer;
  readonly hash: TreeHash;
  readonly tiles: TileStore;
  readonly heads: SignedHeads;
  readonly twin: Twin | undefined;
  readonly sentinel: WitnessDesk;
  /** Voters and mirrors. */
  readonly others: readonly WitnessDesk[];
  readonly policy: LevelPolicy;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly conviction?: () => Promise<string | undefined>;
  readonly observe: ((step: SigningStep) => void) | undefined;
}

/** A cosignature that came, and whose it is. */
interface Line {
  readonly by: string;
  readonly text: string;
  readonly isLog: false;
}

export class SigningRounds {
  readonly #parts: SigningParts;
  readonly #log: LogStore;
  readonly #placed: Sequencing;
  readonly #alarms: Alarms;
  /** The size this run has published: the last run may have crashed before its step 8. */
  #shown: number | undefined;

  constructor(
    parts: SigningParts,
    on: { readonly log: LogStore; readonly placed: Sequencing; readonly alarms: Alarms },
  ) {
    this.#parts = parts;
    this.#log = on.log;
    this.#placed = on.placed;
    this.#alarms = on.alarms;
  }

  /** One round of what was placed since the last; it asks everybody, unless `asks` lets it wait. */
  async step(asks: RoundAsks = everybody): Promise<RoundDone> {
    const draft = await this.#log.checkpoints.newest();
    if (draft === undefined) return { moved: false, entries: 0, whole: false };
    const entries = draft.signed ? 0 : draft.size - this.#placed.signed;
    const signed = draft.signed ? draft : await this.#sign(draft);
    const whole = !asks.mayWait(entries);
    const moved = await this.#collect(signed, whole);
    if (!whole) return { moved: true, entries, whole };
    if (!moved && this.#shown === signed.size) return { moved, entries, whole };
    await this.#publish(signed);
    return { moved: true, entries, whole };
  }

  /** Step 8: readers see the head with all that was collected. After a crash they see an older. */
  async #publish(signed: Draft): Promise<void> {
    this.#begin('publish');
    const shown = (await this.#log.checkpoints.newestSigned()) ?? signed;
    // The twin first: whoever sees the checkpoint finds the twin of its size.
    await this.#parts.twin?.publish(shown);
    await this.#parts.tiles.publish(noteOf(shown));
    this.#shown = signed.size;
    this.#begin('published');
  }

  /** Steps 2 to 5. Answers the draft as it stands then. */
  async #sign(draft: Draft): Promise<Draft> {
    const { key, signer, heads, tiles, hash, twin } = this.#parts;
    const growth = { from: this.#placed.signed, to: draft.size, root: draft.root };
    const files: TreeFiles = { tiles, hash, bundles: true };
    // Step 2: the same bytes as ever. Half of it is as good as none of it.
    this.#begin('write');
    await writeTiles(growth, this.#sourceFor('hashes'), files);
    await twin?.write(draft, this.#sourceFor('twinHashes'));
    // Step 3: what cannot be read back is not signed. The log stops here until a person looks.
    this.#begin('check');
    await checkTiles(growth, files);
    await twin?.check(draft);
    const detail = await this.#parts.conviction?.();
    if (detail !== undefined) throw new Fault('evidence.convicted', { detail });
    // Step 4: from here on this process will sign no other root for this size, nor a smaller one.
    this.#begin('remember');
    await heads.put({ size: draft.size, root: draft.root });
    await twin?.remember(draft);
    // Step 5: the signature is kept beside the draft; made twice it would be the same bytes.
    this.#begin('sign');
    const text = printSignatures([await signNote(draft.text, key, signer)]);
    const twinLine = await twin?.sign(draft);
    await this.#log.checkpoints.keep({
      size: draft.size,
      lines: [{ by: key.name, text, isLog: true }],
      ...(twinLine === undefined ? {} : { twinLine }),
    });
    this.#placed.signedTo(draft.size);
    const signed = { ...draft, signed: true, signatures: text };
    return draft.twin === undefined
      ? signed
      : { ...signed, twin: { text: draft.twin.text, line: twinLine } };
  }

  /** Step 6 and, of a `whole` round, step 7. Answers whether a cosignature came. */
  async #collect(draft: Draft, whole: boolean): Promise<boolean> {
    const { sentinel, others } = this.#parts;
    const had = new Set(parseSignatures(draft.signatures).map(({ name }) => name));
    const submission = this.#submission(draft);
    let moved = false;
    if (!had.has(sentinel.name) && !sentinel.rests) {
      // Step 6: the sentinel is our memory in another place; without it the level stays L0.
      this.#begin('sentinel');
      const line = await this.#ask(sentinel, submission, 'sentinel_absent');
      moved = await this.#keep(draft, had, line === undefined ? [] : [line]);
    }
    const asked = others.filter((desk) => whole && !had.has(desk.name) && !desk.rests);
    if (asked.length === 0) return moved;
    // Step 7: all at once; one that is down costs its deadline once, then it rests.
    this.#begin('witnesses');
    const came = await Promise.all(asked.map((desk) => this.#ask(desk, submission, undefined)));
    const kept = await this.#keep(
      draft,
      had,
      came.filter((line) => line !== undefined),
    );
    const { voters, quorum } = this.#parts.policy;
    const votes = voters.filter((name) => had.has(name)).length;
    await this.#alarms.note('quorum_missing', votes < quorum ? `${votes} of ${quorum}` : undefined);
    return kept || moved;
  }

  /** One statement for all that came together. */
  async #keep(draft: Draft, had: Set<string>, lines: readonly Line[]): Promise<boolean> {
    if (lines.length === 0) return false;
    this.#begin('keep');
    for (const { by } of lines) had.add(by);
    const names = [...had].map((name) => ({ name }));
    const level = levelUnder(this.#parts.policy, names);
    await this.#log.checkpoints.keep({ size: draft.size, lines, level });
    return true;
  }

  /** `absence`: the alarm that stands while this one does not cosign; others' is the quorum's. */
  async #ask(
    desk: WitnessDesk,
    submission: Submission,
    absence: string | undefined,
  ): Promise<Line | undefined> {
    const outcome = await desk.cosign(submission);
    const opposed = outcome.is === 'opposed' ? outcome.detail : undefined;
    if (absence === undefined) {
      await this.#alarms.note(`${opposedAlarm}.${desk.name}`, opposed);
    } else {
      await this.#alarms.note(absence, outcome.is === 'cosigned' ? undefined : outcome.is);
      if (opposed !== undefined) await this.#stop(opposed);
    }
    if (outcome.is !== 'cosigned') return undefined;
    await this.#alarms.note(`${clockAlarm}.${desk.name}`, outcome.clock);
    return { by: desk.name, text: printSignatures([outcome.signature]), isLog: false };
  }

  #submission(draft: Draft): Submission {
    const { tiles, engine, key } = this.#parts;
    const nodes = nodesFromTiles(draft.size, (path) => tiles.read(path), engine);
    const own = parseSignatures(draft.signatures).filter(({ name }) => name === key.name);
    const proofs = new Map<number, Promise<readonly Uint8Array[]>>();
    return {
      size: draft.size,
      text: draft.text,
      note: `${draft.text}\n${printSignatures(own)}`,
      // Most witnesses are at the same size: one proof for all of them.
      prove: (from) => {
        const proof = proofs.get(from) ?? consistencyProof({ from, to: draft.size }, nodes, engine);
        proofs.set(from, proof);
        return proof;
      },
    };
  }

  #sourceFor(tree: 'hashes' | 'twinHashes') {
    const placed = this.#placed;
    return {
      entries: async (start: number, end: number) =>
        placed.entries.entries(start, end) ?? this.#log.entries(start, end),
      hashes: (height: number, start: number, end: number) =>
        placed[tree].hashes(height, start, end),
    };
  }

  async #stop(detail: string): Promise<never> {
    await this.#alarms.note('forked', detail);
    throw new Fault('evidence.forked', { detail });
  }

  #begin(step: SigningStep): void {
    this.#parts.observe?.(step);
  }
}

/** Whoever says nothing of a load has none. */
const everybody: RoundAsks = { mayWait: () => false };

/** The note as readers get it. */
export function noteOf(draft: { text: string; signatures: string }): string {
  return `${draft.text}\n${draft.signatures}`;
}
