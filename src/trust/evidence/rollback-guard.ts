/**
 * Refuses to let a log go on that has been set back, such as by a restored database.
 *
 * Three memories are asked, each in another place than the database: this process's own journal of
 * signed heads, the sentinel, and a quorum of the voters. Whoever has seen a longer log, or another
 * root, ends the start for good; whoever is silent makes it a thing to try again.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import { type NoteKey, parseSignatures, printHead, printSignatures, signNote } from '#formats/tlog';
import type { LogStore, SignedHeads } from './ports.ts';
import type { Submission, WitnessDesk } from './witness-desk.ts';

export interface GuardParts {
  readonly key: NoteKey;
  readonly signer: Signer;
  readonly heads: SignedHeads;
  readonly sentinel: WitnessDesk;
  readonly voters: readonly WitnessDesk[];
  readonly quorum: number;
  readonly engine: Engine;
}

export class RollbackGuard {
  readonly #parts: GuardParts;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  /** evidence.rolled_back if somebody knows more than we do; retryable evidence.start_unproved. */
  async prove(log: LogStore): Promise<void> {
    await this.#askOwnMemory(log);
    const submission = await newestSigned(log, this.#parts);
    const { sentinel, voters, quorum } = this.#parts;
    const first = await sentinel.probe(submission);
    if (first.is === 'opposed') throw rolledBack(submission, first.detail);
    if (first.is === 'absent') throw unproved(sentinel.name);
    const outcomes = await Promise.all(voters.map((voter) => voter.probe(submission)));
    const agreeing = outcomes.filter(({ is }) => is === 'cosigned' || is === 'behind').length;
    if (agreeing >= quorum) return;
    // One lying voter cannot keep a log from starting; too few who agree can.
    const opposed = outcomes.find(({ is }) => is === 'opposed');
    if (opposed?.is === 'opposed') throw rolledBack(submission, opposed.detail);
    throw unproved(`${agreeing} of ${quorum} voters`);
  }

  async #askOwnMemory(log: LogStore): Promise<void> {
    const seen = await this.#parts.heads.last();
    if (seen === undefined) return;
    const ours = await log.head();
    const sameSize = ours?.size === seen.size;
    if (ours === undefined || ours.size < seen.size || (sameSize && !equal(ours.root, seen.root))) {
      throw new Fault('evidence.rolled_back', { ours: ours?.size ?? 0, seen: seen.size });
    }
  }
}

/** The newest head we signed; before the first there is the head of the empty log. */
export async function newestSigned(
  log: LogStore,
  parts: Pick<GuardParts, 'key' | 'signer' | 'engine'>,
): Promise<Submission> {
  const { key, signer, engine } = parts;
  const draft = await log.checkpoints.newestSigned();
  const root = await engine.digest('sha256', new Uint8Array(0));
  const text = draft?.text ?? printHead({ origin: key.name, size: 0, root });
  const own =
    draft === undefined
      ? [await signNote(text, key, signer)]
      : parseSignatures(draft.signatures).filter(({ name }) => name === key.name);
  const note = `${text}\n${printSignatures(own)}`;
  // Asked with the size it is about, a checkpoint needs no proof.
  return { size: draft?.size ?? 0, text, note, prove: async () => [] };
}

function rolledBack(submission: Submission, seen: string): Fault {
  return new Fault('evidence.rolled_back', { ours: submission.size, seen });
}

function unproved(missing: string): Fault {
  return new Fault('evidence.start_unproved', { missing }, { retryable: true });
}
