import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import type { Json } from '#base/canonical';
import { instantFromMs, parseInstant } from '#base/clock';
import { openZip } from '#formats/bundle';
import { parseEntry } from '#formats/entry';
import { type Examination, type FlawCode, flawRules, verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import type { Recorded } from '../package/entries.ts';
import { type SamplePackage, samplePackage } from '../package/sample-package.fixture.ts';
import { examine } from './examine.ts';
import { type ExaminationRule, examinationRules, ruleOfFlaw } from './rules.ts';

let house: SampleHouse;
let honest: SamplePackage;
beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
  honest = await samplePackage(house);
});

const ruleIn = ({ rules }: Examination, wanted: ExaminationRule) =>
  rules.find(({ rule }) => rule === wanted);

/** A record with these values, a number of minutes after the first. */
function record(minutes: number, values: Readonly<Record<string, Json>>): Recorded {
  const [first] = openZip(honest.zip).files.filter(({ name }) => name.startsWith('entries/'));
  const entry = parseEntry(first?.bytes ?? new Uint8Array());
  const at = instantFromMs(entry.at + minutes * 60_000);
  const part = `record at ${minutes}`;
  const found = {
    part,
    bytes: new Uint8Array(),
    hash: '',
    commitments: new Map(),
    attested: false,
  };
  return { ...found, entry: { ...entry, at }, values: new Map(Object.entries(values)) };
}

function examined(codes: readonly FlawCode[], recorded: readonly Recorded[] = []): Examination {
  const flaws = codes.map((code) => ({ code, part: 'a.pdf', detail: 'found' }));
  return examine({ flaws, signatures: [], recorded });
}

describe('an honest package', () => {
  test('meets every rule that can be asked, and is established', async () => {
    const report = await verify(
      { name: 'package.zip', bytes: honest.zip, trust: house.trust },
      nodeEngine,
    );
    const { examination } = report;
    expect(examination).toMatchObject({ conclusion: 'established', met: 6, asked: 6 });
    expect(examination?.version).toBe('fubie.examination/1');
    expect(examination?.rules.map(({ rule, is }) => `${rule} ${is}`)).toEqual([
      ...['A1', 'A2', 'A3', 'A4', 'A5', 'A6'].map((rule) => `${rule} met`),
      'A13 not_applicable',
      'A14 not_applicable',
    ]);
  });

  test('with a byte of a document changed breaks the rules that it breaks, and names where', async () => {
    const bytes = honest.zip.slice();
    const at = new TextDecoder('latin1').decode(bytes).indexOf('%PDF-') + 40;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const report = await verify({ name: 'package.zip', bytes, trust: house.trust }, nodeEngine);
    const { examination } = report;
    expect(examination?.conclusion).toBe('refuted');
    const broken = examination?.rules.filter(({ is }) => is === 'broken') ?? [];
    expect(broken.map(({ rule }) => rule)).toContain('A1');
    expect(broken[0]?.because[0]?.part).not.toBe('');
  });

  test('judged by nobody’s trust is doubtful and not refuted by its signatures', async () => {
    const report = await verify(
      { name: 'contract.pdf', bytes: honest.contract, trust: new Map() },
      nodeEngine,
    );
    expect(report.examination).toBeUndefined();
    const { flaws } = report;
    expect(examine({ flaws, signatures: [], recorded: [] }).conclusion).not.toBe('established');
  });
});

describe('each rule', () => {
  test.each<[ExaminationRule, FlawCode, FlawCode | undefined]>([
    ['A1', 'manifest_differs', 'file_uncovered'],
    ['A2', 'digest_differs', 'algorithm_not_supported'],
    ['A3', 'certificate_revoked', 'chain_not_found'],
    ['A4', 'stamp_wrong', 'time_not_proved'],
    ['A5', 'change_forbidden', undefined],
    ['A6', 'witness_quorum_missing', 'entry_version_unknown'],
  ])('%s is broken by %s, left open by %s', (rule, broken, open) => {
    expect(ruleIn(examined([broken]), rule)).toMatchObject({ is: 'broken' });
    expect(examined([broken]).conclusion).toBe('refuted');
    if (open === undefined) return;
    expect(ruleIn(examined([open]), rule)).toMatchObject({ is: 'open' });
    expect(examined([open]).conclusion).toBe('doubtful');
    // The others are not touched by it.
    const touched = examined([open]).rules.filter(({ is }) => is !== 'not_applicable');
    expect(touched.map((one) => one.rule)).toEqual([rule]);
  });

  test('every flaw bears on one of them, or is no question of authenticity', () => {
    const rest = Object.keys(flawRules).filter((code) => !Object.keys(ruleOfFlaw).includes(code));
    // Whether the record is whole, in order and complete is asked of its relevance.
    const elsewhere = [
      'entry_time_backwards',
      'entry_out_of_place',
      'evidence_missing',
      'outside_word_wrong',
      'required_list_differs',
      'required_list_malformed',
      'resource_limit',
    ];
    expect(rest.toSorted()).toEqual(elsewhere.toSorted());
    expect(examined(['resource_limit']).conclusion).toBe('doubtful');
  });

  test('A4: a time that only the signer states is no trusted one', async () => {
    const { signatures } = await verify(
      { name: 'package.zip', bytes: honest.zip, trust: house.trust },
      nodeEngine,
    );
    const claimed = signatures.map((one) => ({ ...one, timeFrom: 'claimed' as const }));
    const told = examine({ flaws: [], signatures: claimed, recorded: [] });
    expect(ruleIn(told, 'A4')).toMatchObject({ is: 'open' });
    expect(ruleIn(examine({ flaws: [], signatures, recorded: [] }), 'A4')?.is).toBe('met');
  });
});

