/**
 * Gets cosignatures for one witness: remembers where it is, proves the way from there, checks what
 * it answers, and leaves it alone for a while when it is down.
 *
 * A witness that is ahead of us, or for whom our tree is not a continuation, is not an error to be
 * retried: it has seen another log than this one. The caller decides what that means.
 */
import type { Clock } from '#base/clock';
import { addMs, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { cosignerOf, type NoteSignature } from '#formats/tlog';
import type { WitnessLine } from './ports.ts';

const triesMax = 3;
const restMsMin = 1_000;
const restMsMax = 30_000;
const millis = 1_000;
const minuteSeconds = 60;
/** Clocks that are kept differ by less; levels and registers are judged by what witnesses say. */
const clockSecondsMax = 300;

export interface Submission {
  readonly size: number;
  /** The checkpoint's text and the signed note. */
  readonly text: string;
  readonly note: string;
  /** The consistency proof from an older size. */
  prove(oldSize: number): Promise<readonly Uint8Array[]>;
}

export type WitnessOutcome =
  | {
      readonly is: 'cosigned';
      readonly signature: NoteSignature;
      /** How far its clock is from ours, where that is more than `clockSecondsMax`. */
      readonly clock: string | undefined;
    }
  | { readonly is: 'absent'; readonly detail: string }
  | { readonly is: 'behind'; readonly size: number }
  | { readonly is: 'opposed'; readonly detail: string };

export class WitnessDesk {
  readonly #line: WitnessLine;
  readonly #engine: Engine;
  readonly #clock: Clock;
  #size = 0;
  #restUntil: Instant | undefined;
  #restMs = restMsMin;

  constructor(parts: { line: WitnessLine; engine: Engine; clock: Clock }) {
    this.#line = parts.line;
    this.#engine = parts.engine;
    this.#clock = parts.clock;
  }

  get name(): string {
    return this.#line.key.name;
  }

  get rests(): boolean {
    return this.#restUntil !== undefined && this.#clock.now() < this.#restUntil;
  }

  /** Brings the witness from where it is to this checkpoint. */
  async cosign(submission: Submission): Promise<WitnessOutcome> {
    let outcome: WitnessOutcome = { is: 'absent', detail: 'not asked' };
    for (let tries = 0; tries < triesMax; tries += 1) {
      outcome = await this.#ask(submission, Math.min(this.#size, submission.size));
      if (outcome.is !== 'behind') return outcome;
      this.#size = outcome.size;
    }
    return outcome;
  }

  /** Asks only where it is, with a checkpoint it may already have: at start. */
  async probe(submission: Submission): Promise<WitnessOutcome> {
    const outcome = await this.#ask(submission, submission.size);
    if (outcome.is === 'behind') this.#size = outcome.size;
    return outcome;
  }

  async #ask(submission: Submission, oldSize: number): Promise<WitnessOutcome> {
    const { note: checkpoint, size } = submission;
    const proof = await submission.prove(oldSize);
    const reply = await this.#reach(() => this.#line.addCheckpoint({ oldSize, proof, checkpoint }));
    if (reply === undefined) return { is: 'absent', detail: this.name };
    if (reply.is === 'refused') {
      const isFork = reply.because === 'inconsistent';
      return { is: isFork ? 'opposed' : 'absent', detail: `${this.name}: ${reply.because}` };
    }
    if (reply.is === 'conflict') {
      if (reply.size > size) return { is: 'opposed', detail: `${this.name} is at ${reply.size}` };
      // The size we named is the size it has: then it is the root that differs.
      if (reply.size === oldSize) return { is: 'opposed', detail: `${this.name}: other root` };
      return { is: 'behind', size: reply.size };
    }
    for (const signature of reply.signatures) {
      const signed = { key: this.#line.key, signature, engine: this.#engine };
      const cosigner = await cosignerOf(submission.text, signed);
      if (cosigner === undefined) continue;
      this.#size = size;
      return { is: 'cosigned', signature, clock: this.#clockOff(cosigner.atSeconds) };
    }
    return { is: 'absent', detail: `${this.name}: its signature does not hold` };
  }

  /** Its signature counts whatever it says; that its time is another than ours is told. */
  #clockOff(atSeconds: number): string | undefined {
    const aheadSeconds = atSeconds - Math.floor(this.#clock.now() / millis);
    if (Math.abs(aheadSeconds) <= clockSecondsMax) return undefined;
    const minutes = Math.round(Math.abs(aheadSeconds) / minuteSeconds);
    return `${minutes} minutes ${aheadSeconds > 0 ? 'ahead of' : 'behind'} this computer`;
  }

  async #reach<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      const reply = await ask();
      this.#restUntil = undefined;
      this.#restMs = restMsMin;
      return reply;
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.#restUntil = addMs(this.#clock.now(), this.#restMs);
      this.#restMs = Math.min(this.#restMs * 2, restMsMax);
      return undefined;
    }
  }
}
