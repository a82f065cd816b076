/**
 * The proofs about subtrees, for every shape: each one that draft-ietf-plants-merkle-tree-certs-02
 * section 4.4.1 makes holds, and nothing that stands beside it does.
 */
import { beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { append, emptyEdge } from './edge.ts';
import { hashLeaf, inclusionProof, type NodeReader, type Range, rangeHash } from './merkle.ts';
import { consistencyFlaw } from './proof-checks.ts';
import { subtreeConsistencyFlaw, subtreeInclusionFlaw } from './subtree-checks.ts';

const leavesMax = 17;
const held = new Map<string, Uint8Array>();
const nodes: NodeReader = async (level, index) => held.get(`${level}/${index}`) ?? utf8('');
const hashOf = (start: number, end: number) => rangeHash({ start, end }, nodes, nodeEngine);

beforeAll(async () => {
  let edge = emptyEdge;
  for (let index = 0; index < leavesMax; index += 1) {
    edge = await append(edge, await hashLeaf(utf8(`leaf ${index}`), nodeEngine), {
      engine: nodeEngine,
      completed: (level, at, hash) => held.set(`${level}/${at}`, hash),
    });
  }
});

function middleOf({ start, end }: Range): number {
  let span = 1;
  while (span * 2 < end - start) span *= 2;
  return start + span;
}

/** SUBTREE_SUBPROOF of the draft, by its recursion; `known` where the asker has the hash. */
async function subproof(wanted: Range, within: Range, known: boolean): Promise<Uint8Array[]> {
  const { start, end } = within;
  if (wanted.start === start && wanted.end === end) return known ? [] : [await hashOf(start, end)];
  const middle = middleOf(within);
  if (wanted.end <= middle) {
    const below = await subproof(wanted, { start, end: middle }, known);
    return [...below, await hashOf(middle, end)];
  }
  const isRight = wanted.start >= middle;
  const part = isRight ? wanted : { start: middle, end: wanted.end };
  const below = await subproof(part, { start: middle, end }, isRight && known);
  return [...below, await hashOf(start, middle)];
}

function* spans(size: number): Generator<Range & { readonly isSubtree: boolean }> {
  for (let start = 0; start < size; start += 1) {
    for (let end = start + 1; end <= size; end += 1) {
      let span = 1;
      while (span < end - start) span *= 2;
      yield { start, end, isSubtree: start % span === 0 };
    }
  }
}

/** One hash less, more, twice, out of order or flipped: none of them is the proof. */
function others(proof: readonly Uint8Array[], extra: Uint8Array): Uint8Array[][] {
  const flip = (at: number) =>
    proof.map((hash, index) => (index === at ? hash.map((byte) => byte ^ 1) : hash));
  return [
    [...proof, extra],
    [extra, ...proof],
    ...proof.flatMap((hash, at) => [
      proof.toSpliced(at, 1),
      proof.toSpliced(at, 0, hash),
      flip(at),
      proof.map((one, index) => (index === at ? one.slice(1) : one)),
    ]),
    ...(proof.length > 1 ? [proof.toReversed()] : []),
  ];
}

test('every subtree of every tree up to 17 leaves is shown, and only by its proof', async () => {
  let shown = 0;
  for (let size = 1; size <= leavesMax; size += 1) {
    const root = await hashOf(0, size);
    for (const { start, end, isSubtree } of spans(size)) {
      const subtree = { start, end };
      const flaw = async (change: Partial<Parameters<typeof subtreeConsistencyFlaw>[0]>) =>
        subtreeConsistencyFlaw(
          { subtree, node: root, size, root, proof: [], ...change },
          nodeEngine,
        );
      if (!isSubtree) {
        expect(await flaw({}), `[${start}, ${end})`).toBe('size_malformed');
        continue;
      }
      const node = await hashOf(start, end);
      const proof = await subproof(subtree, { start: 0, end: size }, true);
      expect(await flaw({ node, proof }), `[${start}, ${end}) of ${size}`).toBeUndefined();
      shown += 1;
      for (const other of others(proof, node))
        expect(await flaw({ node, proof: other })).toBeDefined();
      expect(await flaw({ node: node.map((byte) => byte ^ 1), proof })).toBeDefined();
      expect(await flaw({ node, proof, root: root.map((byte) => byte ^ 1) })).toBeDefined();
      if (start > 0) continue;
      // From the left edge it is the consistency proof of RFC 6962.
      const heads = { from: { size: end, root: node }, to: { size, root } };
      expect(await consistencyFlaw({ ...heads, proof }, nodeEngine)).toBeUndefined();
    }
  }
  expect(shown).toBe(398);
});

test('every leaf of every subtree is shown by its own path, at its own place only', async () => {
  for (const { start, end, isSubtree } of spans(leavesMax)) {
    if (!isSubtree) continue;
    const [subtree, size] = [{ start, end }, end - start];
    const root = await hashOf(start, end);
    const shifted: NodeReader = (level, at) => nodes(level, at + start / 2 ** level);
    for (let index = start; index < end; index += 1) {
      const leaf = await nodes(0, index);
      const proof = await inclusionProof({ index: index - start, size }, shifted, nodeEngine);
      const flaw = async (at: number, path = proof) =>
        subtreeInclusionFlaw({ leaf, index: at, subtree, root, proof: path }, nodeEngine);
      expect(await flaw(index), `${index} in [${start}, ${end})`).toBeUndefined();
      for (const other of others(proof, root)) expect(await flaw(index, other)).toBeDefined();
      for (const at of [start - 1, index - 1, index + 1, end]) expect(await flaw(at)).toBeDefined();
    }
  }
});

test('no leaves are part of every tree, and two trees of none are one', async () => {
  const nothing = await nodeEngine.digest('sha256', utf8(''));
  const root = await hashOf(0, 5);
  const empty = { subtree: { start: 3, end: 3 }, node: nothing, size: 5, root, proof: [] };
  expect(await subtreeConsistencyFlaw(empty, nodeEngine)).toBeUndefined();
  expect(await subtreeConsistencyFlaw({ ...empty, node: root }, nodeEngine)).toBe('root_differs');
  const from = { size: 0, root: nothing };
  const to = async (size: number, of: Uint8Array) =>
    consistencyFlaw({ from, to: { size, root: of }, proof: [] }, nodeEngine);
  expect(await to(5, root)).toBeUndefined();
  expect(await to(0, nothing)).toBeUndefined();
  // c2sp.org/merkle-tree: of the same size is of the same root, also of size 0.
  expect(await to(0, root)).toBe('root_differs');
  const rootless = { size: 0, root };
  const twice = { from: rootless, to: rootless, proof: [] };
  expect(await consistencyFlaw(twice, nodeEngine)).toBe('root_differs');
});
