import { describe, expect, test } from 'vitest';
import { Line } from '../api/line.ts';
import type { Photo } from './photo.ts';
import { type WaitingPhoto, waitingPhotos, waitsMsMax } from './photo-shelf.ts';
import { sha256Hex } from './shown.ts';
import { base64, upload } from './upload.ts';

const chunkBytes = 4;

/** A house that loses the line once at each path and puts together what arrives. */
function house(breaks = (_path: string): boolean => false) {
  const chunks = new Map<number, string>();
  const asked: string[] = [];
  const lost = new Set<string>();
  const line = new Line({
    send: async (path, init) => {
      asked.push(`${init.method} ${path}`);
      if (!lost.has(path)) {
        lost.add(path);
        throw new TypeError('Failed to fetch');
      }
      if (breaks(path)) return new Response('{"code":"wire.down"}', { status: 400 });
      const number = /chunks\/(\d+)$/.exec(path)?.[1];
      const { data } = JSON.parse(init.body as string) as { data?: string };
      if (number !== undefined) chunks.set(Number(number), data ?? '');
      const missing = [0, 1, 2].filter((one) => !chunks.has(one));
      return new Response(JSON.stringify({ capture: 'c1', chunkBytes, missing }));
    },
    sleep: async () => {},
    freshKey: () => 'k'.repeat(16),
    now: () => 0,
    patienceMs: 1000,
  });
  return { line, chunks, asked };
}

const noPart = (): void => {};

async function photo(first: number): Promise<Photo> {
  const bytes = Uint8Array.of(first, 2, 3, 4, 5, 6, 7, 8, 9, 250);
  return { bytes, media: 'image/jpeg', sha256: await sha256Hex(bytes), takenAt: '' };
}

const waiting = (taken: Photo): WaitingPhoto => ({
  caseId: 'a',
  photo: taken,
  told: { kind: 'scene' },
  since: 0,
});

describe('sending a photograph', () => {
  test('every piece arrives although the line is cut at each', async () => {
    const { line, chunks, asked } = house();
    await upload(line, waiting(await photo(1)), noPart);
    const sent = [0, 1, 2].map((n) => atob(chunks.get(n) ?? ''));
    expect(sent.map((part) => part.length)).toEqual([4, 4, 2]);
    expect(sent.join('')).toBe('\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\u00fa');
    expect(asked.at(-1)).toBe('POST /v1/captures/c1/completion');
  });

  test('S1-23 broken off and pressed again, only what is missing is sent', async () => {
    let isDown = true;
    const { line, asked } = house((path) => isDown && path.endsWith('/chunks/1'));
    await expect(upload(line, waiting(await photo(2)), noPart)).rejects.toMatchObject({
      code: 'wire.down',
    });
    isDown = false;
    const before = asked.length;
    const [kept] = await waitingPhotos('a', 1);
    expect(kept?.opened).toEqual({ capture: 'c1', chunkBytes, missing: [1, 2] });
    if (kept !== undefined) await upload(line, kept, noPart);
    expect(await waitingPhotos('a', 1)).toEqual([]);
    expect(asked.slice(before)).not.toContain('POST /v1/cases/a/captures');
    const after = asked.slice(before).filter((one) => one.startsWith('PUT'));
    expect(new Set(after)).toEqual(
      new Set(['PUT /v1/captures/c1/chunks/1', 'PUT /v1/captures/c1/chunks/2']),
    );
  });

  test('what waited longer than a day is thrown away unsent', async () => {
    const { line } = house(() => true);
    await expect(upload(line, waiting(await photo(3)), noPart)).rejects.toThrow('wire.down');
    expect(await waitingPhotos('other', 1)).toEqual([]);
    expect(await waitingPhotos('a', 1)).toHaveLength(1);
    expect(await waitingPhotos('a', waitsMsMax + 1)).toEqual([]);
    expect(await waitingPhotos('a', 1)).toEqual([]);
  });

  test('base64 of many bytes is what the platform makes of them', () => {
    const bytes = new Uint8Array(70_000).map((_, at) => at % 251);
    expect(base64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});
