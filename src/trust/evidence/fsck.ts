/**
 * Checks everything there is of one tenant's log: entries against the tree, the tree against every
 * signed head, files against the tree, case chains, rows against entries, and all of it against
 * what witnesses kept.
 *
 * It repairs nothing and trusts no stored hash. A flaw names its place; the report is complete.
 */
import { equal, fromUtf8, utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type Entry, entryHash, parseEntry, signatureFlaw } from '#formats/entry';
import { closingIn, nextOrigin, openingIn } from '#formats/shard';
import {
  type Edge,
  edgeRoot,
  judgeCheckpoint,
  type NodeReader,
  rangeHash,
  rootHash,
  type TreeHead,
} from '#formats/tlog';
import { judgeTwin, type TwinKey, twinEngine } from '#formats/twin';
import type { WitnessedHead } from '#formats/witness';
import { textFlaws } from './adopted-texts.ts';
import type { AuditedEntry, AuditedShard, FsckFlaw, FsckParts, FsckReport } from './audit.ts';
import { CaseChains } from './case-chains.ts';
import { type Difference, narrow } from './narrowing.ts';
import type { SignedHead, TileFiles } from './ports.ts';
import { fileFlaws, GrownTree } from './published-files.ts';
import { registerCaseId, registerFirst } from './register.ts';
import { rowFlaws } from './row-claims.ts';

const batchEntries = 500;

export async function fsck(parts: FsckParts): Promise<FsckReport> {
  const checking = new Checking(parts);
  await checking.entries();
  await checking.unplaced();
  await checking.register();
  const checkpoints = await checking.checkpoints();
  await checking.remembered();
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

/** The tree of one shard as its entries alone make it, and its twin's where it keeps one. */
class AuditedTree {
  readonly of: AuditedShard;
  readonly tree: GrownTree;
  readonly twin: GrownTree | undefined;
  /** The newest size of which a signature is kept. */
  signed = 0;
  /** Has its twin a text of its own at that size? */
  twinned = false;
  first: Uint8Array | undefined;
  last: Uint8Array | undefined;

  constructor(of: AuditedShard, engine: Engine) {
    this.of = of;
    this.tree = new GrownTree(engine);
    this.twin = of.twin && new GrownTree(twinEngine(engine));
  }

  get edge(): Edge {
    return this.tree.edge;
  }

  get node(): NodeReader {
    return this.tree.node;
  }

  /** The place after its last leaf. */
  get end(): number {
    return this.of.shard.base + this.edge.size;
  }

  async add(bytes: Uint8Array): Promise<void> {
    this.first ??= bytes;
    this.last = bytes;
    await this.tree.add(bytes);
    await this.twin?.add(bytes);
  }
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
    for (const { size: end, text, signatures, twin } of all) {
      const part = `checkpoint ${end}`;
      const tree = this.#treeAt(end - 1);
      if (tree === undefined) continue;
      if (signatures === '') continue; // A draft that was never signed says nothing yet.
      const size = end - tree.of.shard.base;
      tree.signed = size;
      tree.twinned = twin !== undefined;
      await this.#checkpoint(tree, { part, note: utf8(`${text}\n${signatures}`), size });
    }
    return all.length;
  }

  /** A database that was set back has shorter trees than the house itself has signed. */
  async remembered(): Promise<void> {
    const { engine } = this.#parts;
    for (const { of, tree, twin } of this.#trees) {
      const { base } = of.shard;
      await this.#remembered(tree, { base, heads: of.remembered, name: 'signed head', engine });
      if (twin === undefined) continue;
      const second = { name: 'sm3/ signed head', engine: twinEngine(engine) };
      await this.#remembered(twin, { base, heads: of.twin?.remembered, ...second });
    }
  }

  async #remembered(
    { edge, node }: GrownTree,
    said: {
      readonly base: number;
      readonly heads: readonly SignedHead[] | undefined;
      readonly name: string;
      readonly engine: Engine;
    },
  ): Promise<void> {
    for (const { size, root } of said.heads ?? []) {
      const isHeld = size <= edge.size;
      if (isHeld && equal(root, await rootHash(size, node, said.engine))) continue;
      const detail = isHeld ? 'the entries have another root' : 'more entries were signed';
      this.#flaw('root_differs', `${said.name} ${said.base + size}`, detail);
      return; // Whatever follows it differs, too.
    }
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
  async #filesOf(shown: AuditedTree): Promise<void> {
    const { tiles, published: note } = shown.of;
    if (tiles === undefined) return;
    const part = 'file checkpoint';
    if (note === undefined && shown.signed === 0) return;
    if (note === undefined) this.#flaw('checkpoint_missing', part, 'is not there');
    const said = note && (await this.#checkpoint(shown, { part, note }));
    const size = said ?? (shown.signed || shown.edge.size);
    await this.#held(shown.tree, { tiles, size, bundles: true }, '');
    await this.#twinFiles(shown);
  }

  /** The twin's, under its own name and key. */
  async #twinFiles({ of, twin: tree, twinned, signed }: AuditedTree): Promise<void> {
    const { twin } = of;
    if (twin === undefined || tree === undefined) return;
    const part = 'sm3/checkpoint';
    if (twin.published === undefined && !twinned) return;
    if (twin.published === undefined) this.#flaw('checkpoint_missing', part, 'is not there');
    const judged = twin.published && (await this.#twinNote(part, twin.published, twin.key));
    const size = judged?.size ?? signed;
    if (judged !== undefined) {
      const engine = twinEngine(this.#parts.engine);
      const isHeld = size <= tree.edge.size;
      if (!isHeld || !equal(judged.root, await rootHash(size, tree.node, engine)))
        this.#flaw('root_differs', part, 'the entries have another root');
    }
    await this.#held(tree, { tiles: twin.tiles, size, bundles: false }, 'sm3/');
  }

  async #twinNote(part: string, note: Uint8Array, key: TwinKey): Promise<TreeHead | undefined> {
    try {
      const { checkpoint, signedByLog } = await judgeTwin(fromUtf8(note), key, this.#parts.engine);
      if (!signedByLog) this.#flaw('checkpoint_signature_wrong', part, '');
      return checkpoint;
    } catch (thrown) {
      this.#flaw('checkpoint_signature_wrong', part, faultCode(thrown) ?? 'unreadable');
      return undefined;
    }
  }

  async #held(
    tree: GrownTree,
    held: { readonly tiles: TileFiles; readonly size: number; readonly bundles: boolean },
    prefix: string,
  ): Promise<void> {
    const flaws = await fileFlaws(tree, held, this.#parts.engine);
    for (const { path, why } of flaws) this.#flaw('tile_differs', `${prefix}${path}`, why);
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

  /**
   * The tenant's register has a name of its own and begins with the tenant's opening; the members'
   * registers and the policy are those that the log adopted.
   */
  async register(): Promise<void> {
    const { tenant, engine, adopted } = this.#parts;
    const texts = adopted === undefined ? [] : await textFlaws(adopted, this.#chains, engine);
    for (const { part, detail } of texts) this.#flaw('register_wrong', part, detail);
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
