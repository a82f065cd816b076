import { beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { canonicalBytes, type Json, parseCanonical } from '#base/canonical';
import { faultCode } from '#base/fault';
import { printClosing } from '#formats/shard';
import { inclusionProof, noteKey, printVkey } from '#formats/tlog';
import {
  judgeMisbehaviour,
  type Misbehaviour,
  parseMisbehaviour,
  printMisbehaviour,
} from './misbehaviour.ts';
import { type Keyed, treeOf } from './spec-examples.fixture.ts';

const origin = 'log.fubie.test/overrun';
const end = 4;

let log: Keyed;
let leaf: string;
let closed: Misbehaviour;

beforeAll(async () => {
  log = await keyed(origin);
  const next = await keyed(`${origin}/next`);
  leaf = fromUtf8(printClosing({ origin, next: printVkey(next.key), nextTwin: undefined }));
  closed = await overrun([...plain(end - 1), leaf], [...plain(end - 1), leaf, 'more']);
});

describe('a head behind the end of a shard', () => {
  test('convicts the log, by its key alone, in one file that prints back', async () => {
    const found = await judge(parseMisbehaviour(printMisbehaviour(closed)));
    const detail = 'closed with size 4, and size 5 is signed';
    const wanted = { is: 'proved', kind: 'overrun', log: log.key, witnesses: [], detail };
    expect(found).toEqual(wanted);
  });

  test('is proved by one note as well, and by a tree that does not continue the closed one', async () => {
    const longer = [...plain(end - 1), leaf, 'more'];
    expect((await judge(await overrun(longer, longer))).is).toBe('proved');
    const other = await overrun([...plain(end - 1), leaf], plain(end + 1, 'told otherwise'));
    expect((await judge(other)).is).toBe('proved');
  });

  test('the end itself and whatever is smaller is no misbehaviour, in whichever order', async () => {
    const whole = [...plain(end - 1), leaf];
    for (const second of [whole, plain(end - 1), []]) {
      expect(await judge(await overrun(whole, second))).toEqual(unproved('ended_there'));
    }
  });

  test('a leaf that closes another log, goes on as itself, or closes nothing ends nothing', async () => {
    const vkey = printVkey(log.key);
    const next = printVkey((await keyed('log.fubie.test/next')).key);
    for (const one of [
      fromUtf8(printClosing({ origin: 'other.test', next, nextTwin: undefined })),
      fromUtf8(printClosing({ origin, next: vkey, nextTwin: undefined })),
      leaf.trimEnd(),
      'entry 3',
    ]) {
      const tree = [...plain(end - 1), one];
      const accusation = await overrun(tree, [...tree, 'more'], one);
      expect(await judge(accusation)).toEqual(unproved('not_closed'));
    }
    expect(await judge({ ...closed, last: undefined } as never)).toEqual(unproved('not_closed'));
  });

  test('the leaf must stand under the first head, at its place', async () => {
    const last = { index: end - 2, leaf };
    expect(await judge({ ...closed, last })).toEqual(unproved('hashes_wrong'));
    const hashes = closed.hashes.slice(1);
    expect(await judge({ ...closed, hashes })).toEqual(unproved('hashes_wrong'));
    const elsewhere = await overrun(plain(end), plain(end + 1), leaf);
    expect(await judge(elsewhere)).toEqual(unproved('hashes_wrong'));
  });

  test('both heads must be signed by the log, and be of one log', async () => {
    const whole = [...plain(end - 1), leaf];
    const thief = await keyed(origin);
    const [own, foreign] = [
      await noteOf([...whole, 'x'], log),
      await noteOf([...whole, 'x'], thief),
    ];
    const notSigned = unproved('not_signed_by_log');
    expect(await judge({ ...closed, notes: [closed.notes[0], foreign] })).toEqual(notSigned);
    expect(await judge({ ...closed, notes: [await noteOf(whole, thief), own] })).toEqual(notSigned);
    const other = await keyed('log.fubie.test/other');
    const elsewhere = await noteOf([...whole, 'x'], other);
    expect(await judge({ ...closed, notes: [closed.notes[0], elsewhere] })).toEqual(
      unproved('other_origins'),
    );
  });

  test('a file with a field more, less or of another shape is malformed', () => {
    const form = parseCanonical(printMisbehaviour(closed)) as Record<string, Json>;
    const malformed: Record<string, Json>[] = [
      { ...form, kind: 'fork' },
      { ...form, last: null },
      { ...form, last: { index: 3 } },
      { ...form, last: { index: -1, leaf } },
      { ...form, last: { index: '3', leaf } },
      { ...form, last: { index: 3, leaf, more: 1 } },
      { ...form, last: { index: 3, leaf: 3 } },
      { ...form, last: [3, leaf] },
      Object.fromEntries(Object.entries(form).filter(([name]) => name !== 'last')),
    ];
    for (const one of malformed) {
      expect(codeOf(() => parseMisbehaviour(canonicalBytes(one)))).toBe(
        'witness.misbehaviour_malformed',
      );
    }
  });
});

function judge(one: Misbehaviour) {
  return judgeMisbehaviour(one, { logs: [log.key], witnesses: [] }, nodeEngine);
}

function unproved(because: string) {
  return { is: 'unproved', because };
}

async function keyed(name: string): Promise<Keyed> {
  const signer = softSigner(generateSoftKey('ed25519'));
  const named = { name, kind: 'ed25519', publicKey: signer.publicKey } as const;
  return { signer, key: await noteKey(named, nodeEngine) };
}

function plain(count: number, word = 'entry'): string[] {
  return Array.from({ length: count }, (_, at) => `${word} ${at}`);
}

/** The leaf at the place of `closing` in the first tree, and heads of both. */
async function overrun(
  first: readonly string[],
  second: readonly string[],
  closing = leaf,
): Promise<Misbehaviour> {
  const index = end - 1;
  const tree = await treeOf(first, log);
  const hashes = await inclusionProof({ index, size: first.length }, tree.read, nodeEngine);
  const notes = [tree.note, await noteOf(second, log)] as const;
  return { kind: 'overrun', notes, hashes, last: { index, leaf: closing } };
}

async function noteOf(entries: readonly string[], by: Keyed): Promise<string> {
  return (await treeOf(entries, by)).note;
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (thrown) {
    return faultCode(thrown);
  }
}
