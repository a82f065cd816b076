import { expect, test } from 'vitest';
import { runningDigests } from '#adapters/objects';
import { toHex, utf8 } from '#base/bytes';
import { addMs, type Clock, instantFromMs } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import { digestingMsMax, FileDigests, type FileReading } from './file-digests.ts';
import type { ChunkRow } from './ports.ts';

const tenant = 'bank' as TenantId;
/** Each part takes so long to read that a sixth of the file is done in one call. */
const readMs = 100;
const count = 1_200;

/** A file of many parts, and how often each of them was read. */
class SlowFile {
  now = instantFromMs(1_795_000_000_000);
  readonly clock: Clock = { source: 'TEST_CLOCK', now: () => this.now };
  readonly reads = new Map<string, number>();
  units = 0;
  failsAt = -1;
  chunks = Array.from({ length: count }, (_, number) => row(number, `part-${number}`));
  readonly digests = new FileDigests({
    clock: this.clock,
    digests: runningDigests,
    units: {
      run: <T>(of: TenantId, action: (unit: Unit) => Promise<T>) => {
        this.units += 1;
        return action({ tenant: of });
      },
    },
  });

  reading(): FileReading {
    return { file: 'big', chunks: this.chunks, read: async (_, chunk) => this.#read(chunk) };
  }

  #read({ number, object }: ChunkRow): Uint8Array {
    if (number === this.failsAt) throw new Error('the store is away');
    this.reads.set(object.sha256, (this.reads.get(object.sha256) ?? 0) + 1);
    this.now = addMs(this.now, readMs);
    return utf8(object.sha256);
  }

  go(): Promise<void> {
    return this.digests.goThrough(tenant, this.reading());
  }
}

function row(number: number, sha256: string): ChunkRow {
  return { number, object: { place: 'house', sha256, bytes: 1 } };
}

function digestOf(chunks: readonly ChunkRow[]): string {
  const running = runningDigests();
  for (const { object } of chunks) running.add(utf8(object.sha256));
  const { sha256, sm3 } = running.end();
  return toHex(sha256) + toHex(sm3);
}

function knownOf(file: SlowFile): string | undefined {
  const known = file.digests.known(file.reading());
  return known && toHex(known.sha256) + toHex(known.sm3);
}

test('a file that takes minutes is gone through over several calls, each part once, no unit for long', async () => {
  const file = new SlowFile();
  let calls = 1;
  for (; knownOf(file) === undefined; calls += 1) {
    const began = file.now;
    await file.go().catch((thrown: unknown) => {
      expect(thrown).toMatchObject({ code: 'deposit.file_reading', retryable: true });
    });
    expect(file.now - began).toBeLessThanOrEqual(digestingMsMax + 32 * readMs);
  }
  expect(calls).toBeGreaterThan(4);
  expect(knownOf(file)).toBe(digestOf(file.chunks));
  expect(new Set(file.reads.values())).toEqual(new Set([1]));
  expect(file.units).toBeGreaterThanOrEqual(count / 32);
});

test('a read that breaks off goes on behind the last whole part', async () => {
  const file = new SlowFile();
  file.failsAt = 50;
  await expect(file.go()).rejects.toThrow('the store is away');
  file.failsAt = -1;
  while (knownOf(file) === undefined) await file.go().catch(() => undefined);
  expect(knownOf(file)).toBe(digestOf(file.chunks));
  expect(new Set(file.reads.values())).toEqual(new Set([1]));
});

test('a part sent anew while the file is read makes another file: nothing old is known of it', async () => {
  const file = new SlowFile();
  while (knownOf(file) === undefined) await file.go().catch(() => undefined);
  file.chunks = file.chunks.with(7, row(7, 'mended'));
  expect(knownOf(file)).toBeUndefined();
  while (knownOf(file) === undefined) await file.go().catch(() => undefined);
  expect(knownOf(file)).toBe(digestOf(file.chunks));
});

test('two callers never go through the same file at once', async () => {
  const file = new SlowFile();
  const both = await Promise.allSettled([file.go(), file.go()]);
  expect(both.map(({ status }) => status)).toContain('rejected');
  while (knownOf(file) === undefined) await file.go().catch(() => undefined);
  expect(knownOf(file)).toBe(digestOf(file.chunks));
});
