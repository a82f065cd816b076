import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { equal, fromBase64, utf8 } from '#base/bytes';
import { append, type Edge, edgeRoot, emptyEdge, parseEdge, printEdge } from './edge.ts';
import {
  consistencyProof,
  hashLeaf,
  hashNode,
  inclusionProof,
  type NodeReader,
  rootHash,
} from './merkle.ts';
import { consistencyFlaw, inclusionFlaw } from './proof-checks.ts';

interface InclusionVector {
  readonly name: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyVector {
  readonly name: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const vectors = new URL('../../../test/vectors/rfc6962/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, vectors), 'utf8'));
const bytesOf = (proof: readonly string[] | null): Uint8Array[] => (proof ?? []).map(fromBase64);

/** A tree in memory, grown leaf by leaf, that remembers every complete node. */
async function grow(
  count: number,
): Promise<{ nodes: NodeReader; leaves: Uint8Array[]; edges: Edge[] }> {
  const held = new Map<string, Uint8Array>();
  const leaves: Uint8Array[] = [];
  const edges = [emptyEdge];
  let edge = emptyEdge;
  for (let index = 0; index < count; index += 1) {
    const leaf = await hashLeaf(utf8(`leaf ${index}`), nodeEngine);
    leaves.push(leaf);
    edge = await append(edge, leaf, {
      engine: nodeEngine,
      completed: (level, at, hash) => held.set(`${level}/${at}`, hash),
    });
    edges.push(edge);
  }
  const nodes: NodeReader = async (level, index) => {
    const hash = held.get(`${level}/${index}`);
    if (hash === undefined) throw new Error(`no node ${level}/${index}`);
    return hash;
  };
  return { nodes, leaves, edges };
}

describe('vectors of transparency-dev/merkle', () => {
  test('inclusion proofs: every valid one holds, every other one is refused', async () => {
    const list = read('inclusion.json') as InclusionVector[];
    expect(list.length).toBeGreaterThan(90);
    for (const vector of list) {
      const claim = {
        leaf: fromBase64(vector.leafHash),
        index: vector.leafIdx,
        size: vector.treeSize,
        root: fromBase64(vector.root),
        proof: bytesOf(vector.proof),
      };
      const flaw = await inclusionFlaw(claim, nodeEngine);
      expect(flaw !== undefined, `${vector.name}: ${String(flaw)}`).toBe(vector.wantErr);
    }
  });

  test('consistency proofs: the same, and roots that are no hashes are refused besides', async () => {
    const list = read('consistency.json') as ConsistencyVector[];
    expect(list.length).toBeGreaterThan(90);
    for (const vector of list) {
      const from = { size: vector.size1, root: fromBase64(vector.root1) };
      const to = { size: vector.size2, root: fromBase64(vector.root2) };
      const flaw = await consistencyFlaw({ from, to, proof: bytesOf(vector.proof) }, nodeEngine);
      const noHash = from.root.length !== 32 || to.root.length !== 32;
      expect(flaw !== undefined, vector.name).toBe(vector.wantErr || noHash);
    }
  });
});

describe('our own trees', () => {
  test('every inclusion and consistency proof up to 40 leaves holds, and no other root does', async () => {
    const { nodes, leaves, edges } = await grow(40);
    const roots: Uint8Array[] = [];
    for (const edge of edges) {
      const root = await edgeRoot(edge, nodeEngine);
      expect(equal(root, await rootHash(edge.size, nodes, nodeEngine))).toBe(true);
      roots.push(root);
    }
    for (let size = 1; size <= 40; size += 1) {
      const root = roots[size] ?? utf8('');
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof({ index, size }, nodes, nodeEngine);
        const claim = { leaf: leaves[index] ?? root, index, size, root, proof };
        expect(await inclusionFlaw(claim, nodeEngine)).toBeUndefined();
        const elsewhere = { ...claim, index: (index + 1) % size };
        if (size > 1) expect(await inclusionFlaw(elsewhere, nodeEngine)).toBeDefined();
      }
      for (let from = 0; from <= size; from += 1) {
        const proof = await consistencyProof({ from, to: size }, nodes, nodeEngine);
        const claim = {
          from: { size: from, root: roots[from] ?? root },
          to: { size, root },
          proof,
        };
        expect(await consistencyFlaw(claim, nodeEngine)).toBeUndefined();
        const forked = { ...claim, to: { size, root: roots[0] ?? root } };
        if (from > 0) expect(await consistencyFlaw(forked, nodeEngine)).toBeDefined();
      }
    }
  });

  test('trees of up to 2^53 leaves are counted exactly', async () => {
    // All leaves are alike, so that one hash a level is the whole tree.
    const levels = [await hashLeaf(utf8('alike'), nodeEngine)];
    for (let level = 1; level <= 53; level += 1) {
      const below = levels[level - 1] ?? utf8('');
      levels.push(await hashNode(below, below, nodeEngine));
    }
    const nodes: NodeReader = async (level) => levels[level] ?? utf8('');
    const [leaf = utf8('')] = levels;
    for (const power of [2 ** 31, 2 ** 32, 2 ** 49, 2 ** 50, 2 ** 52]) {
      for (const size of [power - 1, power, power + 1, power * 2 - 1]) {
        const root = await rootHash(size, nodes, nodeEngine);
        for (const from of [1, power / 2 - 1, power / 2, power - 2, power - 1, size - 1, size]) {
          const proof = await consistencyProof({ from, to: size }, nodes, nodeEngine);
          const old = { size: from, root: await rootHash(from, nodes, nodeEngine) };
          const flaw = await consistencyFlaw({ from: old, to: { size, root }, proof }, nodeEngine);
          expect(flaw, `${from} to ${size}`).toBeUndefined();
          const index = from - 1;
          const path = await inclusionProof({ index, size }, nodes, nodeEngine);
          const claim = { leaf, index, size, root, proof: path };
          expect(await inclusionFlaw(claim, nodeEngine), `${index} of ${size}`).toBeUndefined();
        }
      }
    }
  });

  test('the right edge prints and parses back, and grows on as if never stored', async () => {
    const { edges } = await grow(70);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 69 }), async (size) => {
        const edge = edges[size] ?? emptyEdge;
        const stored = parseEdge(size, printEdge(edge));
        const leaf = await hashLeaf(utf8(`leaf ${size}`), nodeEngine);
        const grown = await append(stored, leaf, { engine: nodeEngine });
        expect(printEdge(grown)).toEqual(printEdge(edges[size + 1] ?? emptyEdge));
      }),
      { numRuns: 40 },
    );
  });
});
