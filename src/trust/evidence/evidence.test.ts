import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { fromUtf8, toBase64, toBase64Url, toHex, utf8 } from '#base/bytes';
import { parseDisclosure } from '#formats/disclosure';
import { caseFlaws, openEntry, parseEntry, printEntry, sealOf } from '#formats/entry';
import { judgeLogProof } from '#formats/tlog';
import { CaseFile } from './case-file.ts';
import { TestWorld, testUnit } from './test-log.ts';
import { record, settle } from './test-story.ts';

const crypto = {
  engine: nodeEngine,
  hash: treeHash,
  newSigner: () => softSigner(generateSoftKey('ed25519')),
};

// Synthetic values of the requirements: no such division, card prefix or segment exists.
const person = {
  name: '测试借款人',
  idNumber: '990101199003070111',
  phone: '00000000001',
  card: '9900010000000000018',
};

async function applied(world: TestWorld) {
  return world.evidence().record(testUnit, {
    caseId: 'loan-1',
    type: 'application.received',
    subject: 'subject-1',
    disclosures: Object.entries(person).map(([name, value]) => ({ name, value })),
    of: [{ name: 'required-evidence', bytes: utf8('[]') }],
  });
}

function keeperOf(world: TestWorld): CaseFile {
  const flip = async (_unit: unknown, _place: unknown, bytes: Uint8Array): Promise<Uint8Array> =>
    bytes.map((byte) => byte ^ 0x5a);
  const keeper = { seal: flip, open: flip };
  return new CaseFile({ store: world.log, keeper, tilesOf: () => world.tiles, engine: nodeEngine });
}

describe('an entry', () => {
  test('holds nothing of a person: no value, and no digest of one in any spelling', async () => {
    const world = await TestWorld.open(crypto);
    await applied(world);
    const text = fromUtf8(world.log.rows[0]?.bytes ?? new Uint8Array(0));
    const forbidden = new Set<string>();
    for (const value of [
      ...Object.values(person),
      ...Object.keys(person).map((n) => person[n as 'name']),
    ]) {
      for (const spelled of [value, JSON.stringify(value), `"${value}"`, `${value}\n`]) {
        forbidden.add(spelled);
        for (const hash of ['sha1', 'sha256', 'sha512', 'sm3'] as const) {
          const digest = await nodeEngine.digest(hash, utf8(spelled));
          forbidden.add(toHex(digest)).add(toBase64(digest)).add(toBase64Url(digest));
        }
      }
    }
    for (const word of forbidden) expect(text.includes(word), word).toBe(false);
    const entry = parseEntry(utf8(text));
    // Every 32-byte string is a commitment, a digest of a document, or a link: nothing else is.
    const known = new Set([...entry.sd, ...entry.sd3, entry.env]);
    for (const { sha256, sm3 } of entry.of) known.add(sha256).add(sm3);
    for (const word of text.match(/[A-Za-z0-9+/_-]{43}=?/g) ?? []) {
      expect(
        known.has(word) || word.startsWith(entry.sig.slice(0, 43)) || entry.sig.includes(word),
      ).toBe(true);
    }
  });

  test('commits to the same value differently each time: the salt is fresh', async () => {
    const world = await TestWorld.open(crypto);
    await applied(world);
    await applied(world);
    const [first, second] = world.log.rows.map(({ bytes }) => parseEntry(bytes));
    expect(first?.sd.filter((digest) => second?.sd.includes(digest))).toEqual([]);
    expect(first?.sd).toEqual(first?.sd.toSorted());
    expect(first?.sd3).toEqual(first?.sd3.toSorted());
  });

  test('a number of a person in the clear is refused, wherever it was put', async () => {
    const world = await TestWorld.open(crypto);
    const draft = { caseId: 'loan-1', type: 'identity.checked', disclosures: [], of: [] } as const;
    for (const value of [person.phone, person.idNumber, person.card]) {
      const att = { statement: { v: 1, phone: value }, by: 'sms', sig: 'AAAA' };
      await expect(world.evidence().record(testUnit, { ...draft, att })).rejects.toThrow(
        'evidence.personal_value',
      );
      const of = [{ name: value, bytes: utf8('x') }];
      await expect(world.evidence().record(testUnit, { ...draft, of })).rejects.toThrow(
        'evidence.personal_value',
      );
    }
    expect(world.log.rows).toEqual([]);
  });

  test('openings without a subject to keep them under are refused', async () => {
    const world = await TestWorld.open(crypto);
    const disclosures = [{ name: 'name', value: person.name }];
    const draft = { caseId: 'loan-1', type: 'identity.checked', disclosures, of: [] } as const;
    await expect(world.evidence().record(testUnit, draft)).rejects.toThrow(
      'evidence.subject_missing',
    );
  });
});