const print = (digits: string): Json => ({ given: digits.repeat(16), algorithm: 'unknown' });
const place = (lat: string, lng: string, accuracyM: number | null = null): Json => {
  return { given: `${lat},${lng}`, lat, lng, datum: 'unknown', accuracyM, source: 'unknown' };
};
const [shanghai, beijing, tokyo] = [
  place('31.2304', '121.4737'),
  place('39.9042', '116.4074'),
  place('35.6895', '139.6917'),
];

describe('A13, one device in one session', () => {
  test.each<[string, readonly (readonly [number, string])[], string]>([
    [
      'the same',
      [
        [0, 'a1'],
        [10, 'A1'],
      ],
      'met',
    ],
    [
      'another after ten minutes',
      [
        [0, 'a1'],
        [10, 'b2'],
      ],
      'broken',
    ],
    [
      'another on the next day',
      [
        [0, 'a1'],
        [1_440, 'b2'],
      ],
      'met',
    ],
  ])('%s', (_, devices, is) => {
    const recorded = devices.map(([minutes, digits]) =>
      record(minutes, { 设备指纹: print(digits) }),
    );
    expect(ruleIn(examined([], recorded), 'A13')?.is).toBe(is);
  });

  test('nothing is asked where no record names one', () => {
    expect(ruleIn(examined([], [record(0, { 姓名: '王样例' })]), 'A13')?.is).toBe('not_applicable');
  });
});

describe('A14, places that a person can have been at', () => {
  test.each<[string, readonly (readonly [number, Json])[], string]>([
    ['one place', [[0, shanghai]], 'met'],
    [
      'by train',
      [
        [0, shanghai],
        [300, beijing],
      ],
      'met',
    ],
    [
      'faster than anybody flies',
      [
        [0, shanghai],
        [30, beijing],
      ],
      'broken',
    ],
    [
      'at the same time in two',
      [
        [0, shanghai],
        [0, beijing],
      ],
      'broken',
    ],
    [
      'two readings of one place',
      [
        [0, shanghai],
        [0, place('31.2310', '121.4740', 50)],
      ],
      'met',
    ],
    ['outside the country', [[0, tokyo]], 'broken'],
  ])('%s', (_, places, is) => {
    const recorded = places.map(([minutes, where]) => record(minutes, { GPS: where }));
    expect(ruleIn(examined([], recorded), 'A14')?.is).toBe(is);
  });

  test('says between which records, how far and how long', () => {
    const recorded = [record(0, { GPS: shanghai }), record(30, { GPS: beijing })];
    const [why] = ruleIn(examined([], recorded), 'A14')?.because ?? [];
    expect(why).toEqual({
      part: 'record at 30',
      detail: '1066 km from record at 0 in 30 minutes',
    });
  });
});

test('docs/specs/verification.md names the same flaws for each rule', () => {
  const page = readFileSync('docs/specs/verification.md', 'utf8');
  for (const rule of examinationRules.filter((one) => /^A[1-6]$/.test(one))) {
    const said = new RegExp(`^- ${rule}: ((?:.|\\n  )*)`, 'm').exec(page)?.[1] ?? '';
    const codes = [...said.matchAll(/`(\w+)`/g)].map(([, code = '']) => code);
    const held = Object.entries(ruleOfFlaw).filter(([, one]) => one === rule);
    expect([rule, codes]).toEqual([rule, held.map(([code]) => code)]);
  }
});
