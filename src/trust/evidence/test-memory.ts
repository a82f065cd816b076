/**
 * The stores of a log in memory, for tests: entries, head, drafts, files, heads.
 *
 * Every call through a port passes a fuse, so that a test can let the process die before or after
 * any of them; what was done before stays, as it would on a disk.
 */
import { equal, fromUtf8, toHex, utf8 } from '#base/bytes';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { Level } from '#formats/tlog';
import type { WitnessedHead } from '#formats/witness';
import type { WitnessMemory } from '#trust/witness';
import type { LogPart } from './heartbeat.ts';
import type {
  AlarmChange,
  Chain,
  ChainAsk,
  CheckpointStore,
  Draft,
  EntryStore,
  KeptLines,
  LogHead,
  LogLease,
  LogStep,
  LogStore,
  LooseEntry,
  NewEntry,
  PendingEntry,
  SignedHeads,
  StoredCheckpoint,
  StoredEntry,
  TileStore,
} from './ports.ts';
import { type Shard, shardsOf } from './shards.ts';
import { noteOf } from './signing-round.ts';

export const origin = 'log.fubie.test/demo';

/** Blows at its n-th use; -1 never. */
export class Fuse {
  uses = 0;
  blowsAt = -1;

  async through<T>(action: () => T | Promise<T>): Promise<T> {
    this.#use();
    const result = await action();
    this.#use();
    return result;
  }

  #use(): void {
    this.uses += 1;
    if (this.uses - 1 === this.blowsAt) throw new Error('killed');
  }
}

interface Row extends NewEntry {
  readonly arrival: bigint;
  index: number | undefined;
}

interface DraftRow {
  readonly size: number;
  readonly root: Uint8Array;
  readonly text: string;
  readonly lines: Map<string, { text: string; isLog: boolean }>;
  level: Level;
  twin: { text: string; line: string | undefined } | undefined;
}

export class MemoryLog implements EntryStore, LogStore, CheckpointStore, LogLease {
  readonly fuse: Fuse;
  readonly rows: Row[] = [];
  readonly loose = new Map<number, LooseEntry>();
  readonly drafts = new Map<number, DraftRow>();
  readonly alarms = new Map<string, string>();
  readonly beats = new Map<LogPart, Instant>();
  readonly checkpoints = this;
  /** The shard with which the log goes on, once it was told. */
  followed: Pick<Shard, 'name' | 'origin'> | undefined;
  #chains = new Map<string, Chain>();
  #head: LogHead | undefined;

  readonly #origin: string;

  /** `name`: of the log's key. */
  constructor(fuse: Fuse, name = origin) {
    this.fuse = fuse;
    this.#origin = name;
  }

  async lockChains(_unit: Unit, cases: readonly ChainAsk[]): Promise<readonly Chain[]> {
    return cases.map(({ caseId, freshTag }) => {
      const chain = this.#chains.get(caseId) ?? { caseTag: freshTag, seq: 0, head: null };
      this.#chains.set(caseId, chain);
      return chain;
    });
  }

  async append(_unit: Unit, entries: readonly NewEntry[]): Promise<void> {
    for (const entry of entries) {
      const chain = this.#chains.get(entry.caseId);
      if (chain?.seq !== entry.seq) throw new Error('the chain has moved');
      this.rows.push({ ...entry, arrival: BigInt(this.rows.length), index: undefined });
      this.#chains.set(entry.caseId, { ...chain, seq: entry.seq + 1, head: entry.hash });
    }
  }

  async ofCase(_unit: Unit, caseId: string): Promise<readonly StoredEntry[]> {
    return this.rows.filter((row) => row.caseId === caseId);
  }

  async byHash(_unit: Unit, hash: string): Promise<StoredEntry | undefined> {
    return this.rows.find((row) => row.hash === hash);
  }

  async newestCheckpoint(_unit: Unit, level: Level): Promise<StoredCheckpoint | undefined> {
    const found = [...this.drafts.values()].findLast((draft) => draft.level >= level);
    return found && { size: found.size, note: noteOf(shown(found)), level: found.level };
  }

  /** One shard: a test that crosses a border opens another world behind it. */
  async shards(): Promise<readonly Shard[]> {
    return shardsOf([]);
  }

  follow(next: Pick<Shard, 'name' | 'origin'>): Promise<void> {
    return this.fuse.through(() => void (this.followed = next));
  }

  hold<T>(action: (log: LogStore) => Promise<T>): Promise<T> {
    return action(this);
  }