describe('a case', () => {
  test('is a chain that its seal makes complete: nothing can be dropped or added', async () => {
    const world = await TestWorld.open(crypto);
    const received = await applied(world);
    await world.evidence().record(testUnit, {
      caseId: 'loan-1',
      type: 'consent.signed',
      disclosures: [],
      of: [],
      refs: { application: received.hash },
    });
    const seal = await world.evidence().sealCase(testUnit, 'loan-1');
    expect(seal.n).toBe(2);
    const bytes = world.log.rows.map((row) => row.bytes);
    const whole = await caseFlaws(bytes, nodeEngine);
    expect(whole.flaws).toEqual([]);
    const sealed = whole.entries.at(-1);
    expect(sealed && sealOf(sealed.entry)).toEqual({ n: 2, head: whole.entries[1]?.hash });
    for (let dropped = 0; dropped < bytes.length - 1; dropped += 1) {
      const fewer = bytes.filter((_, at) => at !== dropped);
      expect((await caseFlaws(fewer, nodeEngine)).flaws).not.toEqual([]);
    }
  });

  test('is filed with openings and proofs that a stranger can check; retryable before', async () => {
    const world = await TestWorld.open(crypto);
    await applied(world);
    await record(world, 'loan-2', 40);
    await world.evidence().sealCase(testUnit, 'loan-1');
    const file = keeperOf(world);
    await expect(file.read(testUnit, 'loan-1', 'L2')).rejects.toMatchObject({ retryable: true });
    await settle(world, world.sequencer());
    const filed = await file.read(testUnit, 'loan-1', 'L2');
    const both = await file.readTogether(testUnit, ['loan-2', 'loan-1'], 'L2');
    expect(both.map(({ entries }) => entries.length)).toEqual([40, 2]);
    expect(both.map(({ checkpoint }) => checkpoint)).toEqual(both.map(() => filed.checkpoint));
    expect(filed.entries.map(({ type }) => type)).toEqual(['application.received', 'case.sealed']);
    const witnesses = [...world.witnesses.values()].map(({ key }) => key);
    const keys = { log: world.logKey, witnesses };
    for (const { proof, bytes } of filed.entries) {
      const judged = await judgeLogProof({ text: proof, entry: bytes }, keys, nodeEngine);
      expect(judged).toMatchObject({ flaw: undefined, signedByLog: true, unknown: [], broken: [] });
      expect(proof.endsWith(filed.checkpoint)).toBe(true);
      const others = filed.entries.filter((entry) => entry.bytes !== bytes);
      for (const other of others) {
        const wrong = await judgeLogProof({ text: proof, entry: other.bytes }, keys, nodeEngine);
        expect(wrong.flaw).toBe('root_differs');
      }
    }
    const [first] = filed.entries;
    const opened = await Promise.all(
      (first?.disclosures ?? []).map((encoded) => parseDisclosure(encoded, nodeEngine)),
    );
    const entry = parseEntry(first?.bytes ?? new Uint8Array(0));
    const { values, closed, flaws } = openEntry(entry, opened);
    expect(Object.fromEntries(values)).toEqual(person);
    expect({ closed, flaws }).toEqual({ closed: 0, flaws: [] });
    expect(printEntry(entry)).toEqual(first?.bytes);
  });
});
