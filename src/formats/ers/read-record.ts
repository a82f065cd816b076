/**
 * Reads anybody's evidence record for judging (RFC 4998 appendix A) and says what each of its
 * stamps must be over (§4.3, §5.3); our own are read strictly by `parseEvidenceRecord`.
 *
 * The bytes of each chain are kept as they are, for a hash-tree renewal is over them. What stands
 * beside the proof (attributes, cryptographic information) is left alone.
 */
import { compare, concat, equal } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import {
  contextTag,
  type Der,
  DerReader,
  oidOf,
  parseBer,
  parseDer,
  sequence,
  smallIntegerOf,
  tag,
} from '#formats/der';
import { readTimestamp, type TimestampFacts } from '#formats/tsp';
import { hashAlgorithmOf } from '#formats/x509';

/** An archive time-stamp as it was read. */
export interface ReadStamp {
  /** Of its tree; undefined where no engine knows it, `hashOid` says which it is. */
  readonly hash: HashName | undefined;
  readonly hashOid: string;
  readonly tree: readonly (readonly Uint8Array[])[];
  readonly token: TimestampFacts;
  /** The token as it stands in the record: what a renewal is over. */
  readonly tokenDer: Uint8Array;
}

/** Stamps under one digest, from the oldest, and the bytes of them all. */
export interface ReadChain {
  readonly der: Uint8Array;
  readonly stamps: readonly [ReadStamp, ...ReadStamp[]];
}

/** A record of chains from the oldest. */
export interface ReadRecord {
  readonly chains: readonly ReadChain[];
}

/** What one stamp of a record is over. */
export interface Covered {
  readonly stamp: ReadStamp;
  /** Chain and stamp, counted from nought. */
  readonly place: readonly [chain: number, nth: number];
  /** The digest that its token must be over; undefined where its tree does not hold the data. */
  readonly root: Uint8Array | undefined;
}

const recordBytesMax = 16 * 1024 * 1024;
const stampsMax = 64;
const listsMax = 64;
const hashesMax = 65_536;

/** Refuses with ers.malformed, or a der, cms or tsp code, what is no record or is encrypted. */
export function readEvidenceRecord(bytes: Uint8Array): ReadRecord {
  if (bytes.length > recordBytesMax) throw malformed('length');
  const reader = new DerReader(parseBer(bytes).value, tag.sequence);
  // §3.1: lower versions are to be rejected; of a higher one nobody knows the syntax.
  if (smallIntegerOf(reader.next(tag.integer)) !== 1) throw malformed('version');
  reader.next(tag.sequence);
  reader.optional(contextTag(0, 'constructed'));
  if (reader.optional(contextTag(1, 'constructed')) !== undefined) {
    // §6.1: the data was encrypted when it was stamped, and nobody holds it so any more.
    throw new Fault('ers.unsuitable', { why: 'over encrypted data' });
  }
  const chains = reader.next(tag.sequence).children;
  reader.end();
  const count = chains.reduce((sum, { children }) => sum + children.length, 0);
  if (count === 0 || count > stampsMax) throw malformed('stamps');
  const read = chains.map(chainOf);
  const hashes = read.flatMap(({ stamps }) => stamps.flatMap(({ tree }) => tree.flat()));
  // Each is sorted in for every reading of what the record may be over.
  if (hashes.length > hashesMax) throw malformed('tree');
  return { chains: read };
}

function chainOf(chain: Der): ReadChain {
  const [first, ...others] = chain.children.map(stampOf);
  if (chain.tag !== tag.sequence || first === undefined) throw malformed('chain');
  return { der: chain.der, stamps: [first, ...others] };
}