  head(): Promise<LogHead | undefined> {
    return this.fuse.through(() => this.#head);
  }

  pending(countMax: number): Promise<readonly PendingEntry[]> {
    return this.fuse.through(() =>
      this.rows.filter(({ index }) => index === undefined).slice(0, countMax),
    );
  }

  advance(step: LogStep): Promise<void> {
    return this.fuse.through(() => {
      if (this.#head?.size !== step.from?.size) throw new Fault('evidence.head_moved');
      const start = step.from?.size ?? 0;
      const names = new Set([...this.loose.values()].map(({ leaf }) => toHex(leaf)));
      for (const { leaf } of step.loose) {
        if (names.has(toHex(leaf))) throw new Fault('evidence.entry_known');
        names.add(toHex(leaf));
      }
      for (const [at, { arrival }] of step.entries.entries()) {
        const row = this.rows.find((candidate) => candidate.arrival === arrival);
        if (row?.index !== undefined) throw new Fault('evidence.head_moved');
        if (row !== undefined) row.index = start + at;
      }
      for (const [at, one] of step.loose.entries()) {
        this.loose.set(start + step.entries.length + at, one);
      }
      this.#head = step.to;
      const { size, root } = step.to;
      const text = step.draft;
      const twin =
        step.twinDraft === undefined ? undefined : { text: step.twinDraft, line: undefined };
      this.drafts.set(size, { size, root, text, lines: new Map(), level: 'L0', twin });
    });
  }

  known(leaves: readonly Uint8Array[]): Promise<ReadonlyMap<string, number>> {
    const asked = new Set(leaves.map(toHex));
    return this.fuse.through(
      () =>
        new Map(
          [...this.loose]
            .map(([index, { leaf }]) => [toHex(leaf), index] as const)
            .filter(([leaf]) => asked.has(leaf)),
        ),
    );
  }

  entries(start: number, end: number): Promise<readonly Uint8Array[]> {
    return this.fuse.through(() => {
      const held = new Map(this.rows.map(({ index, bytes }) => [index, bytes]));
      return Array.from({ length: end - start }, (_, at) => {
        const bytes = held.get(start + at) ?? this.loose.get(start + at)?.bytes;
        if (bytes === undefined) throw new Fault('evidence.entry_unknown', { start, end });
        return bytes;
      });
    });
  }

  newest(): Promise<Draft | undefined> {
    return this.fuse.through(() => this.#draftOf([...this.drafts.values()].at(-1)));
  }

  newestSigned(): Promise<Draft | undefined> {
    return this.fuse.through(() =>
      this.#draftOf([...this.drafts.values()].findLast(({ lines }) => lines.has(this.#origin))),
    );
  }

  #draftOf(row: DraftRow | undefined): Draft | undefined {
    if (row === undefined) return undefined;
    const { size, root, level, twin } = row;
    const draft = { size, root, level, ...shown(row), signed: row.lines.has(this.#origin) };
    return twin === undefined ? draft : { ...draft, twin: { ...twin } };
  }

  keep(kept: KeptLines): Promise<void> {
    return this.fuse.through(() => {
      const draft = this.drafts.get(kept.size);
      if (draft === undefined) return;
      for (const line of kept.lines) if (!draft.lines.has(line.by)) draft.lines.set(line.by, line);
      if (kept.level !== undefined && kept.level > draft.level) draft.level = kept.level;
      if (draft.twin !== undefined) draft.twin.line ??= kept.twinLine;
    });
  }

  alarm(alarm: AlarmChange): Promise<void> {
    return this.fuse.through(() => {
      if ('endsBelow' in alarm) {
        for (const code of this.alarms.keys()) {
          const ends = code.startsWith(alarm.endsBelow) && !alarm.but.includes(code);
          if (ends) this.alarms.delete(code);
        }
      } else if (alarm.stands) this.alarms.set(alarm.code, alarm.detail);
      else this.alarms.delete(alarm.code);
    });
  }

  alive(part: LogPart, at: Instant): Promise<void> {
    return this.fuse.through(() => void this.beats.set(part, at));
  }

  /** What a back-up taken now would bring back. */
  backUp(): () => void {
    const placed = this.rows.map(({ index }) => index);
    const loose = [...this.loose];
    const [head, drafts] = [this.#head, structuredClone([...this.drafts])];
    return () => {
      for (const [at, row] of this.rows.entries()) row.index = placed[at];
      this.#head = head;
      this.loose.clear();
      for (const [index, one] of loose) this.loose.set(index, one);
      this.drafts.clear();
      for (const [size, draft] of drafts) this.drafts.set(size, draft);
    };
  }
}

function shown(row: DraftRow): { text: string; signatures: string } {
  const lines = [...row.lines.entries()].toSorted(([a, x], [b, y]) =>
    x.isLog === y.isLog ? (a < b ? -1 : 1) : x.isLog ? -1 : 1,
  );
  return { text: row.text, signatures: lines.map(([, { text }]) => text).join('') };
}

export class MemoryTiles implements TileStore {
  readonly files = new Map<string, Uint8Array>();
  readonly #fuse: Fuse;

  constructor(fuse: Fuse) {
    this.#fuse = fuse;
  }

  read(path: string): Promise<Uint8Array | undefined> {
    return this.#fuse.through(() => this.files.get(path));
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#fuse.through(() => {
      const held = this.files.get(path);
      if (held !== undefined && !equal(held, bytes)) throw new Fault('evidence.tile_differs');
      this.files.set(path, bytes);
    });
  }

  publish(checkpoint: string): Promise<void> {
    return this.#fuse.through(() => void this.files.set('checkpoint', utf8(checkpoint)));
  }

  get checkpoint(): string {
    return fromUtf8(this.files.get('checkpoint') ?? new Uint8Array(0));
  }
}

export class MemoryHeads implements SignedHeads, WitnessMemory {
  readonly kept: WitnessedHead[] = [];
  #last: { size: number; root: Uint8Array } | undefined;

  async last(): Promise<{ size: number; root: Uint8Array } | undefined> {
    return this.#last;
  }

  async put(head: { size: number; root: Uint8Array }): Promise<void> {
    const { size, root } = this.#last ?? { size: -1, root: head.root };
    if (head.size < size || (head.size === size && !equal(head.root, root))) {
      throw new Fault('evidence.forked');
    }
    this.#last = head;
  }

  async latest(of: string): Promise<WitnessedHead | undefined> {
    return this.kept.findLast((head) => head.origin === of);
  }

  async keep(head: WitnessedHead): Promise<void> {
    this.kept.push(head);
  }

  async all(): Promise<readonly WitnessedHead[]> {
    return this.kept;
  }
}
