/**
 * Gives a tenant's entries their places in its log and gets every head signed and witnessed, in an
 * order in which a crash after any step loses nothing and never leads to two roots for one size.
 *
 * Two loops share the lease: places are given batch after batch (sequencing.ts), and rounds of
 * signing (signing-round.ts) take whatever has a place by then.
 *
 * The ceremony (`step`; recovery runs the same functions from where the last run stopped):
 *   1 sequence    places, loose, head and unsigned draft in one transaction. After a crash: the
 *                 draft; who brought one and heard nothing brings the same bytes again.
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
import type { LevelPolicy, NoteKey } from '#formats/tlog';
import { Alarms } from './alarms.ts';
import { Bell } from './bell.ts';
import type { TreeHash } from './growth.ts';
import { heartbeatMs } from './heartbeat.ts';
import type { Intake } from './intake.ts';
import { Pace } from './pace.ts';
import type { Draft, LogLease, LogStore, SignedHeads, TileStore, WitnessLine } from './ports.ts';
import { newestSigned, RollbackGuard } from './rollback-guard.ts';
import { Sequencing, type SequencingStep, type ShardEnds } from './sequencing.ts';
import { SigningRounds, type SigningStep, witnessAlarms } from './signing-round.ts';
import { Twin, type TwinParts } from './twin-signing.ts';
import { WitnessDesk } from './witness-desk.ts';

/** A bell is a hint and may be lost: so often the loops look by themselves. */
const lookMs = 1_000;
const startMs = 200;

/** Every point at which a drill may end the process. */
export type SequencerStep = SequencingStep | SigningStep;

/** All of them, in the order of the ceremony. */
export const sequencerSteps: readonly SequencerStep[] = [
  'sequence',
  'placed',
  'answered',
  'write',
  'check',
  'remember',
  'sign',
  'sentinel',
  'witnesses',
  'keep',
  'publish',
  'published',
];

export interface SequencerParts {
  /** The log's key; its name is the origin. */
  readonly key: NoteKey;
  readonly signer: Signer;
  readonly hash: TreeHash;
  readonly lease: LogLease;
  readonly tiles: TileStore;
  readonly heads: SignedHeads;
  /** Without one the log takes entries of units only. */
  readonly intake?: Intake;
  /** Rung by whoever hears that a unit has recorded something for this log. */
  readonly arrivals?: Bell;
  /** Why this log may sign nothing any more: a judged proof of its own misbehaviour, if any. */
  readonly conviction?: () => Promise<string | undefined>;
  readonly twin?: TwinParts;
  /** Where the log is one shard of several. */
  readonly shard?: ShardCrossing;
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

/** The ends of a shard, and what comes behind them. */
export interface ShardCrossing extends ShardEnds {
  /**
   * Lets the log go on with the next shard, once a quorum has cosigned the closing leaf: the last
   * thing that is done with this one. After a crash anywhere in it, it is done again.
   */
  cross(log: LogStore, final: Draft): Promise<void>;
}

/** One log taken up under its lease. */
interface Taken {
  readonly log: LogStore;
  readonly placed: Sequencing;
  readonly rounds: SigningRounds;
}

export class Sequencer {
  readonly #parts: SequencerParts;
  readonly #sentinel: WitnessDesk;
  readonly #others: readonly WitnessDesk[];
  readonly #policy: LevelPolicy;
  readonly #arrivals: Bell;
  /** Rung when entries were placed: there is something to sign. */
  readonly #placed = new Bell();
  #taken: Promise<Taken> | undefined;
  #beatAfter: Instant | undefined;

  constructor(parts: SequencerParts) {
    this.#parts = parts;
    this.#arrivals = parts.arrivals ?? new Bell();
    parts.intake?.rings(this.#arrivals);
    const desk = (line: WitnessLine): WitnessDesk => new WitnessDesk({ ...parts, line });
    this.#sentinel = desk(parts.sentinel);
    this.#others = [...parts.voters, ...parts.mirrors].map(desk);
    this.#policy = {
      sentinel: parts.sentinel.key.name,
      voters: parts.voters.map(({ key }) => key.name),
      quorum: parts.quorum,
    };
  }

  /**
   * Holds the lease and works until told to stop, or until the shard is closed and the next one may
   * open; refuses to begin with a log set back.
   */
  async run(stop: AbortSignal): Promise<void> {
    try {
      await this.#parts.lease.hold(async (log) => {
        const alarms = new Alarms(log.checkpoints, this.#parts.clock);
        try {
          await this.#work(log, alarms, stop);
        } catch (thrown) {
          // Said as long as it can be said: on a lost connection only the silence tells.
          const code = faultCode(thrown) ?? 'unknown';
          if (code === 'evidence.convicted') await alarms.note('log_convicted', detailOf(thrown));
          await alarms.note('log_stopped', code).catch(() => undefined);
          throw thrown;
        }
      });
    } finally {
      this.#parts.intake?.close('the log has stopped');
    }
  }

