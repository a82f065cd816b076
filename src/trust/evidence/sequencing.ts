/**
 * Step 1 of the ceremony: gives entries their places, in batches, one transaction for each.
 *
 * A transaction holds the places, the loose, the head by compare-and-swap and the unsigned draft.
 * While one commits the next batch is hashed; whoever brought one hears after the commit. An
 * entry that stands in the log already is found by the database's own uniqueness, at no cost to
 * others: the batch is then prepared again without it, and its place answered.
 */
import { toHex } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { addMs } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { isClosing } from '#formats/shard';
import { printHead } from '#formats/tlog';
import type { Bell } from './bell.ts';
import { emptyTree, type Growth, grow, hashAt, leafRow, rootOf, type TreeHash } from './growth.ts';
import type { Intake, Order, Place } from './intake.ts';
import type { GrownTree, LogHead, LogStore, LooseEntry, PendingEntry } from './ports.ts';
import { EntryTail, HashTail } from './tail.ts';

const batchEntriesMax = 1_000;
/** How long loose entries may keep entries of units waiting. */
const pendingMsMax = 200;
/** Placed and not signed: beyond, places wait for signatures. */
const unsignedEntriesMax = 50_000;
const readEntries = 5_000;

/** Where the ceremony stands, for drills and the process's log. */
export type SequencingStep = 'sequence' | 'placed' | 'answered';

/** One of the log's two trees: the name of its checkpoints and its hash. */
export interface TreeParts {
  readonly origin: string;
  readonly hash: TreeHash;
}

export interface SequencingParts {
  readonly tree: TreeParts;
  readonly twin: TreeParts | undefined;
  readonly intake: Intake | undefined;
  readonly shard: ShardEnds | undefined;
  readonly clock: Clock;
  readonly observe: ((step: SequencingStep) => void) | undefined;
  /** Rung when entries have been placed. */
  readonly bell: Bell;
}

/** The first and the last leaf of a log that is one shard of several. */
export interface ShardEnds {
  /** The place of its first leaf. */
  readonly base: number;
  /** The leaf with which an empty log begins. */
  readonly opening: Uint8Array | undefined;
  /** Has its half-year passed? Asked for every batch. */
  isDue(now: Instant): boolean;
  /** The leaf with which the log ends. The keys that it names are durable when it is given. */
  closing(now: Instant): Promise<Uint8Array>;
}

interface Batch {
  readonly entries: readonly PendingEntry[];
  readonly orders: readonly Order[];
}

interface Prepared extends Batch {
  readonly from: LogHead;
  readonly to: LogHead;
  readonly loose: readonly LooseEntry[];
  readonly main: Growth;
  readonly twin: Growth | undefined;
}

/** With which every entry begins: it is a JSON object. */
const objectStart = 0x7b;

export class Sequencing {
  readonly entries: EntryTail;
  readonly hashes = new HashTail();
  readonly twinHashes = new HashTail();
  readonly #parts: SequencingParts;
  readonly #log: LogStore;
  #head: LogHead;
  #signed: number;
  #signing: () => void = () => undefined;
  #pendingAt: Instant | undefined;
  /** What the head will be when all that is prepared has committed. */
  #expected: LogHead | undefined;
  /** The last leaf is placed: this log takes nothing more. */
  #closed = false;

  private constructor(
    parts: SequencingParts,
    log: LogStore,
    at: { head: LogHead; signed: number },
  ) {
    const { head, signed } = at;
    this.#parts = parts;
    this.#log = log;
    this.#head = head;
    this.#signed = signed;
    this.entries = new EntryTail(head.size);
  }

