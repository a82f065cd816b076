/**
 * For tests: the sample package as a log that crossed borders would hold it: each shard with a
 * tree, a key and a checkpoint of its own, and the leaves that tie them together.
 */
import { utf8 } from '#base/bytes';
import { type BundleFile, borderName, numbered } from '#formats/bundle';
import type { Signer } from '#formats/crypto';
import { printClosing, printOpening, shardOrigin } from '#formats/shard';
import { noteKey, parseCheckpoint, printNote, printVkey } from '#formats/tlog';
import { printTwinVkey, signTwin, twinEngine, twinKey, twinOrigin } from '#formats/twin';
import type { NamedSigner, SampleHouse } from '../own/sample-trust.fixture.ts';
import { sampleLog } from './sample-log.fixture.ts';
import { type SamplePackage, samplePackage, type Wish } from './sample-package.fixture.ts';
import { headOf, proofIn } from './sample-papers.fixture.ts';

/** One shard as it is about to be closed or shown. */
export interface SampleShard {
  readonly log: NamedSigner;
  readonly leaves: readonly Uint8Array[];
}

/** What a test makes of a crossing. */
export interface Crossing {
  /** After how many entries of the case each border lies; the policy stands in the first shard. */
  readonly borders?: readonly number[];
  /** Another closing or opening leaf than an honest log writes. */
  readonly closing?: (honest: Uint8Array, next: NamedSigner) => Uint8Array | Promise<Uint8Array>;
  readonly opening?: (honest: Uint8Array) => Uint8Array;
  /** Whose key signs the shard behind the last border, where it is not the one that was named. */
  readonly thief?: Signer;
  /** How many voters cosign the last head of each closed shard. */
  readonly votes?: number;
  /** Whether the package holds the twin's half. */
  readonly twins?: readonly Signer[];
  readonly files?: (files: readonly BundleFile[]) => readonly BundleFile[];
}

interface Tree {
  readonly shard: SampleShard;
  readonly checkpoint: string;
  readonly proofs: readonly string[];
  readonly twin: string | undefined;
}

export async function shardPackage(
  house: SampleHouse,
  crossing: Crossing = {},
  wish: Wish = {},
): Promise<SamplePackage> {
  return samplePackage(house, {
    ...wish,
    swap: async (files) => {
      const made = await crossed(house, files, crossing);
      return [...(crossing.files?.(made) ?? made)];
    },
  });
}

/** The key of the first shard's twin, as the trust folder names it. */
export async function firstTwin(house: SampleHouse, signer: Signer): Promise<string> {
  const name = twinOrigin(house.log.key.name);
  return printTwinVkey(await twinKey({ name, publicKey: signer.publicKey }, house.engine));
}

async function crossed(
  house: SampleHouse,
  files: readonly BundleFile[],
  crossing: Crossing,
): Promise<readonly BundleFile[]> {
  const entries = files.filter(({ name }) => name.startsWith('entries/'));
  const bytesOf = (name: string) => files.find((one) => one.name === name)?.bytes ?? utf8('');
  const borders = crossing.borders ?? [4];
  const trees: Tree[] = [];
  const places: [number, number][] = [];
  let leaves: Uint8Array[] = [bytesOf('policy-entry.json')];
  let log = house.log;
  const added: BundleFile[] = [];
  for (let at = 0; at <= borders.length; at += 1) {
    const from = at === 0 ? 0 : (borders[at - 1] ?? 0);
    const until = borders[at] ?? entries.length;
    for (const { bytes } of entries.slice(from, until)) {
      places.push([at, leaves.length]);
      leaves.push(bytes);
    }
    const next = at < borders.length ? await nextLog(house, at) : undefined;
    if (next !== undefined) {
      const twinVkey = await twinVkeyOf(house, next, crossing.twins?.[at + 1]);
      const origin = log.key.name;
      const honest = printClosing({ origin, next: printVkey(next.key), nextTwin: twinVkey });
      leaves.push((await crossing.closing?.(honest, next)) ?? honest);
    }
    const isLast = next === undefined;
    const tree = await treeOf(house, { shard: { log, leaves }, at, isLast }, crossing);
    trees.push(tree);
    if (next === undefined) break;
    const { size, root } = parseCheckpoint(tree.checkpoint);
    const twinRoot = tree.twin === undefined ? undefined : parseCheckpoint(tree.twin).root;
    const before = { origin: log.key.name, size, root, twinRoot };
    const honest = printOpening({ origin: next.key.name, before });
    leaves = [crossing.opening?.(honest) ?? honest];
    log = at === borders.length - 1 && crossing.thief ? { ...next, signer: crossing.thief } : next;
  }
  added.push(...(await borderFiles(house, trees)));
  const last = trees.at(-1);
  const proofs = new Map<string, Uint8Array>();
  for (const [seq, [at, index]] of places.entries()) {
    const tree = trees[at];
    proofs.set(numbered('proof', seq), utf8(tree?.proofs[index] ?? ''));
    if (tree?.twin === undefined) continue;
    const sm3 = twinEngine(house.engine);
    const bytes = await proofIn(tree.shard.leaves, { index, note: tree.twin }, sm3);
    added.push({ name: numbered('twin proof', seq), bytes });
  }
  proofs.set('policy.tlog-proof', utf8(trees[0]?.proofs[0] ?? ''));
  proofs.set('checkpoint.txt', utf8(last?.checkpoint ?? ''));
  if (last?.twin !== undefined) added.push({ name: 'twin/checkpoint.txt', bytes: utf8(last.twin) });
  const kept = files.map((file) => ({ ...file, bytes: proofs.get(file.name) ?? file.bytes }));
  return [...kept, ...added];
}

