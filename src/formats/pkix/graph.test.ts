import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { addSeconds } from '#base/clock';
import type { Engine } from '#formats/crypto';
import { certificateTime } from '#formats/der';
import { basicConstraints, type Certificate, nameConstraints } from '#formats/x509';
import { buildPath, type PathAsk, PathMemory, type PathVerdict } from './index.ts';
import {
  certify,
  type Draft,
  draft,
  having,
  keyAt,
  named,
  now,
  plan,
  yearSeconds,
} from './world.fixture.ts';

const authority = [basicConstraints(true, null)];
const stale = [-3, -2].map((years) => certificateTime(addSeconds(now, years * yearSeconds)));

/** An authority's certificate: who is certified, with which key, by whom, with which key. */
function link(
  subject: string,
  key: number,
  [issuer, signer, serial = 1]: readonly [string, number, number?],
): Draft {
  const names = { subject: named(subject), issuer: named(issuer) };
  return draft({ ...names, signer: keyAt(signer), key: keyAt(key), serial }, authority);
}

function counting(): { engine: Engine; checks: () => number } {
  let checks = 0;
  const engine: Engine = {
    ...nodeEngine,
    digest: (hash, bytes) => nodeEngine.digest(hash, bytes),
    verify: (check) => {
      checks += 1;
      return nodeEngine.verify(check);
    },
  };
  return { engine, checks: () => checks };
}

async function search(
  target: Certificate,
  anchors: readonly Certificate[],
  more: Partial<PathAsk>,
): Promise<PathVerdict> {
  return buildPath({
    target,
    anchors: anchors.map((certificate) => ({ certificate, applies: 'certificate' as const })),
    pool: [],
    at: now,
    engine: nodeEngine,
    ...more,
  });
}

function subjectsOf(verdict: PathVerdict): readonly (string | undefined)[] {
  return verdict.path?.certificates.map((one) => one.subjectCommonName) ?? [];
}

describe('several ways up', () => {
  test('a cross-signed authority leads to whichever root is trusted', async () => {
    const { leaf, middle, root } = await plan();
    const target = await certify(leaf);
    const other = await certify(link('other', 3, ['other', 3]));
    const cross = await certify(link('middle', 1, ['other', 3]));
    const pool = [await certify(middle), cross];
    const toOther = await search(target, [other], { pool });
    expect(subjectsOf(toOther)).toEqual(['leaf', 'middle', 'other']);
    const toRoot = await search(target, [await certify(root)], { pool: pool.toReversed() });
    expect(subjectsOf(toRoot)).toEqual(['leaf', 'middle', 'root']);
  });

  test('a way that fails does not hide one that holds, wherever it stands', async () => {
    const { leaf, middle, root } = await plan();
    const target = await certify(leaf);
    const anchors = [await certify(root)];
    const good = await certify(middle);
    const [from, to] = stale;
    if (from === undefined || to === undefined) throw new Error('times');
    const bad: Certificate[] = [];
    for (const [serial, bend] of [
      (of: Draft) => void (of.times = [from, to]),
      (of: Draft) => having(of, basicConstraints(false)),
      (of: Draft) => having(of, nameConstraints([{ dns: 'test' }])),
      (of: Draft) => void (of.signer = keyAt(3)),
    ].entries()) {
      const of = { ...middle, serial: Uint8Array.of(2, 1, serial + 1) };
      bend(of);
      bad.push(await certify(of));
    }
    for (const pool of [
      [...bad, good],
      [good, ...bad],
    ]) {
      expect(await search(target, anchors, { pool })).toMatchObject({ is: 'valid' });
    }
    // Without the good one, the flaw that is least is told: a constraint of the caller's kind.
    const worst = await search(target, anchors, { pool: bad });
    expect(worst).toMatchObject({ is: 'invalid', because: { code: 'expired', index: 1 } });
  });

  test('key roll-over: self-issued certificates in between do not count', async () => {
    const root = await certify(link('root', 0, ['root', 0]));
    const limited = draft(
      {
        subject: named('middle'),
        issuer: named('root'),
        signer: keyAt(0),
        key: keyAt(1),
        serial: 2,
      },
      [basicConstraints(true, 0)],
    );
    const rolled = await certify(link('middle', 3, ['middle', 1, 3]));
    const end = await certify(link('leaf', 2, ['middle', 3]));
    const pool = [await certify(limited), rolled];
    const verdict = await search(end, [root], { pool, depthMax: 1 });
    expect(subjectsOf(verdict)).toEqual(['leaf', 'middle', 'middle', 'root']);
  });

  test('names that differ only in letters and spaces are the same', async () => {
    const root = await certify(link('Root  Of Tests', 0, ['x', 3]));
    const end = await certify(link('leaf', 2, ['root of tests', 0]));
    expect(await search(end, [root], {})).toMatchObject({ is: 'valid' });
  });
});