  /** Takes up the log where it is; a head that does not give its own root is not grown. */
  static async open(parts: SequencingParts, log: LogStore): Promise<Sequencing> {
    const { tree, twin } = parts;
    const found = await log.head();
    const grown: GrownTree = found ?? emptyTree(tree.hash);
    requireWhole(grown, tree.hash);
    const twinTree = twin && (found?.twin ?? (await regrown(log, grown.size, twin.hash)));
    if (twin !== undefined && twinTree !== undefined) requireWhole(twinTree, twin.hash);
    const signed = (await log.checkpoints.newestSigned())?.size ?? 0;
    const head = { ...grown, ...(twinTree === undefined ? {} : { twin: twinTree }) };
    const sequencing = new Sequencing(parts, log, { head, signed });
    const [last] = head.size === 0 ? [] : await log.entries(head.size - 1, head.size);
    sequencing.#closed = last !== undefined && isClosing(last);
    return sequencing;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get size(): number {
    return this.#head.size;
  }

  /** How many leaves the newest signed head has. */
  get signed(): number {
    return this.#signed;
  }

  /** A head is signed: what only its full tiles need is forgotten. */
  signedTo(size: number): void {
    this.#signed = size;
    for (const tail of [this.entries, this.hashes, this.twinHashes]) tail.forget(size);
    this.#signing();
  }

  /** One batch, from begin to end. Answers whether there was anything to place. */
  async step(): Promise<boolean> {
    if (this.#closed) return false;
    const opening = this.#opening;
    if (opening !== undefined) {
      await this.#placeEnd([], opening);
      return true;
    }
    const isDue = this.#isDue;
    const entries = await this.#log.pending(batchEntriesMax);
    requireEntries(entries);
    // Whatever had been recorded before the border, and promised, is among these: it comes first.
    if (isDue && entries.length < batchEntriesMax) {
      const leaf = await this.#parts.shard?.closing(this.#parts.clock.now());
      if (leaf !== undefined) await this.#placeEnd(entries, leaf);
      return true;
    }
    const orders = entries.length === 0 ? (this.#parts.intake?.take() ?? []) : [];
    if (entries.length + orders.length === 0) return false;
    await this.#place(this.#prepare({ entries, orders }, this.#head));
    return true;
  }

  /** Batches until told to stop; one is prepared while another commits. */
  async run(stop: AbortSignal, idle: () => Promise<void>): Promise<void> {
    let placing: Promise<void> = Promise.resolve();
    while (!stop.aborted) {
      await this.#room(stop);
      const isEnd = this.#closed || this.#opening !== undefined || this.#isDue;
      const rest = isEnd || this.#pendingDue();
      const orders = rest ? [] : (this.#parts.intake?.take() ?? []);
      if (orders.length > 0) {
        const next = this.#prepare({ entries: [], orders }, this.#expected ?? this.#head);
        try {
          await placing;
        } catch (thrown) {
          for (const { fail } of orders) fail(thrown);
          throw thrown;
        }
        placing = this.#place(next);
        // It leaves this process before the next one is hashed: the database works meanwhile.
        const sent = new Promise((resume) => setImmediate(resume));
        await Promise.race([placing, Promise.all([sent, this.#parts.intake?.full()])]);
        continue;
      }
      await placing;
      this.#pendingAt = addMs(this.#parts.clock.now(), pendingMsMax);
      if (!(await this.step())) await idle();
    }
    await placing;
  }

  get #opening(): Uint8Array | undefined {
    return this.#head.size === 0 ? this.#parts.shard?.opening : undefined;
  }

  get #isDue(): boolean {
    const { shard, clock } = this.#parts;
    return shard?.isDue(clock.now()) === true;
  }

  /** The last of its batch; what comes after a closing leaf belongs to the next shard. */
  async #placeEnd(entries: readonly PendingEntry[], leaf: Uint8Array): Promise<void> {
    const order = { entries: [leaf], done: () => undefined, fail: () => undefined };
    await this.#place(this.#prepare({ entries, orders: [order] }, this.#head));
    this.#closed = isClosing(leaf);
    if (this.#closed) this.#parts.intake?.close('the shard is closed');
  }

  #pendingDue(): boolean {
    return this.#pendingAt === undefined || this.#parts.clock.now() >= this.#pendingAt;
  }

  /** Waits while more is unsigned than memory should hold. */
  async #room(stop: AbortSignal): Promise<void> {
    while (!stop.aborted && this.#head.size - this.#signed > unsignedEntriesMax) {
      await new Promise<void>((resume) => {
        this.#signing = resume;
        stop.addEventListener('abort', () => resume(), { once: true });
      });
    }
  }

  #prepare(batch: Batch, from: LogHead): Prepared {
    const { tree, twin } = this.#parts;
    const { entries, orders } = batch;
    const bytes = [...entries.map((entry) => entry.bytes), ...orders.flatMap((one) => one.entries)];
    const leaves = leafRow(bytes, tree.hash);
    const main = grow(from, leaves, tree.hash);
    const second =
      twin === undefined || from.twin === undefined
        ? undefined
        : grow(from.twin, leafRow(bytes, twin.hash), twin.hash);
    const to = { ...main.tree, ...(second === undefined ? {} : { twin: second.tree }) };
    const loose = bytes.slice(entries.length).map((entry, at) => ({
      leaf: hashAt(leaves, entries.length + at),
      bytes: entry,
    }));
    this.#expected = to;
    return { ...batch, from, to, loose, main, twin: second };
  }

  async #place(prepared: Prepared): Promise<void> {
    const { orders } = prepared;
    try {
      // Made for a head that did not come about: one before was known already.
      const current = prepared.from.size === this.size && prepared.from.root === this.#head.root;
      await this.#commit(current ? prepared : this.#prepare(prepared, this.#head));
    } catch (thrown) {
      this.#expected = undefined;
      if (faultCode(thrown) === 'evidence.entry_known') return this.#placeUnknown(prepared);
      for (const { fail } of orders) fail(thrown);
      throw thrown;
    }
  }

  /** One transaction, then the answers. After a crash between them the same bytes ask again. */
  async #commit(prepared: Prepared): Promise<void> {
    const { from, to, entries, loose, orders } = prepared;
    const { tree, twin, clock } = this.#parts;
    this.#begin('sequence');
    const draft = printHead({ origin: tree.origin, size: to.size, root: to.root });
    const twinDraft =
      twin && to.twin && printHead({ origin: twin.origin, size: to.size, root: to.twin.root });
    const known = from.size === 0 ? undefined : from;
    await this.#log.advance({ from: known, to, entries, loose, draft, twinDraft, at: clock.now() });
    this.#begin('placed');
    this.#head = to;
    this.entries.add([...entries, ...loose].map(({ bytes }) => bytes));
    this.hashes.add(prepared.main.gained);
    if (prepared.twin !== undefined) this.twinHashes.add(prepared.twin.gained);
    let index = (this.#parts.shard?.base ?? 0) + from.size + entries.length;
    for (const order of orders) {
      const start = index;
      order.done(order.entries.map((_, at) => ({ index: start + at, again: false })));
      index += order.entries.length;
    }
    this.#parts.bell.ring();
    this.#begin('answered');
  }

  /** Some stand in the log already, or twice in this batch: those are answered, not placed. */
  async #placeUnknown(batch: Batch): Promise<void> {
    const { hash } = this.#parts.tree;
    const names = batch.orders.map(({ entries }) => entries.map((bytes) => hash.leaf(bytes)));
    const places = new Map(await this.#log.known(names.flat()));
    const fresh = new Map<string, Uint8Array>();
    for (const [at, { entries }] of batch.orders.entries()) {
      for (const [nth, bytes] of entries.entries()) {
        const name = toHex(names[at]?.[nth] ?? hash.empty());
        if (!places.has(name)) fresh.set(name, bytes);
      }
    }
    const known = new Set(places.keys());
    const done = (placed: readonly Place[]): void => {
      for (const [at, name] of [...fresh.keys()].entries()) {
        const place = placed[at];
        if (place !== undefined) places.set(name, place.index);
      }
    };
    const fail = (thrown: unknown): void => {
      for (const order of batch.orders) order.fail(thrown);
    };
    const orders = fresh.size === 0 ? [] : [{ entries: [...fresh.values()], done, fail }];
    if (orders.length + batch.entries.length > 0) {
      await this.#place(this.#prepare({ entries: batch.entries, orders }, this.#head));
    }
    for (const [at, order] of batch.orders.entries()) {
      const named = (names[at] ?? []).map((leaf) => toHex(leaf));
      order.done(named.map((name) => ({ index: places.get(name) ?? -1, again: known.has(name) })));
    }
  }

  #begin(step: SequencingStep): void {
    this.#parts.observe?.(step);
  }
}

/** A tree over entries that are placed already, for a twin that comes later than its log. */
async function regrown(log: LogStore, size: number, hash: TreeHash): Promise<GrownTree> {
  let tree = emptyTree(hash);
  while (tree.size < size) {
    const end = Math.min(size, tree.size + readEntries);
    const entries = await log.entries(tree.size, end);
    tree = grow(tree, leafRow(entries, hash), hash).tree;
  }
  return tree;
}

function requireWhole(tree: GrownTree, hash: TreeHash): void {
  const root = rootOf(tree.hashes, hash);
  const same = root.length === tree.root.length && toHex(root) === toHex(tree.root);
  if (!same) throw new Fault('evidence.root_differs', { size: tree.size });
}

/**
 * What rooms record is JSON. Somebody who writes rows past them could lay the text of a closing
 * leaf there: placed, it would end the log or convict it, so that the log stops before it, aloud.
 */
function requireEntries(entries: readonly PendingEntry[]): void {
  const foreign = entries.find(({ bytes }) => bytes[0] !== objectStart);
  if (foreign === undefined) return;
  throw new Fault('evidence.intake_malformed', { arrival: String(foreign.arrival) });
}
