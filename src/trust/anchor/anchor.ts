/**
 * Brings a log's witnessed heads onto a chain and proofs of it back, one step at a time.
 *
 * Never on the way of a write: whoever lends does not wait for a chain, and a chain that stands
 * still for an hour costs nothing but the hour. Every step can be repeated after a crash, for the
 * contract takes the same head twice. What the node says is believed only as far as a proof of
 * storage leads from a final block's header to the root.
 */
import { equal } from '#base/bytes';
import { addMs, type Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { type AnchorProof, anchorNameOf, printAnchorFile, provedAnchor } from '#formats/evm';
import { parseCheckpoint } from '#formats/tlog';
import type {
  AnchorBook,
  AnchorChain,
  AnchorState,
  ChainHead,
  Outcome,
  SentHead,
} from './ports.ts';

/** A head is due after so long, or so many entries, whichever comes first. */
const dueMs = 60_000;
const dueEntries = 10_000;
/** A transaction nobody has heard of for so long is sent again. */
const resendMs = 120_000;

export interface AnchorParts {
  readonly clock: Clock;
  readonly chain: AnchorChain;
  readonly book: AnchorBook;
  /** The chain that was agreed on; another one is a mistake or a trap. */
  readonly chainId: bigint;
}

/** What a step came to. */
export type AnchorStep = 'idle' | 'sent' | 'waiting' | 'anchored';

export class Anchor {
  readonly #parts: AnchorParts;

  constructor(parts: AnchorParts) {
    this.#parts = parts;
  }

  /**
   * One step, with the newest checkpoint that log and witnesses signed; who calls has judged the
   * signatures. Refuses with anchor.wrong_chain, anchor.other_root (a fork: the chain holds another
   * root for this size), anchor.log_behind (the chain holds more than the log: it was set back).
   */
  async step(newest: string): Promise<AnchorStep> {
    const { chain, chainId, book } = this.#parts;
    const answered = await chain.chainId();
    if (answered !== chainId) {
      throw new Fault('anchor.wrong_chain', { chain: String(answered), wanted: String(chainId) });
    }
    const state = await book.state();
    const head = this.#head(newest);
    if (state.sent !== undefined) return this.#follow(state, state.sent, head);
    if (!this.#isDue(state, head.size)) return 'idle';
    await this.#requireGrowth(head);
    return this.#send(state, newest);
  }

  #isDue({ anchoredAt, anchoredSize }: AnchorState, size: number): boolean {
    if (size <= anchoredSize) return false;
    if (anchoredAt === undefined || size - anchoredSize >= dueEntries) return true;
    return this.#parts.clock.now() >= addMs(anchoredAt, dueMs);
  }

  /** The chain outlives our own memory: what it holds is what the log must still say. */
  async #requireGrowth(head: ChainHead): Promise<void> {
    const { chain } = this.#parts;
    const held = await chain.sizeOf(head.log);
    if (held > head.size) {
      throw new Fault('anchor.log_behind', { held, size: head.size });
    }
    await this.#requireSameRoot(head);
  }

  async #requireSameRoot(head: ChainHead): Promise<boolean> {
    const known = await this.#parts.chain.rootOf(head.log, head.size);
    if (known !== undefined && !equal(known, head.root)) {
      throw new Fault('anchor.other_root', { size: head.size });
    }
    return known !== undefined;
  }

  async #send(state: AnchorState, checkpoint: string): Promise<AnchorStep> {
    const { book, chain, clock } = this.#parts;
    // Written down first: what is sent and forgotten would be sent for ever.
    const sent: SentHead = { checkpoint, sentAt: clock.now(), transaction: undefined };
    await book.save({ ...state, sent });
    const transaction = await chain.send(this.#head(checkpoint));
    await book.save({ ...state, sent: { ...sent, transaction } });
    return 'sent';
  }

  async #follow(state: AnchorState, sent: SentHead, newest: ChainHead): Promise<AnchorStep> {
    const { chain, book } = this.#parts;
    const head = this.#head(sent.checkpoint);
    const outcome = await this.#outcomeOf(sent);
    switch (outcome.is) {
      case 'waiting':
        return 'waiting';
      case 'unknown':
        await this.#requireGrowth(newest);
        return this.#send(state, sent.checkpoint);
      case 'reverted': {
        await this.#requireGrowth(newest);
        if (await this.#requireSameRoot(head)) return this.#prove(state, sent, head);
        // A second anchor of the same log may have been quicker; otherwise the contract said no.
        const isOvertaken = (await chain.sizeOf(head.log)) > head.size;
        await book.save({ ...state, sent: undefined });
        if (isOvertaken) return 'idle';
        throw new Fault('anchor.refused', { size: head.size });
      }
      case 'included':
        if (outcome.block > (await chain.finalBlock())) return 'waiting';
        return this.#prove(state, sent, head);
    }
  }

  /** A block that was replaced takes its transactions along; most come back by themselves. */
  async #outcomeOf({ transaction, sentAt }: SentHead): Promise<Outcome> {
    const { chain, clock } = this.#parts;
    if (transaction === undefined) return { is: 'unknown' };
    const outcome = await chain.outcomeOf(transaction);
    if (outcome.is !== 'unknown') return outcome;
    return clock.now() >= addMs(sentAt, resendMs) ? outcome : { is: 'waiting' };
  }

  async #prove(state: AnchorState, sent: SentHead, head: ChainHead): Promise<AnchorStep> {
    const { chain, book, clock, chainId } = this.#parts;
    const proof = await chain.prove(head, await chain.finalBlock());
    this.#requireProof(proof, head);
    if (proof.chain !== chainId) throw new Fault('anchor.wrong_chain');
    await book.keep(head.size, printAnchorFile({ checkpoint: sent.checkpoint, proof }));
    await book.save({
      ...state,
      sent: undefined,
      anchoredSize: head.size,
      anchoredAt: clock.now(),
    });
    return 'anchored';
  }

  #requireProof(proof: AnchorProof, head: ChainHead): void {
    try {
      provedAnchor(proof, { ...head, size: BigInt(head.size) });
    } catch (cause) {
      throw new Fault('anchor.proof_wrong', { size: head.size }, { cause });
    }
  }

  #head(checkpoint: string): ChainHead {
    const { origin, size, root } = parseCheckpoint(checkpoint);
    return { log: anchorNameOf(origin), size, root };
  }
}
