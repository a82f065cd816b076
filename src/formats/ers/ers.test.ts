import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { equal, fromHex, fromUtf8, toHex, utf8 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine, HashName } from '#formats/crypto';
import { DerReader, integer, octetString, parseDer, sequence, tag, utf8String } from '#formats/der';
import type { Imprint } from '#formats/tsp';
import {
  type CheckStamp,
  type EvidenceRecord,
  firstImprint,
  groupTrees,
  parseEvidenceRecord,
  printEvidenceRecord,
  rehashed,
  rehashImprint,
  renewalImprint,
  renewed,
  verifyEvidenceRecord,
} from './index.ts';

const on = (day: string): Instant => instantFromMs(Date.parse(day));
const data = utf8('checkpoint\n7\n');
const forged = utf8('another checkpoint\n7\n');

/** An authority whose tokens say what they stamp and when, and whose key stands until a day. */
function token(imprint: Imprint, at: string, keyUntil = '2099-01-01'): Uint8Array {
  return sequence(
    integer(BigInt(on(at))),
    integer(BigInt(on(keyUntil))),
    utf8String(imprint.hash),
    octetString(imprint.digest),
  );
}

const checkStamp: CheckStamp = async (der, imprint, until) => {
  const [at, keyUntil, hash, digest] = new DerReader(parseDer(der), tag.sequence).rest();
  if (at === undefined || keyUntil === undefined || hash === undefined || digest === undefined) {
    return { is: 'invalid', because: 'form' };
  }
  const instant = (bytes: Uint8Array): Instant =>
    instantFromMs(Number(BigInt(`0x${toHex(bytes)}`)));
  const same = fromUtf8(hash.content) === imprint.hash && equal(digest.content, imprint.digest);
  if (!same) return { is: 'invalid', because: 'imprint' };
  if (until !== undefined && until > instant(keyUntil.content)) {
    return { is: 'invalid', because: 'certificate' };
  }
  return { is: 'valid', at: instant(at.content) };
};

async function stamped(at: string, keyUntil?: string): Promise<EvidenceRecord> {
  const imprint = await firstImprint(data, 'sha256', nodeEngine);
  return { chains: [[{ hash: 'sha256', tree: [], token: token(imprint, at, keyUntil) }]] };
}

function judge(
  record: EvidenceRecord,
  more: {
    of?: Uint8Array;
    now?: string;
    fallen?: Partial<Record<HashName, string>>;
    engine?: Engine;
  } = {},
) {
  const { of = data, now = '2046-11-22', fallen = {}, engine = nodeEngine } = more;
  const fallenSince = (hash: HashName): Instant | undefined => {
    const day = fallen[hash];
    return day === undefined ? undefined : on(day);
  };
  return verifyEvidenceRecord({ record, data: of, now: on(now), checkStamp, fallenSince }, engine);
}

/** Somebody has found another text with the same SHA-256. */
const broken: Engine = {
  ...nodeEngine,
  digest: (hash, bytes) =>
    nodeEngine.digest(hash, hash === 'sha256' && equal(bytes, forged) ? data : bytes),
};

