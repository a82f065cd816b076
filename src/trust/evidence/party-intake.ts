/**
 * Takes entries that third parties made and signed themselves, each in chains of its own.
 *
 * What is placed can never be taken back, and every monitor reads it: so an entry is looked at
 * here as a monitor will look at it. The party's key is in trust, the kind is one that parties may
 * state, its time is near, and it continues a case that this party began, never one of the house's.
 */
import { toHex } from '#base/bytes';
import { addMs, type Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type Entry, type EntryType, entryHash, parseEntry, signatureFlaw } from '#formats/entry';
import { isBorder } from '#formats/shard';
import type { TreeHash } from './growth.ts';
import type { Intake, Place } from './intake.ts';
import { refusePersonal } from './personal.ts';

/** What a party may state in chains of its own. */
const partyTypes: readonly EntryType[] = [
  'deposit.opened',
  'deposit.item',
  'deposit.file',
  'slot.added',
  'slot.absent',
  'case.sealed',
];
/** How far from this moment an entry's own time may lie. */
const lateMsMax = 86_400_000;
const earlyMsMax = 60_000;
const casesMax = 500_000;

/** What the log holds of parties, read where the log is written. */
export interface PartyShelf {
  /** Every entry that came this way, by place: once, when the first one comes. */
  all(): Promise<readonly Uint8Array[]>;
  /** The places of those that stand in the log, by leaf hash in lower-case hex. */
  known(leaves: readonly Uint8Array[]): Promise<ReadonlyMap<string, number>>;
  /** Which of these case names are the house's own. */
  ours(caseTags: readonly string[]): Promise<readonly string[]>;
}

export interface PartyIntakeParts {
  readonly intake: Pick<Intake, 'bring'>;
  readonly shelf: PartyShelf;
  /** The key (SPKI) of a party in trust, by the id entries name it with. */
  readonly keyOf: (by: string) => Promise<Uint8Array | undefined>;
  readonly hash: TreeHash;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** The end of a chain, and whose it is. */
interface ChainEnd {
  readonly seq: number;
  readonly hash: string;
  readonly by: string;
}

export class PartyIntake {
  readonly #parts: PartyIntakeParts;
  #ends: Map<string, ChainEnd> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: PartyIntakeParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when all are durable and placed; the same bytes again hear their old places. Refuses
   * all of a call with evidence.statement_refused, which says why and which.
   */
  bring(entries: readonly Uint8Array[]): Promise<readonly Place[]> {
    // One call after the other: of two that continue one case the second one sees the first.
    const turn = this.#last.then(() => this.#bring(entries));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #bring(entries: readonly Uint8Array[]): Promise<readonly Place[]> {
    const { hash, shelf, intake } = this.#parts;
    this.#ends ??= await this.#walk();
    const names = entries.map((bytes) => hash.leaf(bytes));
    const known = await shelf.known(names);
    const fresh = new Map<string, Uint8Array>();
    for (const [at, bytes] of entries.entries()) {
      const name = toHex(names[at] ?? hash.empty());
      if (!known.has(name)) fresh.set(name, bytes);
    }
    const ends = await this.#checked([...fresh.values()]);
    const placed = fresh.size === 0 ? [] : await intake.bring([...fresh.values()]);
    for (const [caseTag, end] of ends) this.#ends.set(caseTag, end);
    const places = new Map([...fresh.keys()].map((name, at) => [name, placed[at]?.index ?? -1]));
    return names.map((leaf) => {
      const name = toHex(leaf);
      const again = known.get(name);
      return { index: again ?? places.get(name) ?? -1, again: again !== undefined };
    });
  }

  /** The ends of the chains as they will be, if each entry is one that may come now. */
  async #checked(fresh: readonly Uint8Array[]): Promise<ReadonlyMap<string, ChainEnd>> {
    const ends = new Map<string, ChainEnd>();
    const begun = new Set<string>();
    for (const [at, bytes] of fresh.entries()) {
      const entry = readEntry(bytes, at);
      await this.#checkEntry(entry, at);
      const end = ends.get(entry.caseTag) ?? this.#ends?.get(entry.caseTag);
      const { seq, prev, by, caseTag } = entry;
      if (end === undefined && seq === 0) begun.add(caseTag);
      const follows = end === undefined ? seq === 0 : seq === end.seq + 1 && prev === end.hash;
      if (!follows) throw refused('it does not continue its case', at);
      if (end !== undefined && end.by !== by) throw refused('the case is another party’s', at);
      ends.set(caseTag, { seq, by, hash: await entryHash(bytes, this.#parts.engine) });
    }
    const [ours] = await this.#parts.shelf.ours([...begun]);
    if (ours !== undefined) throw refused('the case is the house’s', 0);
    if ((this.#ends?.size ?? 0) + begun.size > casesMax) {
      throw new Fault('evidence.intake_full', {}, { retryable: true });
    }
    return ends;
  }

  async #checkEntry(entry: Entry, at: number): Promise<void> {
    const { clock, engine, keyOf } = this.#parts;
    if (!partyTypes.includes(entry.type)) throw refused('of a kind that parties do not state', at);
    const key = await keyOf(entry.by);
    const flaw = await signatureFlaw(entry, () => key, engine);
    if (flaw !== undefined) throw refused(flaw.code, at);
    const now = clock.now();
    const isNear = entry.at <= addMs(now, earlyMsMax) && entry.at >= addMs(now, -lateMsMax);
    if (!isNear) throw refused('its time is not near', at);
    refusePersonal(entry.of.map(({ name }) => name));
  }

  async #walk(): Promise<Map<string, ChainEnd>> {
    const ends = new Map<string, ChainEnd>();
    for (const bytes of await this.#parts.shelf.all()) {
      if (isBorder(bytes)) continue;
      const { caseTag, seq, by } = parseEntry(bytes);
      ends.set(caseTag, { seq, by, hash: await entryHash(bytes, this.#parts.engine) });
    }
    return ends;
  }
}

function readEntry(bytes: Uint8Array, at: number): Entry {
  try {
    return parseEntry(bytes);
  } catch (thrown) {
    if (thrown instanceof Fault) throw refused(thrown.code, at);
    throw thrown;
  }
}

function refused(why: string, at: number): Fault {
  return new Fault('evidence.statement_refused', { why, entry: at });
}
