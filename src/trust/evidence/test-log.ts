/**
 * A whole log in memory for tests: entries, head, drafts, files, witnesses with real keys.
 *
 * Every call through a port passes a fuse, so that a test can let the process die before or after
 * any of them; what was done before stays, as it would on a disk.
 */
import { equal, fromUtf8, utf8 } from '#base/bytes';
import { type Clock, type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { seededRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import type { Engine, Signer } from '#formats/crypto';
import type { Level, NoteKey } from '#formats/tlog';
import { noteKey } from '#formats/tlog';
import { printWitnessRequest, type WitnessedHead } from '#formats/witness';
import { Witness, type WitnessMemory } from '#trust/witness';
import { Evidence } from './evidence.ts';
import type { LogPart } from './heartbeat.ts';
import type {
  Chain,
  CheckpointStore,
  Draft,
  EntryStore,
  LogHead,
  LogLease,
  LogStep,
  LogStore,
  NewEntry,
  PendingEntry,
  SignedHeads,
  StoredCheckpoint,
  StoredEntry,
  TileStore,
  WitnessLine,
} from './ports.ts';
import { noteOf, Sequencer, type SequencerStep } from './sequencer.ts';

export const origin = 'log.fubie.test/demo';
export const testUnit: Unit = { tenant: 'bank' as TenantId };
const votes = ['court', 'notary', 'arbitration', 'peer-bank'] as const;

/** Blows at its n-th use; -1 never. */
/** The stand-in's own level is believed here; the signatures are judged in the real house. */
const believed = async () => 'L2' as const;

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
}

export class MemoryLog implements EntryStore, LogStore, CheckpointStore, LogLease {
  readonly fuse: Fuse;
  readonly rows: Row[] = [];
  readonly drafts = new Map<number, DraftRow>();
  readonly alarms = new Map<string, string>();
  readonly beats = new Map<LogPart, Instant>();
  readonly checkpoints = this;
  #chains = new Map<string, Chain>();
  #head: LogHead | undefined;

  constructor(fuse: Fuse) {
    this.fuse = fuse;
  }

  async lockChain(_unit: Unit, caseId: string, freshTag: string): Promise<Chain> {
    const chain = this.#chains.get(caseId) ?? { caseTag: freshTag, seq: 0, head: null };
    this.#chains.set(caseId, chain);
    return chain;
  }

  async append(_unit: Unit, entry: NewEntry): Promise<void> {
    const chain = this.#chains.get(entry.caseId);
    if (chain?.seq !== entry.seq) throw new Error('the chain has moved');
    this.rows.push({ ...entry, arrival: BigInt(this.rows.length), index: undefined });
    this.#chains.set(entry.caseId, { ...chain, seq: entry.seq + 1, head: entry.hash });
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
      for (const [at, { arrival }] of step.entries.entries()) {
        const row = this.rows.find((candidate) => candidate.arrival === arrival);
        if (row?.index !== undefined) throw new Fault('evidence.head_moved');
        if (row !== undefined) row.index = (step.from?.size ?? 0) + at;
      }
      this.#head = step.to;
      const { size, root } = step.to;
      this.drafts.set(size, { size, root, text: step.draft, lines: new Map(), level: 'L0' });
    });
  }

  entries(start: number, end: number): Promise<readonly Uint8Array[]> {
    const within = (index: number | undefined): boolean =>
      index !== undefined && index >= start && index < end;
    return this.fuse.through(() =>
      this.rows.filter(({ index }) => within(index)).map(({ bytes }) => bytes),
    );
  }

  newest(): Promise<Draft | undefined> {
    return this.fuse.through(() => draftOf([...this.drafts.values()].at(-1)));
  }

  newestSigned(): Promise<Draft | undefined> {
    return this.fuse.through(() =>
      draftOf([...this.drafts.values()].findLast(({ lines }) => lines.has(origin))),
    );
  }

  keep(line: { size: number; by: string; text: string; isLog: boolean }): Promise<void> {
    return this.fuse.through(() => {
      const lines = this.drafts.get(line.size)?.lines;
      if (lines?.has(line.by) === false) lines.set(line.by, line);
    });
  }

  reached(size: number, level: Level): Promise<void> {
    return this.fuse.through(() => {
      const draft = this.drafts.get(size);
      if (draft !== undefined && level > draft.level) draft.level = level;
    });
  }

  alarm(alarm: { code: string; detail: string; at: Instant; stands: boolean }): Promise<void> {
    return this.fuse.through(() => {
      if (alarm.stands) this.alarms.set(alarm.code, alarm.detail);
      else this.alarms.delete(alarm.code);
    });
  }

  alive(part: LogPart, at: Instant): Promise<void> {
    return this.fuse.through(() => void this.beats.set(part, at));
  }

  /** What a back-up taken now would bring back. */
  backUp(): () => void {
    const placed = this.rows.map(({ index }) => index);
    const [head, drafts] = [this.#head, structuredClone([...this.drafts])];
    return () => {
      for (const [at, row] of this.rows.entries()) row.index = placed[at];
      this.#head = head;
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

function draftOf(row: DraftRow | undefined): Draft | undefined {
  if (row === undefined) return undefined;
  const { size, root, level } = row;
  return { size, root, level, ...shown(row), signed: row.lines.has(origin) };
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

class MemoryHeads implements SignedHeads, WitnessMemory {
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

/** The engine and fresh Ed25519 keys: rooms of trust know no adapter, tests bring one. */
export interface TestCrypto {
  readonly engine: Engine;
  newSigner(): Signer;
}

export interface TestWitness extends WitnessLine {
  readonly memory: MemoryHeads;
  down: boolean;
}

export class TestWorld {
  readonly fuse = new Fuse();
  readonly log = new MemoryLog(this.fuse);
  readonly tiles = new MemoryTiles(this.fuse);
  readonly heads = new MemoryHeads();
  readonly random = seededRandom(7);
  readonly actor: Signer;
  readonly engine: Engine;
  readonly clock: Clock & { turn(ms: number): void };
  readonly steps: SequencerStep[] = [];
  readonly logKey: NoteKey;
  readonly witnesses: ReadonlyMap<string, TestWitness>;
  readonly #signer: Signer;

  private constructor(parts: {
    logKey: NoteKey;
    signer: Signer;
    crypto: TestCrypto;
    witnesses: ReadonlyMap<string, TestWitness>;
    clock: TestWorld['clock'];
  }) {
    this.logKey = parts.logKey;
    this.#signer = parts.signer;
    this.actor = parts.crypto.newSigner();
    this.engine = parts.crypto.engine;
    this.witnesses = parts.witnesses;
    this.clock = parts.clock;
  }

  static async open(crypto: TestCrypto): Promise<TestWorld> {
    let now = 1_790_000_000_000;
    const clock = {
      source: 'TEST_CLOCK',
      now: () => instantFromMs(now),
      turn: (ms: number) => void (now += ms),
    };
    const signer = crypto.newSigner();
    const logKey = await noteKey(
      { name: origin, kind: 'ed25519', publicKey: signer.publicKey },
      crypto.engine,
    );
    const witnesses = new Map<string, TestWitness>();
    for (const name of ['sentinel', ...votes, 'regulator']) {
      witnesses.set(name, await testWitness({ name, logKey, clock, crypto }));
    }
    return new TestWorld({ logKey, signer, witnesses, clock, crypto });
  }

  witness(name: string): TestWitness {
    const found = this.witnesses.get(name);
    if (found === undefined) throw new Error(`no witness ${name}`);
    return found;
  }

  evidence(): Evidence {
    const keeper = {
      seal: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes.map((b) => b ^ 0x5a),
      open: async (_unit: Unit, _place: unknown, bytes: Uint8Array) => bytes.map((b) => b ^ 0x5a),
    };
    const { log: store, actor: signer, clock, random } = this;
    const environment = 'R0VCckNKWVJvYWRUb05vd2hlcmVJc0FTYWx0ZWQzMkI=';
    const parts = { store, keeper, signer, actor: 'serve', environment, clock, random };
    return new Evidence({ ...parts, engine: this.engine, judge: believed });
  }

  /** A process that has just been started: it remembers nothing but what the ports give it. */
  sequencer(): Sequencer {
    return new Sequencer({
      key: this.logKey,
      signer: this.#signer,
      lease: this.log,
      tiles: this.tiles,
      heads: this.heads,
      sentinel: this.witness('sentinel'),
      voters: votes.map((name) => this.witness(name)),
      mirrors: [this.witness('regulator')],
      quorum: 3,
      engine: this.engine,
      clock: this.clock,
      pause: () => new Promise((resume) => setTimeout(resume, 1)),
      observe: (step) => void this.steps.push(step),
    });
  }
}

async function testWitness(parts: {
  name: string;
  logKey: NoteKey;
  clock: Clock;
  crypto: TestCrypto;
}): Promise<TestWitness> {
  const { name, logKey, clock, crypto } = parts;
  const signer = crypto.newSigner();
  const memory = new MemoryHeads();
  const key = await noteKey(
    { name, kind: 'cosignature', publicKey: signer.publicKey },
    crypto.engine,
  );
  const witness = new Witness({
    key,
    signer,
    logOf: async (asked) => (asked === logKey.name ? logKey : undefined),
    memory,
    clock,
    engine: crypto.engine,
  });
  const line: TestWitness = {
    key,
    memory,
    down: false,
    addCheckpoint: async (request) => {
      if (line.down) throw new Fault('wire.unreachable', {}, { retryable: true });
      return witness.addCheckpoint(printWitnessRequest(request));
    },
  };
  return line;
}
