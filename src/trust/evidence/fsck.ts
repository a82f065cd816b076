/**
 * Checks everything there is of one tenant's log: entries against the tree, the tree against every
 * signed head, files against the tree, case chains, rows against entries, and all of it against
 * what witnesses kept.
 *
 * It repairs nothing and trusts no stored hash. A flaw names its place; the report is complete.
 */
import { equal, fromUtf8, utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { type Entry, entryHash, parseEntry, signatureFlaw } from '#formats/entry';
import { closingIn, nextOrigin, openingIn } from '#formats/shard';
import { bundlePath, hashesOfTile, newTiles, parseBundle, tilePath } from '#formats/tiles';
import {
  append,
  type Edge,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  judgeCheckpoint,
  type NodeReader,
  type NoteKey,
  rangeHash,
  rootHash,
} from '#formats/tlog';
import type { WitnessedHead } from '#formats/witness';
import { CaseChains } from './case-chains.ts';
import { type Difference, narrow } from './narrowing.ts';
import type { TileFiles } from './ports.ts';
import { registerCaseId, registerFirst } from './register.ts';
import { type Openings, type RowClaims, rowFlaws } from './row-claims.ts';
import type { Shard } from './shards.ts';

const batchEntries = 500;

/** An entry as it is stored, with its place in the log. */
export interface AuditedEntry {
  readonly index: number;
  /** Undefined for a loose entry: it belongs to no case of ours and is held to the tree alone. */
  readonly caseId: string | undefined;
  readonly bytes: Uint8Array;
}

/** An entry that a unit has recorded and that has no place yet. */
export interface UnplacedEntry {
  readonly caseId: string;
  readonly bytes: Uint8Array;
}

/** The stored log of one tenant, read only, all of one moment. */
export interface LogAudit {
  /** Placed entries from a place on, in order. */
  entries(start: number, countMax: number): Promise<readonly AuditedEntry[]>;
  /** Entries that wait for a place, in the order in which they will get one. */
  unplaced(): Promise<readonly UnplacedEntry[]>;
  /** Every drafted checkpoint, smallest first, with its signature lines. */
  checkpoints(): Promise<readonly { size: number; text: string; signatures: string }[]>;
}

/** Something that does not agree, and where. */
export interface FsckFlaw {
  readonly code:
    | 'entry_malformed'
    | 'entry_signature_wrong'
    | 'entry_missing'
    | 'case_chain_broken'
    | 'shard_wrong'
    | 'register_wrong'
    | 'root_differs'
    | 'checkpoint_signature_wrong'
    | 'tile_differs'
    | 'row_differs'
    | 'journal_differs'
    | 'witness_differs';
  readonly part: string;
  readonly detail: string;
}

/** What was found in one tenant's log. */
export interface FsckReport {
  readonly tenant: TenantId;
  readonly is: 'sound' | 'broken';
  readonly entries: number;
  readonly cases: number;
  readonly checkpoints: number;
  /** Were rows compared with what entries open to, and not only with what they name? */
  readonly opened: boolean;
  /** For each witness: the newest size it knows and, where it knows another log, which entry. */
  readonly witnesses: readonly { name: string; size: number; differs?: Difference }[];
  readonly flaws: readonly FsckFlaw[];
}

/** One shard of the log with the key that signs its heads and the files that show it. */
export interface AuditedShard {
  readonly shard: Pick<Shard, 'base' | 'end'>;
  readonly log: NoteKey;
  readonly tiles?: TileFiles;
  /**
   * The file `checkpoint`, read before the moment of the audit: what was published by then has its
   * entries in it, however quickly the log grows on.
   */
  readonly published?: Uint8Array | undefined;
}

export interface FsckParts {
  readonly tenant: TenantId;
  readonly audit: LogAudit;
  /** Oldest first; one for a log in which nothing was ever closed. */
  readonly shards: readonly AuditedShard[];
  readonly witnessKeys: readonly NoteKey[];
  /** Actors' public keys (SPKI) by the `by` of entries. */
  readonly keyOf: (by: string) => Uint8Array | undefined;
  readonly engine: Engine;
  readonly rows?: RowClaims;
  /** Without them what rows say is compared as far as commitments show it. */
  readonly openings?: Openings;
  /** What each witness kept, by its name. */
  readonly witnessed?: ReadonlyMap<string, readonly WitnessedHead[]>;
}

export async function fsck(parts: FsckParts): Promise<FsckReport> {
  const checking = new Checking(parts);
  await checking.entries();
  await checking.unplaced();
  await checking.register();
  const checkpoints = await checking.checkpoints();
  await checking.rows();
  await checking.files();
  await checking.borders();
  const witnesses = await checking.witnesses();
  const { flaws, size, cases } = checking;
  return {
    tenant: parts.tenant,
    is: flaws.length === 0 ? 'sound' : 'broken',
    entries: size,
    cases,
    checkpoints,
    opened: parts.openings !== undefined,
    witnesses,
    flaws,
  };
}

/** The tree of one shard as its entries alone make it. */
class AuditedTree {
  readonly of: AuditedShard;
  readonly #nodes = new Map<string, Uint8Array>();
  readonly #engine: Engine;
  edge: Edge = emptyEdge;
  first: Uint8Array | undefined;
  last: Uint8Array | undefined;

  constructor(of: AuditedShard, engine: Engine) {
    this.of = of;
    this.#engine = engine;
  }

  /** The place after its last leaf. */
  get end(): number {
    return this.of.shard.base + this.edge.size;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.first ??= bytes;
    this.last = bytes;
    const engine = this.#engine;
    this.edge = await append(this.edge, await hashLeaf(bytes, engine), {
      engine,
      completed: (level, index, hash) => this.#nodes.set(`${level}/${index}`, hash),
    });
  }

  readonly node: NodeReader = async (level, index) => {
    const hash = this.#nodes.get(`${level}/${index}`);
    if (hash === undefined) throw new Error(`no node ${level}/${index}`);
    return hash;
  };
}

class Checking {
  readonly flaws: FsckFlaw[] = [];
  readonly #parts: FsckParts;
  readonly #trees: readonly AuditedTree[];
  readonly #chains = new CaseChains();

  constructor(parts: FsckParts) {
    this.#parts = parts;
    this.#trees = parts.shards.map((shard) => new AuditedTree(shard, parts.engine));
  }

  get size(): number {
    return Math.max(0, ...this.#trees.map(({ edge, end }) => (edge.size === 0 ? 0 : end)));
  }

  get cases(): number {
    return this.#chains.size;
  }

  /** Grows the trees from the entries alone, and follows every case's chain through them. */
  async entries(): Promise<void> {
    let place = 0;
    for (;;) {
      const batch = await this.#parts.audit.entries(place, batchEntries);
      for (const entry of batch) {
        if (entry.index !== place) {
          this.#flaw('entry_missing', `entry ${place}`, `next place is ${entry.index}`);
          return;
        }
        await this.#entry(entry);
        place += 1;
      }
      if (batch.length === 0) return;
    }
  }

  /** The shard that holds a place; what stands behind a closing leaf belongs to the next. */
  #treeAt(place: number): AuditedTree | undefined {
    return this.#trees.findLast(({ of }) => of.shard.base <= place);
  }

  async checkpoints(): Promise<number> {
    const all = await this.#parts.audit.checkpoints();
    for (const { size: end, text, signatures } of all) {
      const part = `checkpoint ${end}`;
      const tree = this.#treeAt(end - 1);
      if (tree === undefined) continue;
      if (signatures === '') continue; // A draft that was never signed says nothing yet.
      const size = end - tree.of.shard.base;
      await this.#checkpoint(tree, { part, note: utf8(`${text}\n${signatures}`), size });
    }
    return all.length;
  }

  /** Holds one note against the entries and its signatures; answers the size it names. */
  async #checkpoint(
    { of: { log }, edge, node }: AuditedTree,
    said: { readonly part: string; readonly note: Uint8Array; readonly size?: number },
  ): Promise<number | undefined> {
    const { witnessKeys, engine } = this.#parts;
    const { part, note } = said;
    try {
      const judged = await judgeCheckpoint(fromUtf8(note), { log, witnesses: witnessKeys }, engine);
      const { origin, size, root } = judged.checkpoint;
      const isHeld = size <= edge.size && size === (said.size ?? size);
      if (!isHeld || !equal(root, await rootHash(size, node, engine))) {
        this.#flaw('root_differs', part, 'the entries have another root');
      }
      if (!judged.signedByLog || origin !== log.name || judged.broken.length > 0) {
        this.#flaw('checkpoint_signature_wrong', part, judged.broken.join(' '));
      }
      return size;
    } catch (thrown) {
      this.#flaw('checkpoint_signature_wrong', part, faultCode(thrown) ?? 'unreadable');
      return undefined;
    }
  }

  /** The newest published head, its files hash by hash, and each bundle's entries. */
  async files(): Promise<void> {
    for (const tree of this.#trees) await this.#filesOf(tree);
  }

  /**
   * The file `checkpoint` is what readers believe, so it is judged as the rows are. One
   * that names no size does not keep the files from being held against the tree.
   */
  async #filesOf(tree: AuditedTree): Promise<void> {
    const { of, edge, node: nodeAt } = tree;
    const { tiles, published: note } = of;
    const { engine } = this.#parts;
    if (tiles === undefined || note === undefined) return;
    const size = (await this.#checkpoint(tree, { part: 'file checkpoint', note })) ?? edge.size;
    for (const tile of newTiles(0, Math.min(size, edge.size))) {
      const path = tilePath(tile);
      const bytes = (await tiles.read(path)) ?? new Uint8Array(0);
      const bundle = tile.level === 0 ? await tiles.read(bundlePath(tile)) : undefined;
      try {
        const hashes = hashesOfTile(tile, bytes);
        const entries = bundle === undefined ? undefined : parseBundle(bundle);
        for (const [at, hash] of hashes.entries()) {
          const node = await nodeAt(tile.level * 8, tile.index * 256 + at);
          const entry = entries?.[at];
          const leaf = entry === undefined ? node : await hashLeaf(entry, engine);
          if (!equal(node, hash) || !equal(node, leaf)) throw new Error(`hash ${at}`);
        }
      } catch (thrown) {
        const why = thrown instanceof Error ? thrown.message : 'unreadable';
        this.#flaw('tile_differs', path, why);
      }
    }
  }

  /** Each shard but the last ends with a leaf that names the next, which begins with its head. */
  async borders(): Promise<void> {
    for (const [at, before] of this.#trees.entries()) {
      const after = this.#trees[at + 1];
      if (after?.first === undefined || before.last === undefined) return;
      const part = `entry ${after.of.shard.base}`;
      const says = closingIn(before.last);
      if (says === undefined || nextOrigin(says) !== after.of.log.name) {
        this.#flaw('shard_wrong', part, 'the shard before does not name this one');
      }
      const root = await edgeRoot(before.edge, this.#parts.engine);
      const head = openingIn(after.first)?.before;
      const isHead = head?.size === before.edge.size && equal(head.root, root);
      if (!isHead || head.origin !== before.of.log.name) {
        this.#flaw('shard_wrong', part, 'does not begin with the head of the shard before');
      }
    }
  }

  async rows(): Promise<void> {
    const { rows, openings, engine } = this.#parts;
    if (rows === undefined) return;
    const flaws = await rowFlaws({ chains: this.#chains, rows, openings, engine });
    for (const { part, detail } of flaws) this.#flaw('row_differs', part, detail);
  }

  /** What a unit has committed is a fact before it has a place: rows speak of it already. */
  async unplaced(): Promise<void> {
    for (const stored of await this.#parts.audit.unplaced()) {
      await this.#follow({ ...stored, index: undefined }, `entry of ${stored.caseId}`);
    }
  }

  /** The tenant's register has a name of its own and begins with the tenant's opening. */
  async register(): Promise<void> {
    const { tenant, engine } = this.#parts;
    const first = this.#chains.of(await registerCaseId(tenant, engine))?.entries[0];
    if (first === undefined || first.entry.type === registerFirst) return;
    this.#flaw('register_wrong', 'register', `begins with ${first.entry.type}`);
  }

  async witnesses(): Promise<FsckReport['witnesses']> {
    const reports: { name: string; size: number; differs?: Difference }[] = [];
    for (const [name, heads] of this.#parts.witnessed ?? []) {
      let size = 0;
      let differs: Difference | undefined;
      for (const tree of this.#trees) {
        const own = heads.filter(({ origin }) => origin === tree.of.log.name);
        const { base } = tree.of.shard;
        if (own.length > 0) size = base + Math.max(...own.map((head) => head.size));
        differs ??= await this.#differenceIn(tree, own);
      }
      reports.push({ name, size, ...(differs === undefined ? {} : { differs }) });
      if (differs === undefined) continue;
      const { first, last } = differs;
      const which = first === last ? `entry ${first}` : `entries ${first} to ${last}`;
      this.#flaw('witness_differs', `${name} size ${differs.size}`, `first difference: ${which}`);
    }
    return reports;
  }

  /** In places, as everything here is told. */
  async #differenceIn(
    { of, edge, node }: AuditedTree,
    heads: readonly WitnessedHead[],
  ): Promise<Difference | undefined> {
    const hashOf = (range: { start: number; end: number }): Promise<Uint8Array> =>
      rangeHash(range, node, this.#parts.engine);
    const found = await narrow(heads, { size: edge.size, hashOf });
    const { base } = of.shard;
    return found && { size: base + found.size, first: base + found.first, last: base + found.last };
  }

  async #entry(stored: AuditedEntry): Promise<void> {
    await this.#treeAt(stored.index)?.add(stored.bytes);
    const { index, caseId, bytes } = stored;
    if (caseId !== undefined) await this.#follow({ index, caseId, bytes }, `entry ${index}`);
  }

  async #follow(
    stored: { index: number | undefined; caseId: string; bytes: Uint8Array },
    part: string,
  ): Promise<void> {
    const { engine, keyOf } = this.#parts;
    let entry: Entry;
    try {
      entry = parseEntry(stored.bytes);
    } catch {
      this.#flaw('entry_malformed', part, 'not an entry');
      return;
    }
    const flaw = await signatureFlaw(entry, keyOf, engine);
    if (flaw !== undefined) this.#flaw('entry_signature_wrong', part, flaw.code);
    const hash = await entryHash(stored.bytes, engine);
    const { index, caseId } = stored;
    const broken = this.#chains.follow({ index, caseId, entry, hash });
    if (broken !== undefined) this.#flaw('case_chain_broken', part, broken);
  }

  #flaw(code: FsckFlaw['code'], part: string, detail: string): void {
    this.flaws.push({ code, part, detail });
  }
}