describe('twenty years', () => {
  test('a stamp alone stands as long as its key; renewed in time it stands on', async () => {
    const first = await stamped('2026-11-22', '2036-01-01');
    expect(await judge(first, { now: '2030-01-01' })).toEqual({
      is: 'valid',
      since: on('2026-11-22'),
      stamps: 1,
    });
    expect(await judge(first)).toMatchObject({ because: 'stamp_invalid', detail: 'certificate' });
    const again = await renewalImprint(first, nodeEngine);
    expect(await judge(renewed(first, token(again, '2035-12-01')))).toMatchObject({
      is: 'valid',
      since: on('2026-11-22'),
      stamps: 2,
    });
    const late = renewed(first, token(again, '2036-02-01'));
    expect(await judge(late)).toMatchObject({ because: 'stamp_invalid', at: [0, 0] });
  });

  test('SHA-256 falls: what was hashed again before stands, the forgery does not; without, nothing stands', async () => {
    const first = await stamped('2026-11-22');
    // The stub shows what a fall means: the old record vouches for the forgery as well.
    expect((await judge(first, { of: forged, engine: broken })).is).toBe('valid');
    const fallen = { sha256: '2040-06-01' };
    expect(await judge(first, { fallen })).toMatchObject({
      because: 'hash_fallen',
      detail: 'sha256',
    });
    const by = { data, hash: 'sm3' } as const;
    const imprint = await rehashImprint(first, by, nodeEngine);
    const second = rehashed(first, 'sm3', token(imprint, '2039-01-01'));
    const on2046 = { fallen, engine: broken };
    expect(await judge(second, on2046)).toMatchObject({ is: 'valid', since: on('2026-11-22') });
    expect(await judge(second, { ...on2046, of: forged })).toMatchObject({
      because: 'stamp_invalid',
    });
    const tooLate = rehashed(first, 'sm3', token(imprint, '2041-01-01'));
    expect(await judge(tooLate, on2046)).toMatchObject({ because: 'hash_fallen', at: [0, 0] });
    const third = renewed(second, token(await renewalImprint(second, nodeEngine), '2045-01-01'));
    expect(await judge(third, on2046)).toMatchObject({ is: 'valid', stamps: 3 });
  });

  test('a stamp dropped, altered or out of order is seen', async () => {
    const first = await stamped('2026-11-22');
    const two = renewed(first, token(await renewalImprint(first, nodeEngine), '2030-01-01'));
    const by = { data, hash: 'sha512' } as const;
    const three = rehashed(
      two,
      'sha512',
      token(await rehashImprint(two, by, nodeEngine), '2038-01-01'),
    );
    expect((await judge(three)).is).toBe('valid');
    const [[one, second] = [], [third] = []] = three.chains;
    if (one === undefined || second === undefined || third === undefined) throw new Error('three');
    for (const chains of [
      [[one], [third]],
      [[second], [third]],
      [[second, one], [third]],
      [[third]],
    ]) {
      expect((await judge({ chains })).is).toBe('invalid');
    }
    expect(await judge(three, { of: forged })).toMatchObject({
      because: 'stamp_invalid',
      at: [0, 0],
    });
    const early = renewed(first, token(await renewalImprint(first, nodeEngine), '2020-01-01'));
    expect(await judge(early)).toMatchObject({ because: 'time_backwards', at: [0, 1] });
    const mixed = { chains: [[one, { ...second, hash: 'sm3' as const }]] };
    expect(await judge(mixed)).toMatchObject({ because: 'hash_mixed' });
  });

  test('one token for many things proves each of them, and nothing else', async () => {
    const things = ['a', 'b', 'c'].map((text) => utf8(text));
    const digests = await Promise.all(things.map((one) => nodeEngine.digest('sm3', one)));
    const { imprint, tree } = await groupTrees(digests, 'sm3', nodeEngine);
    const record = {
      chains: [[{ hash: 'sm3' as const, tree, token: token(imprint, '2027-01-01') }]],
    };
    for (const of of things) expect((await judge(record, { of })).is).toBe('valid');
    expect(await judge(record)).toMatchObject({ because: 'hash_absent' });
  });
});

describe('as bytes', () => {
  test('what is printed is RFC 4998 appendix A, and is read back', async () => {
    const first = await stamped('2026-11-22');
    const { tree } = await groupTrees(
      [new Uint8Array(32), new Uint8Array(32).fill(1)],
      'sm3',
      nodeEngine,
    );
    const record = {
      chains: [...first.chains, [{ hash: 'sm3' as const, tree, token: sequence() }]],
    };
    const bytes = printEvidenceRecord(record);
    expect(parseEvidenceRecord(bytes)).toEqual(record);
    const [version, algorithms, chains] = parseDer(bytes).children;
    expect([version?.content, algorithms?.children.length, chains?.children.length]).toEqual([
      fromHex('01'),
      2,
      2,
    ]);
    // ArchiveTimeStamp: digestAlgorithm [0], reducedHashtree [2], timeStamp.
    const stamp = chains?.children[1]?.children[0];
    expect(stamp?.children.map((child) => child.tag)).toEqual([0xa0, 0xa2, 0x30]);
  });

  test('cut, flipped and random bytes are refused with a Fault or read as another record', async () => {
    const bytes = printEvidenceRecord(await stamped('2026-11-22'));
    const read = (given: Uint8Array): string => {
      try {
        return toHex(printEvidenceRecord(parseEvidenceRecord(given)));
      } catch (thrown) {
        if (!(thrown instanceof Fault)) throw thrown;
        return thrown.code;
      }
    };
    for (let at = 0; at < bytes.length; at += 1) {
      expect(read(bytes.slice(0, at))).toMatch(/^[a-z]+\./);
      const flipped = Uint8Array.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(read(flipped)).not.toBe(toHex(bytes));
    }
    fc.assert(
      fc.property(fc.uint8Array(), (random) => read(random).includes('.')),
      { seed: 7 },
    );
  });
});