describe('mazes', () => {
  test('authorities that certify each other in a ring lead nowhere, soon', async () => {
    const ring = await Promise.all([
      certify(link('a', 0, ['b', 1])),
      certify(link('b', 1, ['a', 0])),
      certify(link('a', 3, ['b', 1, 2])),
    ]);
    const end = await certify(link('leaf', 2, ['a', 0]));
    const root = await certify(link('root', 3, ['root', 3]));
    const verdict = await search(end, [root], { pool: ring });
    expect(verdict).toMatchObject({ is: 'indeterminate', because: { code: 'no_path' } });
  });

  test('a hundred authorities of one name with other keys cost a bounded number of checks', async () => {
    const { engine, checks } = counting();
    const pool: Certificate[] = [];
    for (let serial = 1; serial <= 100; serial += 1) {
      pool.push(await certify(link('a', serial % 2, ['a', 1 - (serial % 2), serial])));
    }
    const end = await certify(link('leaf', 2, ['a', 3]));
    const root = await certify(link('root', 3, ['root', 3]));
    const verdict = await search(end, [root], { pool, engine });
    expect(verdict).toMatchObject({ because: { code: 'signature_broken' } });
    expect(checks()).toBeLessThanOrEqual(2);
  });

  test('a mesh of valid authorities ends in a limit and not in an exponential walk', async () => {
    const { engine, checks } = counting();
    const names = Array.from({ length: 12 }, (_, at) => `m${at}`);
    const pool: Certificate[] = [];
    for (const [at, subject] of names.entries()) {
      for (const [by, issuer] of names.entries()) {
        if (at !== by) pool.push(await certify(link(subject, 0, [issuer, 0, at * 20 + by])));
      }
    }
    const end = await certify(link('leaf', 2, ['m0', 0]));
    const root = await certify(link('root', 3, ['root', 3]));
    const verdict = await search(end, [root], { pool, engine });
    expect(verdict).toMatchObject({ is: 'indeterminate', because: { code: 'limit' } });
    expect(checks()).toBeLessThanOrEqual(200);
  });

  test('a memory that has no checks left says so', async () => {
    const { leaf, middle, root } = await plan();
    const memory = new PathMemory(nodeEngine, 1);
    const pool = [await certify(middle)];
    const verdict = await search(await certify(leaf), [await certify(root)], { pool, memory });
    expect(verdict).toMatchObject({ is: 'indeterminate', because: { code: 'limit' } });
  });
});

describe('one verification', () => {
  test('checks each signature once, however often it asks', async () => {
    const { engine, checks } = counting();
    const memory = new PathMemory(engine);
    const { leaf, middle, root } = await plan();
    const [target, issuer, top] = await Promise.all([leaf, middle, root].map(certify));
    if (target === undefined || issuer === undefined || top === undefined) throw new Error('plan');
    for (let times = 0; times < 5; times += 1) {
      await search(target, [top], { pool: [issuer], engine, memory });
    }
    expect(checks()).toBe(2);
    // The same signature over other bytes, or by another key, is another question.
    const forged = { ...target, tbs: issuer.tbs };
    expect(await memory.judge(forged, issuer.publicKey)).toBe('broken');
    expect(await memory.judge(target, top.publicKey)).toBe('broken');
    expect(await memory.judge(target, issuer.publicKey)).toBe('good');
  });
});
