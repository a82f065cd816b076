/**
 * A record under a signature over a batch proves alone what its source said, and nothing else
 * passes for it: no other record, place, size, root or path, and no single byte changed.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, toBase64, toBase64Url, utf8 } from '#base/bytes';
import { canonical, type Json, parseCanonical } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { batchMessage, type SourceRecord, sourceLeaf, sourceMessage } from '#formats/entry';
import { sm2SignatureFromDer } from '#formats/sm2';
import { hashLeaf, heldTree } from '#formats/tlog';
import type { JsonObject } from '../json.ts';
import { Findings } from '../report/findings.ts';
import { without } from './batch-lies.fixture.ts';
import type { Recorded } from './entries.ts';
import { SourceWords } from './source-words.ts';

const recordsMax = 500;
const deposit = 'loan-7';

interface Key {
  readonly algorithm: string;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
}

function softKey(algorithm: 'ed25519' | 'sm2-sm3'): Key {
  const signer = softSigner(generateSoftKey(algorithm === 'ed25519' ? algorithm : 'sm2'));
  return {
    algorithm,
    publicKey: signer.publicKey,
    sign: async (message) => {
      const value = await signer.sign(message);
      return algorithm === 'ed25519' ? value : (sm2SignatureFromDer(value) ?? value);
    },
  };
}

function p256(): Key {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return {
    algorithm: 'ecdsa-p256-sha256',
    publicKey: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    sign: async (message) => new Uint8Array(sign('sha256', message, options)),
  };
}

const ed25519 = softKey('ed25519');

function recordAt(index: number): SourceRecord {
  const fields = { 姓名: '王样例', 金额: { given: '5000.00', cents: 1 }, 序号: `${index}` };
  return { deposit, item: `r${index}`, schema: 'repayment@1', fields };
}

/** What the signature is over: `金额` as it was given, and not as it was understood. */
function givenAt(index: number): SourceRecord {
  const record = recordAt(index);
  return { ...record, fields: { ...record.fields, 金额: '5000.00' } };
}

const blindAt = (index: number): string =>
  toBase64Url(
    Uint8Array.from({ length: 16 }, (_, at) => (index * 31 + at * 7 + index / 256) % 256),
  );

/** The `@source` of every record of one batch, in their order. */
async function batchOf(size: number, key: Key = ed25519): Promise<readonly JsonObject[]> {
  const all = Array.from({ length: size }, (_, index) => index);
  const leaves = await Promise.all(
    all.map((index) => hashLeaf(sourceLeaf(givenAt(index), blindAt(index)), nodeEngine)),
  );
  const { root, path } = await heldTree(leaves, nodeEngine);
  const signature = toBase64(await key.sign(batchMessage({ root, size })));
  return Promise.all(
    all.map(async (index) => ({
      algorithm: key.algorithm,
      batch: {
        blind: blindAt(index),
        index,
        path: (await path(index)).map(toBase64),
        root: toBase64(root),
        size,
      },
      client: '0192a000-0000-7000-8000-000000000001',
      key: '0123456789abcdef01234567',
      name: '核心系统',
      publicKey: toBase64(key.publicKey),
      signature,
      signed: true,
    })),
  );
}

function recorded(record: SourceRecord, source: Json, more: { v2?: true } = {}): Recorded {
  const values = new Map<string, Json>([
    ...Object.entries(record.fields),
    ['@item', record.item],
    ['@source', source],
    ['@flags', []],
  ]);
  const digest = toBase64(new Uint8Array(32));
  return {
    part: 'entries/0001.json',
    bytes: new Uint8Array(),
    hash: digest,
    values,
    commitments: new Map(),
    attested: false,
    entry: {
      type: 'deposit.item',
      ...(more.v2 === true ? {} : { batched: true }),
      caseTag: 'AAECAwQFBgcICQoLDA0ODw',
      seq: 1,
      prev: digest,
      at: parseInstant('2026-11-22T10:00:00.000+08:00'),
      clock: 'LOCAL_CLOCK',
      by: 'serve+00000000',
      env: digest,
      sd: [...values.keys()],
      sd3: [...values.keys()],
      of: [{ name: `schema/${record.schema}`, bytes: 1, sha256: digest, sm3: digest }],
      sig: '',
    },
  };
}

/** What is said of one record by itself; nothing when it holds. */
async function said(one: Recorded, of: Json | undefined = deposit): Promise<string | undefined> {
  const { flaw } = await heard(one, of);
  return flaw;
}

