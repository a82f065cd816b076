/**
 * The twin's files of a package: its checkpoint of the same size, a proof for each entry, and the
 * newest entry that stands in both trees and names a head of each.
 */
import { utf8 } from '#base/bytes';
import type { Clock, Instant } from '#base/clock';
import { addMs } from '#base/clock';
import type { TenantId, Unit, Units } from '#base/unit';
import { type BundleFile, numbered } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { consistencyProof, parseHead } from '#formats/tlog';
import { twinEngine } from '#formats/twin';
import {
  type EntryStore,
  type Evidence,
  type FiledCase,
  levelNotReached,
  noteTwin,
  provedEntry,
  type TwinHeads,
} from '#trust/evidence';
import { printHashes } from './hashes.ts';
import { type PackageTree, treeHolding } from './shard-papers.ts';

/** How often the two logs record each other's head, where anything was added to them. */
const linkEveryMs = 3_600_000;

/** An entry `log.twinned` of a log, and the two texts that it names. */
export interface TwinLink extends TwinHeads {
  /** Its place in the log, through all shards. */
  readonly index: number;
  readonly bytes: Uint8Array;
  readonly at: Instant;
}

/** Reads the twin of one tenant's log. */
export interface TwinStore {
  /** The twin's signed note of the checkpoint of this size. */
  note(unit: Unit, size: number): Promise<string | undefined>;
  /** The newest signed pair of checkpoint texts. */
  newestPair(unit: Unit): Promise<(TwinHeads & { readonly size: number }) | undefined>;
  /**
   * The newest link with a place below `size`; with `from`, only if it stands at this place or
   * later and names heads beyond it: those of one shard.
   */
  link(unit: Unit, size: number, from?: number): Promise<TwinLink | undefined>;
  /** Is there an entry of this kind that has no place yet? */
  linkWaits(unit: Unit): Promise<boolean>;
}

export interface TwinLinksParts {
  readonly units: Units;
  readonly twins: TwinStore;
  readonly evidence: Pick<Evidence, 'note'>;
  readonly entries: Pick<EntryStore, 'newestCheckpoint'>;
  readonly clock: Clock;
}

/** Lets the log and its twin record each other's head. */
export class TwinLinks {
  readonly #parts: TwinLinksParts;

  constructor(parts: TwinLinksParts) {
    this.#parts = parts;
  }

  /** One link an hour; none where nothing came after the last. Answers whether one was made. */
  async take(tenant: TenantId): Promise<boolean> {
    const { units, twins, evidence, clock } = this.#parts;
    return units.run(tenant, async (unit) => {
      if (await twins.linkWaits(unit)) return false;
      const pair = await twins.newestPair(unit);
      if (pair === undefined) return false;
      const last = await twins.link(unit, pair.size);
      const isFresh = last !== undefined && clock.now() < addMs(last.at, linkEveryMs);
      if (isFresh || last?.index === pair.size - 1) return false;
      await noteTwin(unit, pair, evidence);
      return true;
    });
  }

  /** Makes a link if one is due; evidence.level_not_reached until a quorum has seen the newest. */
  async settle(tenant: TenantId): Promise<void> {
    const { units, twins, entries } = this.#parts;
    await this.take(tenant);
    await units.run(tenant, async (unit) => {
      const seen = await entries.newestCheckpoint(unit, 'L2');
      const newest = await twins.link(unit, Number.MAX_SAFE_INTEGER);
      const waits = await twins.linkWaits(unit);
      if (waits || (newest?.index ?? -1) >= (seen?.size ?? 0)) throw levelNotReached('L2');
    });
  }
}

interface TwinPapersParts {
  readonly twins: TwinStore;
  readonly engine: Engine;
}

/** Nothing where one of the shards has no twin of its size. */
export async function twinFiles(
  unit: Unit,
  { filed, trees }: { readonly filed: FiledCase; readonly trees: readonly PackageTree[] },
  { twins, engine }: TwinPapersParts,
): Promise<readonly BundleFile[]> {
  const last = trees.at(-1);
  const under = last?.twin;
  if (last === undefined || under === undefined) return [];
  const sm3 = twinEngine(engine);
  const files: BundleFile[] = [{ name: 'twin/checkpoint.txt', bytes: utf8(under.note) }];
  for (const { seq, index: place, bytes } of filed.entries) {
    const { shard, twin } = treeHolding(trees, place);
    if (twin === undefined) return [];
    const proof = await provedEntry({ index: place - shard.base, bytes }, twin, sm3);
    files.push({ name: numbered('twin proof', seq), bytes: utf8(proof) });
  }
  const { base } = last.shard;
  const found = await twins.link(unit, filed.size, base);
  if (found === undefined) return files;
  const link = { ...found, index: found.index - base };
  const { size } = parseHead(link.text);
  const between = { from: size, to: filed.size - base };
  const log = last;
  return [
    ...files,
    { name: 'twin/link.json', bytes: link.bytes },
    { name: 'twin/link.tlog-proof', bytes: utf8(await provedEntry(link, log, engine)) },
    { name: 'twin/link-sm3.tlog-proof', bytes: utf8(await provedEntry(link, under, sm3)) },
    { name: 'twin/head.txt', bytes: utf8(link.text) },
    { name: 'twin/head-sm3.txt', bytes: utf8(link.twinText) },
    {
      name: 'twin/head.consistency',
      bytes: printHashes(await consistencyProof(between, log.nodes, engine)),
    },
    {
      name: 'twin/head-sm3.consistency',
      bytes: printHashes(await consistencyProof(between, under.nodes, sm3)),
    },
  ];
}
