/**
 * A receipt as it is handed out: what is held, and the papers by which a stranger sees it without
 * asking us again: block, inclusion proof, anchor, trusted time, or the log's promise.
 */
import type { TenantId, Unit, Units } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { nodesFromTiles } from '#formats/tiles';
import {
  type Block,
  type EntryStore,
  type Explorer,
  provedEntry,
  type StoredEntry,
  shardHolding,
  type TilesOf,
} from '#trust/evidence';
import type { Receipt, Receipts } from './receipts.ts';
import type { StampStore } from './stamps.ts';

/** Trusted time over a head that holds the entry. */
export interface StampPaper {
  /** C2SP tlog-proof of the entry under the stamped note. */
  readonly proof: string;
  /** RFC 4998 EvidenceRecord over that note, DER. */
  readonly record: Uint8Array;
}

/** A receipt and its papers. */
export interface FullReceipt extends Receipt {
  /** The first witnessed block that holds the entry (S2-11, S2-23). */
  readonly block: Block | undefined;
  /** C2SP tlog-proof under that block. */
  readonly proof: string | undefined;
  /** Where the entry has no place yet: the log's promise that it will. */
  readonly promise: string | undefined;
  readonly stamp: StampPaper | undefined;
}

export interface ReceiptDeskParts {
  readonly units: Units;
  readonly receipts: Receipts;
  readonly entries: Pick<EntryStore, 'byHash' | 'ofCase' | 'shards'>;
  readonly explorer: Explorer;
  readonly stamps: Pick<StampStore, 'covering'>;
  /** Asked of the process that holds the log's key; undefined where it has nothing to promise. */
  readonly promise: (tenant: TenantId, hash: string) => Promise<string | undefined>;
  readonly tilesOf: TilesOf;
  readonly engine: Engine;
}

export class ReceiptDesk {
  readonly #parts: ReceiptDeskParts;

  constructor(parts: ReceiptDeskParts) {
    this.#parts = parts;
  }

  /** evidence.entry_unknown where there is no such entry. */
  async of(tenant: TenantId, hash: string): Promise<FullReceipt> {
    const look = () => this.#parts.units.run(tenant, (unit) => this.#held(unit, hash));
    const held = await look();
    if (held.index !== undefined) return { ...held, promise: undefined };
    const promise = await this.#parts.promise(tenant, hash);
    // Nothing left to promise: it got its place between the two looks, and the receipt names it.
    return { ...(promise === undefined ? await look() : held), promise };
  }

  /** The hash of the entry with this number in a case; undefined where there is none. */
  async hashOf(unit: Unit, caseId: string, seq: number): Promise<string | undefined> {
    const entries = await this.#parts.entries.ofCase(unit, caseId);
    return entries.find((entry) => entry.seq === seq)?.hash;
  }

  async #held(unit: Unit, hash: string): Promise<Omit<FullReceipt, 'promise'>> {
    const { receipts, entries, explorer, stamps } = this.#parts;
    const receipt = await receipts.of(unit, hash);
    const entry = await entries.byHash(unit, hash);
    // Placed after the receipt was read: what it says is what its papers show.
    if (receipt.index === undefined || entry?.index === undefined) {
      return { ...receipt, block: undefined, proof: undefined, stamp: undefined };
    }
    const block = await explorer.holding(unit, entry.index);
    const head = receipt.held.includes('L4') ? await stamps.covering(unit, entry.index) : undefined;
    const stamp = head && { proof: await this.#proof(unit, entry, head), record: head.record };
    const proof = block && (await this.#proof(unit, entry, block));
    return { ...receipt, block, proof, stamp };
  }

  /** Under a head of the entry's own shard: no other tree holds it. */
  async #proof(
    unit: Unit,
    { index: place = 0, bytes }: StoredEntry,
    { note, size }: { readonly note: string; readonly size: number },
  ): Promise<string> {
    const { entries, tilesOf, engine } = this.#parts;
    const shard = shardHolding(await entries.shards(unit), place);
    const tiles = tilesOf(unit.tenant, shard);
    const nodes = nodesFromTiles(size - shard.base, (path) => tiles.read(path), engine);
    return provedEntry({ index: place - shard.base, bytes }, { note, nodes }, engine);
  }
}