async function heard(one: Recorded, of: Json | undefined) {
  const findings = new Findings();
  const sources = new SourceWords({ engine: nodeEngine, findings });
  await sources.judge(one, of);
  const [flaw] = findings.flaws;
  const notices = sources.notices.map(({ code, detail }) => `${code} ${detail}`);
  return { flaw: flaw && `${flaw.code}: ${flaw.detail}`, notices };
}

const batched = (word: JsonObject | undefined): JsonObject => word?.['batch'] as JsonObject;

describe('a record that its source signed in a batch', () => {
  test('proves alone, whatever the size of the batch and its place in it', async () => {
    const sizes = fc.integer({ min: 1, max: recordsMax });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), async (size, chance) => {
        const index = chance % size;
        const words = await batchOf(size);
        expect(await said(recorded(recordAt(index), words[index] ?? null))).toBeUndefined();
      }),
      {
        numRuns: 12,
        seed: 63,
        examples: [
          [1, 0],
          [2, 1],
          [recordsMax, recordsMax - 1],
          [257, 256],
        ],
      },
    );
  });

  test('proves at each place of one batch, with keys of every kind', async () => {
    for (const key of [ed25519, p256(), softKey('sm2-sm3')]) {
      const words = await batchOf(11, key);
      for (const [index, word] of words.entries()) {
        expect(await said(recorded(recordAt(index), word)), key.algorithm).toBeUndefined();
      }
    }
  });

  test('is refused with any single byte changed of what the source said and how it signed', async () => {
    const [, , , , word = {}] = await batchOf(9);
    // What the house says of the source is bound by the entry and signed by the house alone.
    const { client, key, name, ...signed } = word;
    const record = recordAt(4);
    const whole = { ...record, source: signed };
    const text = utf8(canonical(whole));
    const survivors: string[] = [];
    for (const [at, byte] of text.entries()) {
      for (const bit of [1, 4, 32]) {
        const turned = Uint8Array.from(text, (one, place) => (place === at ? one ^ bit : one));
        const read = readIfCanonical(turned);
        if (read === undefined) continue;
        const { deposit: of, item, schema, fields, source } = read;
        const isWhole = typeof item === 'string' && typeof schema === 'string';
        if (!isWhole || typeof of !== 'string' || !isMembers(fields) || !isMembers(source))
          continue;
        const changed = { deposit: of, item, schema, fields };
        const one = recorded(changed, { client, key, name, ...source } as Json);
        if ((await said(one, of)) === undefined) survivors.push(fromUtf8(turned));
      }
      expect(byte).toBe(text[at]);
    }
    // `cents` is what the house understood: the entry binds it, the source never said it.
    expect(survivors.filter((one) => one.includes('"cents":1'))).toEqual([]);
  });

  test.each<readonly [string, (word: JsonObject, all: readonly JsonObject[]) => Json]>([
    ['a forged path', (word) => inBatch(word, { path: [toBase64(new Uint8Array(32))] })],
    ['a truncated path', (word) => inBatch(word, { path: pathOf(word).slice(0, -1) })],
    [
      'a path with a hash too many',
      (word) => inBatch(word, { path: [...pathOf(word), rootOf(word)] }),
    ],
    ['the path of another record', (word, [other]) => inBatch(word, { path: pathOf(other) })],
    ['the place of another record', (word, [other]) => ({ ...word, batch: batched(other) })],
    ['another index', (word) => inBatch(word, { index: 3 })],
    ['an index beyond the size', (word) => inBatch(word, { index: 9 })],
    ['a negative index', (word) => inBatch(word, { index: -1 })],
    ['a larger size', (word) => inBatch(word, { size: 10 })],
    ['a smaller size', (word) => inBatch(word, { size: 5 })],
    ['a size beyond the limit', (word) => inBatch(word, { size: 65_537 })],
    ['another root', (word) => inBatch(word, { root: pathOf(word)[0] ?? '' })],
    ['another blind', (word) => inBatch(word, { blind: blindAt(5) })],
    [
      'a blind spelled otherwise',
      (word) => inBatch(word, { blind: `${blindAt(4).slice(0, -1)}B` }),
    ],
    ['a member more', (word) => inBatch(word, { more: 1 })],
    ['a path that is no list', (word) => inBatch(word, { path: {} })],
    ['no batch', (word) => without(word, 'batch')],
    ['nothing signed', (word) => ({ ...word, signed: false })],
    ['no key', (word) => without(word, 'publicKey')],
    ['no signature', (word) => without(word, 'signature')],
    ['a signature that is no base64', (word) => ({ ...word, signature: '*' })],
    ['another key', (word) => ({ ...word, publicKey: toBase64(softKey('ed25519').publicKey) })],
    ['an algorithm that is not the key’s', (word) => ({ ...word, algorithm: 'sm2-sm3' })],
    ['nobody', () => null],
  ])('with %s is refused', async (_, wish) => {
    const words = await batchOf(9);
    const [, , , , word = {}] = words;
    expect(await said(recorded(recordAt(4), wish(word, words)))).toMatch(/^source_signature_wrong/);
  });

  test('S4-14 another record under the same place is refused', async () => {
    const [, , , , word = {}] = await batchOf(9);
    expect(await said(recorded(recordAt(5), word))).toContain('root_differs');
    expect(await said(recorded(recordAt(4), word), 'loan-8')).toContain('root_differs');
  });

  test('a root that is signed, but as the root of another size, is refused', async () => {
    const [word = {}] = await batchOf(2);
    const root = batched(word)['root'];
    const [alone = {}] = await batchOf(1);
    const lied = { ...alone, batch: { ...batched(alone), root }, signature: word['signature'] };
    expect(await said(recorded(recordAt(0), lied as Json))).toContain('root_differs');
  });

  test('says the version: an entry of before with a batch is one that is signed by itself', async () => {
    const [word = {}] = await batchOf(1);
    const before = { v2: true } as const;
    expect(await said(recorded(recordAt(0), word, before))).toContain('not over these values');
    const own = toBase64(await ed25519.sign(sourceMessage(givenAt(0))));
    const single = { ...without(word, 'batch'), signature: own };
    expect(await said(recorded(recordAt(0), single, before))).toBeUndefined();
    expect(await said(recorded(recordAt(0), single))).toContain('no place in a batch');
  });

  test('under a shared secret its place is judged, and the signature nobody’s to judge', async () => {
    const [, , word = {}] = await batchOf(5);
    const shared = { ...without(word, 'publicKey'), algorithm: 'hmac-sha256' };
    expect(await heard(recorded(recordAt(2), shared), deposit)).toEqual({
      flaw: undefined,
      notices: ['source_not_judged entries/0001.json: signed with a shared secret'],
    });
    expect(await said(recorded(recordAt(3), shared))).toContain('root_differs');
  });

  test('opened in part, or without the name of its deposit, is not judged, and that is said', async () => {
    const [, word = {}] = await batchOf(3);
    const part = 'entries/0001.json';
    for (const more of [{}, { v2: true }] as const) {
      const one = recorded(recordAt(1), word, more);
      const inPart = new Map([...one.values].filter(([name]) => name !== '姓名'));
      expect(await heard({ ...one, values: inPart }, deposit)).toEqual({
        flaw: undefined,
        notices: [`source_not_judged ${part}: a value of the record is not opened`],
      });
      expect(await heard(one, undefined)).toEqual({
        flaw: undefined,
        notices: [`source_not_judged ${part}: the name of its deposit is not opened`],
      });
    }
    expect(await heard(recorded(recordAt(1), word), deposit)).toEqual({
      flaw: undefined,
      notices: [],
    });
    const unsigned = { client: '0', name: '核心系统', signed: false };
    const one = recorded(recordAt(1), unsigned, { v2: true });
    expect(await heard(one, undefined)).toEqual({ flaw: undefined, notices: [] });
  });
});

test('of two hundred records under one signature that signature is looked at once', async () => {
  let looks = 0;
  const engine = {
    ...nodeEngine,
    digest: nodeEngine.digest.bind(nodeEngine),
    verify: (check: Parameters<typeof nodeEngine.verify>[0]) => {
      looks += 1;
      return nodeEngine.verify(check);
    },
  };
  const findings = new Findings();
  const sources = new SourceWords({ engine, findings });
  const words = await batchOf(200);
  for (const [index, word] of words.entries()) {
    await sources.judge(recorded(recordAt(index), word), deposit);
  }
  expect(findings.flaws).toEqual([]);
  expect(looks).toBe(1);
});

function inBatch(word: JsonObject, change: JsonObject): Json {
  return { ...word, batch: { ...batched(word), ...change } };
}

function pathOf(word: JsonObject | undefined): readonly string[] {
  return batched(word)['path'] as readonly string[];
}

function rootOf(word: JsonObject): Json {
  return batched(word)['root'] ?? null;
}

function isMembers(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function readIfCanonical(bytes: Uint8Array): JsonObject | undefined {
  try {
    const json = parseCanonical(bytes);
    return isMembers(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
