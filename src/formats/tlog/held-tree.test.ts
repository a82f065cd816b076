import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import type { Engine } from '#formats/crypto';
import { append, edgeRoot, emptyEdge, hashLeaf, heldTree, inclusionFlaw } from './index.ts';

const leavesOf = (size: number) =>
  Promise.all(Array.from({ length: size }, (_, at) => hashLeaf(utf8(`leaf ${at}`), nodeEngine)));

test('a tree held whole has the root of the log that grew to it, and a path for every leaf', async () => {
  let edge = emptyEdge;
  for (let size = 0; size <= 70; size += 1) {
    const leaves = await leavesOf(size);
    const { root, path } = await heldTree(leaves, nodeEngine);
    expect(root, String(size)).toEqual(await edgeRoot(edge, nodeEngine));
    for (const [index, leaf] of leaves.entries()) {
      const claim = { leaf, index, size, root, proof: await path(index) };
      expect(await inclusionFlaw(claim, nodeEngine), `${index} of ${size}`).toBeUndefined();
    }
    await expect(path(size)).rejects.toThrow('tlog.range_malformed');
    edge = await append(edge, await hashLeaf(utf8(`leaf ${size}`), nodeEngine), {
      engine: nodeEngine,
    });
  }
});

test('each node is hashed once, and few of the ragged edge again', async () => {
  let digests = 0;
  const engine: Engine = {
    ...nodeEngine,
    digest: (hash, bytes) => {
      digests += 1;
      return nodeEngine.digest(hash, bytes);
    },
  };
  const leaves = await leavesOf(250);
  const { path } = await heldTree(leaves, engine);
  for (const [index] of leaves.entries()) await path(index);
  // 249 nodes; four ranges of the edge are asked for by themselves.
  expect(digests).toBeLessThanOrEqual(249 + 20);
});
