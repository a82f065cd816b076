/**
 * Watches one log from outside: re-verifies every entry and tile from its public files, compares
 * it with what witnesses cosigned, and holds it to its promises.
 *
 * It keeps the last head it verified and the tree's right edge, a few hundred bytes. Whatever
 * proves that the log lied is written down as a file that others judge without believing the
 * monitor.
 */
import { equal, fromUtf8 } from '#base/bytes';
import { Fault, faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { closingIn, isClosing, openingIn } from '#formats/shard';
import {
  bundlePath,
  type FileReader,
  nodesFromTiles,
  parseBundle,
  tileWidth,
} from '#formats/tiles';
import {
  type Checkpoint,
  type Edge,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  inclusionFlaw,
  inclusionProof,
  type JudgedCheckpoint,
  judgeCheckpoint,
  type NoteKey,
  parseCheckpoint,
  parseVkey,
  prefixProof,
  rootHash,
} from '#formats/tlog';
import {
  judgeMisbehaviour,
  type Misbehaviour,
  printMisbehaviour,
  type WitnessedHead,
} from '#formats/witness';
import type { EntryWatch } from './entry-watch.ts';
import { LogSilence, orSilence } from './log-silence.ts';
import { type Finding, walk } from './log-walk.ts';
import { accusationOf } from './promises.ts';

/** A head that was verified to its last entry. */
export interface Verified {
  /** The signed checkpoint as the log showed it. */
  readonly note: string;
  readonly edge: Edge;
}

/** What a monitor keeps, in one folder of its own. */
export interface MonitorMemory {
  last(): Promise<Verified | undefined>;
  /** Durable when the promise resolves. */
  keep(verified: Verified): Promise<void>;
  /** The log's promises that somebody handed to this monitor, as signed notes. */
  promises(): Promise<readonly string[]>;
  /** Keeps a proof under a name of its own; the first one stays. */
  accuse(name: string, proof: Uint8Array): Promise<void>;
}

/** A witness whose memory a monitor may read. */
export interface WitnessView {
  readonly name: string;
  heads(): Promise<readonly WitnessedHead[]>;
}

/** What one look found. */
export interface MonitorReport {
  /** `convicted` when a proof was written, `suspect` when something is wrong and not proved. */
  readonly is: 'sound' | 'suspect' | 'convicted';
  /** The size up to which the log was verified. */
  readonly size: number;
  /** Entries that were read and hashed in this look. */
  readonly read: number;
  /** Of these, entries of a newer program: hashed, chained and signed, but not understood. */
  readonly unread: number;
  readonly findings: readonly Finding[];
  /** Names of the proofs written, as the memory keeps them. */
  readonly proofs: readonly string[];
  /** By which key the log goes on, and behind which head, where its last leaf closes this shard. */
  readonly next: { readonly key: NoteKey; readonly after: FinalHead } | undefined;
}

/** The last head of a shard, which the first leaf of the next one must name. */
export type FinalHead = Pick<Checkpoint, 'origin' | 'size' | 'root'>;

export interface MonitorParts {
  readonly log: NoteKey;
  readonly witnesses: readonly NoteKey[];
  readonly read: FileReader;
  readonly views: readonly WitnessView[];
  readonly memory: MonitorMemory;
  readonly entries: EntryWatch;
  /** Of a later shard: the head with which the one before was closed. */
  readonly after?: FinalHead;
  readonly engine: Engine;
}

export class Monitor {
  readonly #parts: MonitorParts;

  constructor(parts: MonitorParts) {
    this.#parts = { ...parts, read: orSilence(parts.read) };
  }

  /**
   * Looks once at the log as it stands. Throws for what is wrong on the monitor's own side; a log
   * that does not answer, or breaks off, is a finding: who watches for years must outlast it.
   */
  async look(): Promise<MonitorReport> {
    const look = new Look(this.#parts, (await this.#parts.memory.last()) ?? nothing);
    try {
      await this.#lookAt(look);
    } catch (thrown) {
      if (!(thrown instanceof LogSilence)) throw thrown;
      look.silent(thrown);
    }
    return look.report();
  }

  async #lookAt(look: Look): Promise<void> {
    const shown = await look.shown();
    if (shown !== undefined && (await look.follows(shown)) && (await look.walked(shown))) {
      await look.witnesses(shown);
      await look.promises(shown);
      await look.ends(shown);
    }
  }
}

const nothing: Verified = { note: '', edge: emptyEdge };

interface Shown {
  readonly note: string;
  readonly judged: JudgedCheckpoint;
}

class Look {
  readonly #parts: MonitorParts;
  readonly #before: Verified;
  readonly #findings: Finding[] = [];
  readonly #proofs: string[] = [];
  #edge: Edge;
  #unread = 0;
  #next: MonitorReport['next'];

  constructor(parts: MonitorParts, before: Verified) {
    this.#parts = parts;
    this.#before = before;
    this.#edge = before.edge;
  }

  report(): MonitorReport {
    const isSuspect = this.#findings.length > 0;
    return {
      is: this.#proofs.length > 0 ? 'convicted' : isSuspect ? 'suspect' : 'sound',
      size: this.#edge.size,
      read: this.#edge.size - this.#before.edge.size,
      unread: this.#unread,
      findings: this.#findings,
      proofs: this.#proofs,
      next: this.#next,
    };
  }

  silent({ message }: LogSilence): void {
    this.#find('log_silent', message);
  }

  /** The head the log shows, if it is signed by the log. */
  async shown(): Promise<Shown | undefined> {
    const { read, log, witnesses, engine } = this.#parts;
    const bytes = await read('checkpoint');
    if (bytes === undefined) return this.#find('log_silent', 'no checkpoint');
    try {
      const note = fromUtf8(bytes);
      const judged = await judgeCheckpoint(note, { log, witnesses }, engine);
      const isOwn = judged.signedByLog && judged.checkpoint.origin === log.name;
      if (isOwn && judged.broken.length === 0) return { note, judged };
      return this.#find('checkpoint_wrong', judged.broken.join(' ') || 'not signed by the log');
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      return this.#find('checkpoint_wrong', thrown.code);
    }
  }

  /** Is it the head seen before, or a larger one? */
  async follows({ note, judged }: Shown): Promise<boolean> {
    const { size, root } = judged.checkpoint;
    const seen = this.#before.edge.size;
    if (size > seen || seen === 0) return true;
    if (size < seen) {
      this.#find('rolled_back', `shown ${size}, ${seen} was seen`);
      await this.#accuse({ kind: 'rollback', notes: [this.#before.note, note], hashes: [] });
      return false;
    }
    if (equal(root, parseCheckpoint(this.#before.note).root)) return true;
    this.#find('root_differs', `another root for size ${size}`);
    await this.#accuse({ kind: 'fork', notes: [this.#before.note, note], hashes: [] });
    return false;
  }

  /** Reads every new entry and tile; keeps the head if they lead to its root. */
  async walked({ note, judged }: Shown): Promise<boolean> {
    const { read, engine, entries, memory } = this.#parts;
    const { size, root } = judged.checkpoint;
    const reading = entries.reading();
    let end = await this.#endedAt(judged.checkpoint);
    const look = async (bytes: Uint8Array, index: number): Promise<string | undefined> => {
      if (end !== undefined) return 'stands behind the last leaf';
      if (isClosing(bytes)) end = index;
      return reading.flawOf(bytes, index);
    };
    const { edge, findings } = await walk(this.#before.edge, size, { read, engine, look });
    this.#findings.push(...findings);
    this.#unread = reading.unread;
    if (edge.size === size && equal(await edgeRoot(edge, engine), root)) {
      this.#edge = edge;
      if (end !== undefined && end < size - 1) await this.#accuseOverrun({ note, at: end }, note);
      // What had a flaw is read again at every look, so that nobody stops hearing of it.
      const isClean = findings.length === 0 && size > this.#before.edge.size;
      if (isClean) {
        await memory.keep({ note, edge });
        entries.keep(reading);
      }
      return true;
    }
    this.#find('root_differs', `the entries of size ${size} have another root`);
    const before = { note: this.#before.note, at: this.#before.edge.size - 1 };
    if (before.at < 0) return false;
    // Perhaps the files tell one history and the head seen before was of another, or ended there.
    await this.#accuseFork(before.note, { note, judged });
    await this.#accuseOverrun(before, note);
    return false;
  }

  /** Did a shard that has grown since end before? The next one has begun, so there would be two. */
  async #endedAt(head: Checkpoint): Promise<number | undefined> {
    const last = this.#before.edge.size - 1;
    const hasGrown = last >= 0 && head.size > last + 1;
    return hasGrown && isClosing(await this.#leaf(last, head)) ? last : undefined;
  }

  async witnesses(shown: Shown): Promise<void> {
    for (const view of this.#parts.views) {
      try {
        for (const head of await view.heads()) await this.#compare(view.name, head, shown);
      } catch (thrown) {
        if (!(thrown instanceof Fault)) throw thrown;
        this.#find('witness_silent', `${view.name}: ${thrown.code}`);
      }
    }
  }

  async promises(shown: Shown): Promise<void> {
    const { memory, engine, read, log } = this.#parts;
    const nodes = nodesFromTiles(shown.judged.checkpoint.size, read, engine);
    for (const promise of await memory.promises()) {
      const { checkpoint, cosigners } = shown.judged;
      const seen = { log, note: shown.note, size: checkpoint.size, cosigners };
      const found = await accusationOf(promise, seen, { nodes, engine });
      if (found === 'malformed') this.#find('promise_wrong', 'not a promise of this log');
      else if (found !== undefined) {
        this.#find('promise_broken', `of ${found.leaf}`);
        await this.#accuse(found.accusation);
      }
    }
  }

  /** The ends of a verified tree: does it follow the shard before, and where does it go on? */
  async ends({ judged }: Shown): Promise<void> {
    const { engine, after } = this.#parts;
    const { origin, size, root } = judged.checkpoint;
    if (size === 0) return;
    const first = after && openingIn(await this.#leaf(0, judged.checkpoint))?.before;
    const isNamed = first?.origin === after?.origin && first?.size === after?.size;
    if (after !== undefined && !(isNamed && first && equal(first.root, after.root))) {
      this.#find('opening_wrong', `does not begin with the head of ${after.origin}`);
    }
    const says = closingIn(await this.#leaf(size - 1, judged.checkpoint));
    if (says === undefined) return;
    try {
      this.#next = { key: await parseVkey(says.next, engine), after: { origin, size, root } };
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.#find('entry_wrong', `entry ${size - 1}: names no key`);
    }
  }

  /** A leaf by its proof under a head: what was walked in an earlier look may be altered since. */
  async #leaf(at: number, head: Checkpoint): Promise<Uint8Array> {
    try {
      const { entry, flaw } = await this.#provedLeaf(at, head);
      if (flaw === undefined) return entry;
      this.#find('tile_differs', `entry ${at} is not under the head: ${flaw}`);
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.#find('file_missing', `entry ${at}: ${thrown.code}`);
    }
    return new Uint8Array();
  }

  async #provedLeaf(at: number, { size, root }: Checkpoint) {
    const { read, engine } = this.#parts;
    const index = Math.floor(at / tileWidth);
    const width = Math.min(size - index * tileWidth, tileWidth);
    // A partial file may have given way to the full one.
    const partial = await read(bundlePath({ index, width }));
    const bytes = partial ?? (await read(bundlePath({ index, width: tileWidth })));
    const entry = parseBundle(bytes ?? new Uint8Array())[at - index * tileWidth];
    if (entry === undefined) throw new Fault('tiles.absent', { at });
    const leaf = await hashLeaf(entry, engine);
    const proof = await inclusionProof(
      { index: at, size },
      nodesFromTiles(size, read, engine),
      engine,
    );
    return {
      entry,
      proof,
      flaw: await inclusionFlaw({ leaf, index: at, size, root, proof }, engine),
    };
  }

  async #compare(name: string, head: WitnessedHead, shown: Shown): Promise<void> {
    const { engine, read, log } = this.#parts;
    const { size } = shown.judged.checkpoint;
    if (head.origin !== log.name || head.size === 0) return;
    if (head.size > size) {
      this.#find('witness_ahead', `${name} is at ${head.size}, the log shows ${size}`);
      const end = { note: shown.note, at: size - 1 };
      if (head.note !== undefined && size > 0) await this.#accuseOverrun(end, head.note);
      return;
    }
    const own = await rootHash(head.size, nodesFromTiles(size, read, engine), engine);
    if (equal(own, head.root)) return;
    this.#find('witness_differs', `${name} cosigned another tree of size ${head.size}`);
    if (head.note !== undefined) await this.#accuseFork(head.note, shown);
  }

  async #accuseFork(smaller: string, { note, judged }: Shown): Promise<void> {
    const { engine, read } = this.#parts;
    const between = { from: parseCheckpoint(smaller).size, to: judged.checkpoint.size };
    try {
      const nodes = nodesFromTiles(between.to, read, engine);
      const hashes = await prefixProof(between, nodes, engine);
      await this.#accuse({ kind: 'fork', notes: [smaller, note], hashes });
    } catch (thrown) {
      // Files that are missing or damaged prove nothing; that they are is a finding already.
      if (faultCode(thrown) === undefined) throw thrown;
    }
  }

  /** If the leaf at this place closes the shard, a larger head is one behind its end. */
  async #accuseOverrun(end: { note: string; at: number }, larger: string): Promise<void> {
    try {
      const { entry, proof } = await this.#provedLeaf(end.at, parseCheckpoint(end.note));
      if (!isClosing(entry)) return;
      const last = { index: end.at, leaf: fromUtf8(entry) };
      await this.#accuse({ kind: 'overrun', notes: [end.note, larger], hashes: proof, last });
    } catch (thrown) {
      // As above; and a head that a witness hands over may be no note at all.
      if (faultCode(thrown) === undefined) throw thrown;
    }
  }

  /** Only what convinces a stranger is written down. */
  async #accuse(accusation: Misbehaviour): Promise<void> {
    const { log, witnesses, engine, memory } = this.#parts;
    const judged = await judgeMisbehaviour(accusation, { logs: [log], witnesses }, engine);
    if (judged.is !== 'proved') return;
    const sizes = accusation.notes.map((note) => note.split('\n')[1] ?? '');
    const name = accusation.kind === 'promise' ? sizes.at(-1) : sizes.join('-');
    this.#proofs.push(`${accusation.kind}-${name}`);
    await memory.accuse(`${accusation.kind}-${name}`, printMisbehaviour(accusation));
  }

  #find(code: Finding['code'], detail: string): undefined {
    this.#findings.push({ code, detail });
  }
}