function stampOf(value: Der): ReadStamp {
  const reader = new DerReader(value, tag.sequence);
  const algorithm = reader.optional(contextTag(0, 'constructed'));
  reader.optional(contextTag(1, 'constructed'));
  const lists = reader.optional(contextTag(2, 'constructed'))?.children ?? [];
  const tokenDer = reader.next(tag.sequence).der;
  reader.end();
  if (lists.length > listsMax) throw malformed('tree');
  const token = readTimestamp(tokenDer);
  // §4.1: where it is left out, the token's own counts.
  const named = algorithm && hashIn(algorithm);
  const { hash, hashOid } = named ?? token.imprint;
  return { hash, hashOid, tree: lists.map(hashesOf), token, tokenDer };
}

/** IMPLICIT: the members of an AlgorithmIdentifier under another tag. */
function hashIn({ children }: Der): Pick<ReadStamp, 'hash' | 'hashOid'> {
  const [name] = children;
  if (name?.tag !== tag.oid) throw malformed('digestAlgorithm');
  const identifier = parseDer(sequence(...children.map(({ der }) => der)));
  try {
    return { hash: hashAlgorithmOf(identifier), hashOid: oidOf(name) };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { hash: undefined, hashOid: oidOf(name) };
  }
}

function hashesOf(list: Der): readonly Uint8Array[] {
  const isList = list.children.every((one) => one.tag === tag.octetString);
  if (!isList || list.children.length === 0) throw malformed('tree');
  return list.children.map(({ content }) => content);
}

/** `data`: the digests of all that the record is over, under any algorithm. */
export async function coveredBy(
  { chains }: ReadRecord,
  data: readonly { digest(hash: HashName): Promise<Uint8Array> }[],
  engine: Engine,
): Promise<readonly Covered[]> {
  const found: Covered[] = [];
  for (const [chain, { stamps }] of chains.entries()) {
    // §5.2: the first of a later chain is over the data and over all chains before.
    const before = sequence(...chains.slice(0, chain).map(({ der }) => der));
    for (const [nth, stamp] of stamps.entries()) {
      const place = [chain, nth] as const;
      const { hash } = stamp;
      const older = stamps[nth - 1];
      if (hash === undefined) {
        found.push({ stamp, place, root: undefined });
        continue;
      }
      const own = async (one: { digest(hash: HashName): Promise<Uint8Array> }) => {
        const digest = await one.digest(hash);
        if (chain === 0) return digest;
        return engine.digest(hash, concat(digest, await engine.digest(hash, before)));
      };
      const needed =
        older === undefined
          ? await Promise.all(data.map(own))
          : [await engine.digest(hash, older.tokenDer)];
      found.push({ stamp, place, root: await rootOf(stamp, needed, { hash, engine }) });
    }
  }
  return found;
}

/**
 * §4.3: what is needed stands in the lowest list, and each list joins the root of the one below.
 * The text hashes a list of one as it does any other; makers take the one as it is. The reading
 * whose root is stamped is the one that was meant.
 */
async function rootOf(
  { tree, token }: ReadStamp,
  needed: readonly Uint8Array[],
  how: { readonly hash: HashName; readonly engine: Engine },
): Promise<Uint8Array | undefined> {
  const [lowest = needed, ...above] = tree;
  if (!needed.every((one) => lowest.some((other) => equal(one, other)))) return undefined;
  const isPlain = tree.every((list) => list.length > 1);
  for (const ofOne of isPlain ? (['taken'] as const) : (['taken', 'hashed'] as const)) {
    let root = await joined(lowest, tree.length === 0 ? 'taken' : ofOne, how);
    for (const list of above) root = await joined([...list, root], ofOne, how);
    if (equal(root, token.imprint.digest)) return root;
  }
  return undefined;
}

async function joined(
  list: readonly Uint8Array[],
  ofOne: 'taken' | 'hashed',
  { hash, engine }: { readonly hash: HashName; readonly engine: Engine },
): Promise<Uint8Array> {
  const [only] = list;
  if (only !== undefined && list.length === 1 && ofOne === 'taken') return only;
  return engine.digest(hash, concat(...list.toSorted(compare)));
}

function malformed(why: string): Fault {
  return new Fault('ers.malformed', { why });
}
