/**
 * What a package holds of the log itself beside its entries and their proofs: the twin, heads under
 * trusted time, anchors, registers (docs/specs/package.md).
 *
 * Everything is tied to the package's one checkpoint: an earlier head by a consistency proof, the
 * twin by the same size. What the house does not have is left out, and no level is claimed by it.
 */
import { toHex, utf8 } from '#base/bytes';
import { ifReadable } from '#base/fault';
import type { TenantId, Unit } from '#base/unit';
import { type BundleFile, digestName, numbered } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { parseAnchorFile } from '#formats/evm';
import { nodesFromTiles } from '#formats/tiles';
import { consistencyProof, parseCheckpoint } from '#formats/tlog';
import {
  type EntryStore,
  type ExplorerStore,
  type FiledCase,
  provedEntry,
  type Shard,
} from '#trust/evidence';
import { printHashes } from './hashes.ts';
import {
  type PackageTree,
  shardFiles,
  type TreeParts,
  treeHolding,
  treesOf,
} from './shard-papers.ts';
import type { StampStore } from './stamps.ts';
import { type TwinStore, twinFiles } from './twin-papers.ts';

/** Anchors that the house was handed: files of one tenant's log, by the size they anchor. */
export interface AnchorShelf {
  /** The smallest anchored head of this shard with more than `index` leaves of it. */
  covering(tenant: TenantId, index: number, shard?: Shard): Promise<Uint8Array | undefined>;
}

/** The registers that the members of a log have voted, oldest first. */
export interface RegisterShelf {
  /** The notes, and the case of the log that adopted each. */
  adopted(unit: Unit): Promise<readonly { readonly note: Uint8Array; readonly caseId: string }[]>;
}

export interface LogPapersParts extends TreeParts {
  readonly entries: Pick<EntryStore, 'newestCheckpoint' | 'ofCase' | 'shards'>;
  readonly blocks: Pick<ExplorerStore, 'block'>;
  readonly twins: TwinStore;
  readonly stamps: Pick<StampStore, 'covering'>;
  readonly anchors: AnchorShelf;
  readonly registers: RegisterShelf;
  readonly engine: Engine;
}

/** The checkpoints of a package, one for each shard, and what stands under them. */
interface Under {
  readonly unit: Unit;
  readonly filed: FiledCase;
  readonly trees: readonly PackageTree[];
}

export class LogPapers {
  readonly #parts: LogPapersParts;

  constructor(parts: LogPapersParts) {
    this.#parts = parts;
  }

  /** The files, for a case that was read under one checkpoint. */
  async of(unit: Unit, filed: FiledCase): Promise<readonly BundleFile[]> {
    const trees = await treesOf(unit, filed, this.#parts);
    const under = { unit, filed, trees };
    return [
      ...(await shardFiles(trees, this.#parts.engine)),
      ...(await twinFiles(unit, { filed, trees }, this.#parts)),
      ...(await this.#heads(under)),
      ...(await this.#anchors(under)),
      ...(await this.#registers(under)),
    ];
  }

  /** Of each entry the earliest head that trusted time vouches for. */
  async #heads(under: Under): Promise<readonly BundleFile[]> {
    const { stamps, engine } = this.#parts;
    const { unit, filed } = under;
    const files: BundleFile[] = [];
    for (const head of await covering(filed, (index) => stamps.covering(unit, index))) {
      const note = utf8(head.note);
      const id = toHex(await engine.digest('sha256', note));
      const bytes = await this.#consistency(head.size, under);
      files.push(
        { name: digestName('head', id), bytes: note },
        { name: digestName('head record', id), bytes: head.record },
        { name: digestName('head consistency', id), bytes },
      );
    }
    return files;
  }

  async #anchors(under: Under): Promise<readonly BundleFile[]> {
    const { anchors, engine } = this.#parts;
    const { unit, filed } = under;
    const files: BundleFile[] = [];
    const found = await covering(filed, async (place) => {
      const { shard, note } = treeHolding(under.trees, place);
      const bytes = await anchors.covering(unit.tenant, place - shard.base, shard);
      const head = bytes && headIn(bytes);
      // Whoever hands anchors in may hand in others' by mistake: they say nothing of this log.
      const isOwn = head?.origin === parseCheckpoint(note).origin;
      return bytes && head && isOwn ? { size: shard.base + head.size, bytes } : undefined;
    });
    for (const { size, bytes } of found) {
      const id = toHex(await engine.digest('sha256', bytes));
      const proof = await this.#consistency(size, under);
      files.push(
        { name: digestName('anchor', id), bytes },
        { name: digestName('anchor consistency', id), bytes: proof },
      );
    }
    return files;
  }

  async #registers(under: Under): Promise<readonly BundleFile[]> {
    const { entries, blocks, registers, engine } = this.#parts;
    const { unit, filed, trees } = under;
    const files: BundleFile[] = [];
    for (const [at, { note, caseId }] of (await registers.adopted(unit)).entries()) {
      const [entry] = await entries.ofCase(unit, caseId);
      const { index: place } = entry ?? {};
      const block = place === undefined ? undefined : await blocks.block(unit, place + 1);
      // A chain of registers without a gap: what is not proved yet comes with a later package.
      if (entry === undefined || place === undefined) break;
      if (block === undefined || block.size > filed.size) break;
      const { shard, tiles } = treeHolding(trees, place);
      const placed = { index: place - shard.base, bytes: entry.bytes };
      const size = block.size - shard.base;
      const nodes = nodesFromTiles(size, (path) => tiles.read(path), engine);
      const before = { note: block.note, nodes };
      const proof = utf8(await provedEntry(placed, before, engine));
      const consistency = await this.#consistency(block.size, under);
      files.push(
        { name: numbered('register', at + 1), bytes: note },
        { name: numbered('register entry', at + 1), bytes: entry.bytes },
        { name: numbered('register proof', at + 1), bytes: proof },
        { name: numbered('register consistency', at + 1), bytes: consistency },
      );
    }
    return files;
  }

  /** From a head up to the one of its shard under which the package's proofs stand. */
  async #consistency(size: number, { trees }: Under): Promise<Uint8Array> {
    const { shard, end, nodes } = treeHolding(trees, size - 1);
    const between = { from: size - shard.base, to: end - shard.base };
    return printHashes(await consistencyProof(between, nodes, this.#parts.engine));
  }
}

/** The smallest head over each place, each once: what covers one place is asked for no other. */
async function covering<Head extends { readonly size: number }>(
  { entries, size }: FiledCase,
  find: (index: number) => Promise<Head | undefined>,
): Promise<readonly Head[]> {
  const found: Head[] = [];
  for (const index of entries.map((entry) => entry.index).toSorted((a, b) => a - b)) {
    if (index < (found.at(-1)?.size ?? 0)) continue;
    const head = await find(index);
    // Of another shard there may be one all the same.
    if (head !== undefined && head.size <= size) found.push(head);
  }
  return found;
}

function headIn(anchor: Uint8Array): { origin: string; size: number } | undefined {
  return ifReadable(() => parseCheckpoint(parseAnchorFile(anchor).checkpoint));
}
