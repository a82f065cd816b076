/**
 * The vectors of transparency-dev/merkle, case by case; `test/vectors/rfc6962` holds those of RFC
 * 6962 itself, so that they are judged where the corpus is absent. Where we answer otherwise, a
 * rule says why (docs/decisions/0068), not a list of names: it holds for vectors nobody here saw.
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromBase64 } from '#base/bytes';
import { consistencyFlaw, inclusionFlaw } from './proof-checks.ts';
import { subtreeConsistencyFlaw, subtreeInclusionFlaw } from './subtree-checks.ts';

interface Vector {
  readonly name: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

const folder = '../shared/corpus/tlog';
const isHere = existsSync(folder);
if (!isHere) console.warn(`SKIP corpus/tlog: ${folder} is not here`);

type Judge = (vector: Vector, proof: Uint8Array[]) => Promise<string | undefined>;
const hash = (text: string | null | undefined): Uint8Array => fromBase64(text ?? '');

const judges: Readonly<Record<string, { count: number; judge: Judge }>> = {
  inclusion: {
    count: 98,
    judge: ({ leafHash, leafIdx, treeSize, root }, proof) =>
      inclusionFlaw(
        { leaf: hash(leafHash), index: leafIdx, size: treeSize, root: hash(root), proof },
        nodeEngine,
      ),
  },
  consistency: {
    count: 98,
    judge: ({ size1, size2, root1, root2 }, proof) =>
      consistencyFlaw(
        { from: { size: size1, root: hash(root1) }, to: { size: size2, root: hash(root2) }, proof },
        nodeEngine,
      ),
  },
  subtreeinclusion: {
    count: 204,
    judge: ({ leafHash, leafIdx, start, end, root }, proof) =>
      subtreeInclusionFlaw(
        { leaf: hash(leafHash), index: leafIdx, subtree: { start, end }, root: hash(root), proof },
        nodeEngine,
      ),
  },
  subtreeconsistency: {
    count: 118,
    judge: ({ start, end, size, root1, root2 }, proof) =>
      subtreeConsistencyFlaw(
        { subtree: { start, end }, node: hash(root1), size, root: hash(root2), proof },
        nodeEngine,
      ),
  },
};

/** Where we answer otherwise on purpose: the rule it is by, and undefined where there is none. */
function reasonFor(vector: Vector): string | undefined {
  const roots = [vector.root, vector.root1, vector.root2].filter((root) => root !== undefined);
  // A hash has 32 bytes, also where nothing is computed from it (proof-checks.ts).
  if (!vector.wantErr && roots.some((root) => hash(root).length !== 32)) return 'no hash';
  // Every tree continues the empty one (c2sp.org/merkle-tree); later vectors call that meaningless.
  const isFromNothing = vector.size1 === 0 && vector.size2 > 0 && (vector.proof ?? []).length === 0;
  return vector.wantErr && isFromNothing ? 'from nothing' : undefined;
}

for (const [name, { count, judge }] of Object.entries(judges)) {
  test(`corpus/tlog/${name}`, async (context) => {
    if (!isHere) return context.skip('the corpus is not here');
    const vectors: Vector[] = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
    expect(vectors.length).toBeGreaterThanOrEqual(count);
    const differing = new Map<string, string | undefined>();
    for (const vector of vectors) {
      const flaw = await judge(vector, (vector.proof ?? []).map(hash));
      if ((flaw !== undefined) !== vector.wantErr) differing.set(vector.name, reasonFor(vector));
    }
    const unexplained = [...differing].filter(([, reason]) => reason === undefined);
    expect(unexplained).toEqual([]);
    expect(differing.size, 'explained exceptions').toBeLessThanOrEqual(vectors.length / 20);
  });
}
