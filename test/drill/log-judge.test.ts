import { expect, test } from 'vitest';

import { treeHash, twinTreeHash } from '#adapters/tiles';
import { toBase64, toHex } from '#base/bytes';
import { seededRandom } from '#base/random';
import { emptyTree, grow, leafRow } from '#trust/evidence';
import type { Receipt } from './log-clients.ts';
import { judgeLeft } from './log-judge.ts';

// More than two pages, and no whole number of them.
const count = 4_011;
const lostPlace = 2_000;
const random = seededRandom(7);
const log = Array.from({ length: count }, () => random.bytes(200));
/** What clients were told: every entry, in deposits of 1 to 60. */
const told: Receipt[] = [];
for (let start = 0, most = 1; start < count; start += most, most = (most % 60) + 1) {
  const entries = log.slice(start, start + most).map(toBase64);
  told.push({ entries, places: entries.map((_, at) => start + at) });
}

function judge(stored: readonly Uint8Array[], receipts: readonly Receipt[] = told) {
  return judgeLeft({
    size: stored.length,
    page: async (start, end) => stored.slice(start, end),
    receipts: (async function* () {
      yield* receipts;
    })(),
  });
}

test('a log that holds every acknowledged entry once, where it was promised, has no flaw', async () => {
  const judged = await judge(log);
  expect(judged).toMatchObject({ size: count, acknowledged: count, lost: [], twice: [] });
  for (const [root, hash] of [
    [judged.root, treeHash],
    [judged.twinRoot, twinTreeHash],
  ] as const) {
    expect(toHex(root)).toBe(toHex(grow(emptyTree(hash), leafRow(log, hash), hash).tree.root));
  }
});

test('one entry that was acknowledged and is gone is named, whatever closed the gap', async () => {
  const other = random.bytes(200);
  const replaced = await judge(log.with(lostPlace, other));
  expect(replaced.lost).toEqual([`${leafAt(lostPlace)} is not at ${lostPlace}`]);
  expect(replaced.twice).toEqual([]);

  const cutOff = await judge(log.slice(0, -1));
  expect(cutOff.lost).toEqual([`${leafAt(count - 1)} is not at ${count - 1}`]);

  // What came behind it moved up: none of that is where it was promised, and enough is named.
  const closed = await judge(log.toSpliced(lostPlace, 1));
  expect(closed.lost[0]).toBe(`${leafAt(lostPlace)} is not at ${lostPlace}`);
  expect(closed.lost).toHaveLength(50);
});

test('one entry that stands twice is named, next to itself or pages away, acknowledged or not', async () => {
  const entry = log[3] ?? new Uint8Array();
  for (const again of [entry, random.bytes(200)]) {
    const stored = [...log, again, ...log.slice(0, 2).map(() => random.bytes(200)), again];
    const judged = await judge(stored);
    const first = again === entry ? 3 : count;
    expect(judged.lost).toEqual([]);
    expect(judged.twice).toEqual(
      again === entry
        ? [`place ${count} holds what 3 holds`, `place ${count + 3} holds what 3 holds`]
        : [`place ${count + 3} holds what ${first} holds`],
    );
  }
});

test('an entry without a place, or promised a place beyond the end, is lost', async () => {
  const entries = [toBase64(log[0] ?? new Uint8Array())];
  const judged = await judge(log, [
    { entries, places: [] },
    { entries, places: [count] },
  ]);
  expect(judged.lost).toEqual([
    `${leafAt(0)} is not at any place`,
    `${leafAt(0)} is not at ${count}`,
  ]);
});

test('nothing stored and nothing promised is no flaw', async () => {
  expect(await judge([], [])).toMatchObject({ size: 0, acknowledged: 0, lost: [], twice: [] });
});

function leafAt(place: number): string {
  return toHex(treeHash.leaf(log[place] ?? new Uint8Array()));
}