  /** Proves that no witness that matters has seen a longer log than this one. */
  async start(log: LogStore): Promise<void> {
    const detail = await this.#parts.conviction?.();
    if (detail !== undefined) throw new Fault('evidence.convicted', { detail });
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

  /** One round of everything. Answers whether there was anything to place. */
  async step(log: LogStore): Promise<boolean> {
    const { placed, rounds } = await this.#take(log);
    await rounds.step();
    const grown = await placed.step();
    if (grown) await rounds.step();
    return grown;
  }

  async #work(log: LogStore, alarms: Alarms, stop: AbortSignal): Promise<void> {
    const { pause } = this.#parts;
    for (;;) {
      if (stop.aborted) return;
      await this.beat(log);
      if (await this.#started(log, alarms)) break;
      await pause(startMs, stop);
    }
    await alarms.note('log_stopped', undefined);
    // Whichever loop fails, the other is told to end before the lease is given back.
    const both = new AbortController();
    const ended = AbortSignal.any([stop, both.signal]);
    const { placed, rounds } = await this.#take(log, alarms);
    const signing = this.#sign({ log, placed, rounds }, ended).finally(() => both.abort());
    const loops = [placed.run(ended, () => this.#rest(this.#arrivals, ended)), signing];
    try {
      await Promise.all(loops);
    } finally {
      both.abort();
      await Promise.allSettled(loops);
    }
    const final = await signing;
    if (final !== undefined) await this.#parts.shard?.cross(log, final);
  }

  /** Answers the last head when the shard has ended and a quorum has seen that it has. */
  async #sign({ log, placed, rounds }: Taken, stop: AbortSignal): Promise<Draft | undefined> {
    const pace = new Pace(this.#parts.clock);
    while (!stop.aborted) {
      await this.beat(log);
      const done = await rounds.step(pace.begin());
      const final = placed.closed ? await log.checkpoints.newestSigned() : undefined;
      if (final?.size === placed.size && final.level === 'L2') return final;
      const restMs = pace.end(done);
      if (restMs === undefined) await this.#rest(this.#placed, stop);
      else await this.#parts.pause(restMs, stop);
    }
    return undefined;
  }

  /** Until the bell rings, or for a second. */
  async #rest(bell: Bell, stop: AbortSignal): Promise<void> {
    const early = new AbortController();
    const look = this.#parts.pause(lookMs, AbortSignal.any([stop, early.signal]));
    await Promise.race([look, bell.rung()]);
    early.abort();
  }

  /** A witness that is not up yet is waited for, with an alarm; a log set back is not. */
  async #started(log: LogStore, alarms: Alarms): Promise<boolean> {
    try {
      await this.start(log);
      await alarms.note('start_unproved', undefined);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Fault) || thrown.code !== 'evidence.start_unproved') throw thrown;
      await alarms.note('start_unproved', String(thrown.details['missing']));
      return false;
    }
  }

  #take(log: LogStore, alarms = new Alarms(log.checkpoints, this.#parts.clock)): Promise<Taken> {
    this.#taken ??= this.#open(log, alarms);
    return this.#taken;
  }

  async #open(log: LogStore, alarms: Alarms): Promise<Taken> {
    const { key, hash, twin, intake, shard, clock, observe } = this.#parts;
    const trees = {
      tree: { origin: key.name, hash },
      twin: twin === undefined ? undefined : { origin: twin.key.name, hash: twin.hash },
    };
    const bell = this.#placed;
    const placed = await Sequencing.open({ ...trees, intake, shard, clock, observe, bell }, log);
    const [sentinel, others, policy] = [this.#sentinel, this.#others, this.#policy];
    const names = [sentinel, ...others].map(({ name }) => name);
    for (const kind of witnessAlarms) await alarms.onlyAbout(kind, names);
    const signed = twin === undefined ? undefined : new Twin(twin);
    const parts = { ...this.#parts, twin: signed, sentinel, others, policy, observe };
    return { log, placed, rounds: new SigningRounds(parts, { log, placed, alarms }) };
  }
}

function detailOf(thrown: unknown): string {
  return thrown instanceof Fault ? String(thrown.details['detail']) : '';
}
