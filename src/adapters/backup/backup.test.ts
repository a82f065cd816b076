/** A back-up file in the hands of somebody who changes it. */
import { describe, expect, test } from 'vitest';

import { concat, equal, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { seededRandom } from '#base/random';
import {
  type DataKeys,
  openBackup,
  printContents,
  printSection,
  readSections,
  sealBackup,
  type Tally,
} from './index.ts';

const chunkBytes = 64 * 1024 + 16;
const random = seededRandom(11);
const at = instantFromMs(1_795_000_000_000);
const id = 'a'.repeat(32);

/** Keeps data keys in the open, which is enough to see what the file itself promises. */
const openKeys: DataKeys = {
  wrap: async (_purpose, key) => ({ key: 'k1', wrapped: key.slice() }),
  unwrap: async (purpose, { wrapped }) => {
    if (!purpose.endsWith(id)) throw new Fault('backup.key_refused');
    return wrapped.slice();
  },
};

async function* inPieces(bytes: Uint8Array, piece: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += piece) yield bytes.slice(from, from + piece);
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return concat(...parts);
}

function seal(plain: Uint8Array, named = id): Promise<Uint8Array> {
  const parts = { keys: openKeys, random };
  return gather(sealBackup({ kind: 'house', id: named, at }, inPieces(plain, 10_007), parts));
}

async function open(file: Uint8Array): Promise<Uint8Array> {
  return gather((await openBackup(inPieces(file, 4_099), openKeys)).plain);
}

function chunksOf(file: Uint8Array): { head: Uint8Array; chunks: Uint8Array[] } {
  const first = file.indexOf(0x0a) + 1;
  const begin = file.indexOf(0x0a, first) + 1;
  const chunks: Uint8Array[] = [];
  for (let from = begin; from < file.length; from += chunkBytes) {
    chunks.push(file.slice(from, from + chunkBytes));
  }
  return { head: file.slice(0, begin), chunks };
}

describe('备份文件', () => {
  test('任何长度都原样读回，包括空与恰好整块', async () => {
    for (const bytes of [0, 1, 65_535, 65_536, 65_537, 3 * 65_536, 200_001]) {
      const plain = random.bytes(bytes);
      expect(equal(await open(await seal(plain)), plain), String(bytes)).toBe(true);
    }
  });

  test('翻转任何一处都被拒绝，头部也不例外', async () => {
    const file = await seal(random.bytes(150_000));
    for (let round = 0; round < 60; round += 1) {
      const spot = (round * 2_503) % file.length;
      const bad = file.slice();
      bad[spot] = (bad[spot] ?? 0) ^ 1;
      await expect(open(bad), `byte ${spot}`).rejects.toMatchObject({
        code: expect.stringMatching(/^backup\.(altered|head_malformed|key_refused)$/),
      });
    }
  });

  test('截断、换序、重复、接长，各有各的拒绝', async () => {
    const { head, chunks } = chunksOf(await seal(random.bytes(250_000)));
    const [one, two, three, four] = chunks as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const refuse = (code: string, ...parts: Uint8Array[]) =>
      expect(open(concat(head, ...parts))).rejects.toMatchObject({ code });
    await refuse('backup.truncated');
    await refuse('backup.truncated', one, two);
    await refuse('backup.truncated', one, two, three);
    await refuse('backup.truncated', one, two, three, four.slice(0, 9));
    await refuse('backup.altered', one, two, three, four.slice(0, -1));
    await refuse('backup.altered', two, one, three, four);
    await refuse('backup.altered', one, one, two, three, four);
    await refuse('backup.altered', one, three, four);
    await refuse('backup.altered', one, two, three, four, four);
    await refuse('backup.altered', one, two, three, four, utf8('more'));
  });

  test('最后一块恰好整块时，接长的部分也被看见', async () => {
    const { head, chunks } = chunksOf(await seal(random.bytes(2 * 65_536)));
    const longer = concat(head, ...chunks, utf8('x'));
    await expect(open(longer)).rejects.toMatchObject({ code: 'backup.extended' });
  });

  test('另一份备份的块换不进来', async () => {
    const plain = random.bytes(150_000);
    const ours = chunksOf(await seal(plain));
    const other = chunksOf(await seal(plain));
    const mixed = concat(ours.head, ours.chunks[0] ?? utf8(''), ...other.chunks.slice(1));
    await expect(open(mixed)).rejects.toMatchObject({ code: 'backup.altered' });
    const foreign = concat(other.head, ...ours.chunks);
    await expect(open(foreign)).rejects.toMatchObject({ code: 'backup.altered' });
    const renamed = await seal(plain, 'b'.repeat(32));
    await expect(open(renamed)).rejects.toMatchObject({ code: 'backup.key_refused' });
  });

  test('别的文件说是别的文件', async () => {
    for (const text of ['', 'PK\u0003\u0004', 'fubie-backup/v2\n{}\n', 'x'.repeat(9_000)]) {
      await expect(open(utf8(text))).rejects.toMatchObject({ code: 'backup.head_malformed' });
    }
  });
});

describe('备份里的各节', () => {
  async function* two(tallies: Tally[]): AsyncGenerator<Uint8Array> {
    const told = (tally: Tally): void => {
      tallies.push(tally);
    };
    yield* printSection({ name: 'rows/a', columns: ['x'] }, [utf8('1\n2\n'), utf8('3\n')], told);
    yield* printSection({ name: 'rows/b' }, [], told);
  }

  test('行数、字节数与摘要在目录里，读时逐节核对', async () => {
    const tallies: Tally[] = [];
    const body = await gather(two(tallies));
    expect(tallies.map(({ name, lines }) => [name, lines])).toEqual([
      ['rows/a', 3],
      ['rows/b', 0],
    ]);
    const whole = concat(body, await gather(printContents(tallies)));
    const seen: string[] = [];
    for await (const { head, payload } of readSections(inPieces(whole, 7))) {
      seen.push(`${head.name} ${new TextDecoder().decode(await gather(payload))}`);
    }
    expect(seen).toEqual(['rows/a 1\n2\n3\n', 'rows/b ']);
  });

  test('少一节、没有目录、目录不符，都不算读完', async () => {
    const tallies: Tally[] = [];
    const body = await gather(two(tallies));
    const read = async (bytes: Uint8Array): Promise<void> => {
      for await (const { payload } of readSections(inPieces(bytes, 50))) await gather(payload);
    };
    const contents = await gather(printContents(tallies.slice(0, 1)));
    for (const bad of [body, concat(body, contents)]) {
      await expect(read(bad)).rejects.toMatchObject({ code: 'backup.contents_differ' });
    }
  });
});
