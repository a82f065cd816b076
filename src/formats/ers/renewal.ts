/**
 * How an evidence record begins and how it is carried on (RFC 4998 §4.2, §5.2).
 *
 * Each step says what must be stamped; the token comes from an authority; the record with it is a
 * new value. A time-stamp renewal is due before the last token's certificate or signature loses its
 * strength, a hash-tree renewal before the hash does: what is renewed after that proves nothing.
 */
import { compare, concat } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import type { Imprint } from '#formats/tsp';
import { type ArchiveStamp, type EvidenceRecord, printChains } from './evidence-record.ts';

/** What the first token stamps, for one thing alone. */
export async function firstImprint(
  data: Uint8Array,
  hash: HashName,
  engine: Engine,
): Promise<Imprint> {
  return { hash, digest: await engine.digest(hash, data) };
}

/** One token for many things: the imprint of all, and for each the tree that leads there. */
export async function groupTrees(
  digests: readonly Uint8Array[],
  hash: HashName,
  engine: Engine,
): Promise<{ imprint: Imprint; tree: ArchiveStamp['tree'] }> {
  return { imprint: { hash, digest: await joined(digests, hash, engine) }, tree: [digests] };
}

/** §4.2: hashes of a list are put in binary ascending order, joined and hashed. */
export async function joined(
  list: readonly Uint8Array[],
  hash: HashName,
  engine: Engine,
): Promise<Uint8Array> {
  const [only] = list;
  if (list.length === 1 && only !== undefined) return only;
  return engine.digest(hash, concat(...list.toSorted(compare)));
}

/** Time-stamp renewal: the hash of the last token, under the algorithm of its chain. */
export async function renewalImprint(record: EvidenceRecord, engine: Engine): Promise<Imprint> {
  const { hash, token } = last(record);
  return { hash, digest: await engine.digest(hash, token) };
}

/** The record with the token over `renewalImprint`. */
export function renewed(record: EvidenceRecord, token: Uint8Array): EvidenceRecord {
  const chain = record.chains.at(-1) ?? [];
  const stamp = { hash: last(record).hash, tree: [], token };
  return { chains: [...record.chains.slice(0, -1), [...chain, stamp]] };
}

/** Hash-tree renewal: H(H(data) ‖ H(all chains so far)), everything read again. */
export async function rehashImprint(
  record: EvidenceRecord,
  by: { readonly data: Uint8Array; readonly hash: HashName },
  engine: Engine,
): Promise<Imprint> {
  const { data, hash } = by;
  const whole = await engine.digest(hash, printChains(record.chains));
  const both = concat(await engine.digest(hash, data), whole);
  return { hash, digest: await engine.digest(hash, both) };
}

/** The record with a new chain that begins with the token over `rehashImprint`. */
export function rehashed(
  record: EvidenceRecord,
  hash: HashName,
  token: Uint8Array,
): EvidenceRecord {
  return { chains: [...record.chains, [{ hash, tree: [], token }]] };
}

function last(record: EvidenceRecord): ArchiveStamp {
  const stamp = record.chains.at(-1)?.at(-1);
  if (stamp === undefined) throw new Fault('ers.unsuitable', { why: 'no stamp' });
  return stamp;
}