async function nextLog(house: SampleHouse, at: number): Promise<NamedSigner> {
  const signer = house.makeKey('ed25519');
  const name = shardOrigin(house.log.key.name, `20${27 + at}h1`);
  const key = await noteKey({ name, kind: 'ed25519', publicKey: signer.publicKey }, house.engine);
  return { key, signer };
}

async function twinVkeyOf(
  { engine }: SampleHouse,
  { key }: NamedSigner,
  signer: Signer | undefined,
): Promise<string | undefined> {
  if (signer === undefined) return undefined;
  const named = { name: twinOrigin(key.name), publicKey: signer.publicKey };
  return printTwinVkey(await twinKey(named, engine));
}

async function treeOf(
  house: SampleHouse,
  of: { readonly shard: SampleShard; readonly at: number; readonly isLast: boolean },
  crossing: Crossing,
): Promise<Tree> {
  const { shard, at, isLast } = of;
  const { engine } = house;
  const votes = isLast ? 4 : (crossing.votes ?? 4);
  const cosigners = [...house.witnesses.slice(0, votes), ...house.witnesses.slice(-1)];
  const own = { ...house, log: shard.log };
  const { checkpoint, proofs } = await sampleLog(own, shard.leaves, cosigners);
  const signer = crossing.twins?.[at];
  if (signer === undefined) return { shard, checkpoint, proofs, twin: undefined };
  const name = twinOrigin(shard.log.key.name);
  const key = await twinKey({ name, publicKey: signer.publicKey }, engine);
  const text = await headOf(shard.leaves, name, twinEngine(engine));
  const twin = printNote({ text, signatures: [await signTwin(text, key, signer)] });
  return { shard, checkpoint, proofs, twin };
}

async function borderFiles(
  { engine }: SampleHouse,
  trees: readonly Tree[],
): Promise<readonly BundleFile[]> {
  const files: BundleFile[] = [];
  for (const [at, before] of trees.slice(0, -1).entries()) {
    const after = trees[at + 1];
    if (after === undefined) break;
    const last = before.shard.leaves.length - 1;
    const [close, open] = [before.shard.leaves[last], after.shard.leaves[0]];
    const put = (what: Parameters<typeof borderName>[0], bytes: Uint8Array | undefined): void => {
      files.push({ name: borderName(what, at + 1), bytes: bytes ?? utf8('') });
    };
    put('closing', close);
    put('closing proof', utf8(before.proofs[last] ?? ''));
    put('opening', open);
    put('opening proof', utf8(after.proofs[0] ?? ''));
    if (before.twin === undefined || after.twin === undefined) continue;
    const sm3 = twinEngine(engine);
    const closing = { index: last, note: before.twin };
    put('closing twin proof', await proofIn(before.shard.leaves, closing, sm3));
    put(
      'opening twin proof',
      await proofIn(after.shard.leaves, { index: 0, note: after.twin }, sm3),
    );
  }
  return files;
}
