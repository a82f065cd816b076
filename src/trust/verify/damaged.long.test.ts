import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, equal, fromLatin1 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { seededRandom } from '#base/random';
import { manifestOf, writeZip } from '#formats/bundle';
import { type TrustFiles, verify } from './index.ts';
import { type SampleHouse, sampleHouse } from './own/sample-trust.fixture.ts';
import { type SamplePackage, samplePackage } from './package/sample-package.fixture.ts';

const corpus = fileURLToPath(new URL('../../../../shared/corpus', import.meta.url));
const folders = ['pdf-attack', 'pdf-signed/pyhanko', 'ofd', 'sm2'];
const fuzzMs = 10 * 60_000;
const answerCpuMsMax = 2_000;
/** The words of PDF, of DER and BER, of ZIP and of JSON, each where it hurts. */
const words = [
  ...'obj endobj stream xref trailer startxref /Prev /Kids /V /AP /ByteRange << >> [ ]'.split(' '),
  ...'PK\x01\x02 PK\x03\x04 PK\x05\x06 {"v": } null -1 99999999999999999999'.split(' '),
  '\x30\x80',
  '\x30\x84\xff\xff\xff\xff',
  '\xa0\x03',
  '\x04\x00',
  '\x02\x01\xff',
  '\x00\x00',
].map((word) => fromLatin1(word));

const random = seededRandom(20_261_122);

function number(max: number): number {
  const [a = 0, b = 0, c = 0] = random.bytes(3);
  return (a * 65_536 + b * 256 + c) % Math.max(1, max);
}

/** Cuts, copies, flips, overwrites and puts in words of the languages, at seeded places. */
function damaged(bytes: Uint8Array): Uint8Array {
  let out: Uint8Array = bytes.slice();
  for (let turn = number(4); turn >= 0; turn -= 1) {
    const at = number(out.length);
    const to = Math.min(out.length, at + number(80));
    const word = words[number(words.length)] ?? new Uint8Array();
    const kind = number(5);
    if (kind === 0) out[at] = number(256);
    else if (kind === 1) out = concat(out.subarray(0, at), out.subarray(to));
    else if (kind === 2) out = concat(out.subarray(0, at), word, out.subarray(at));
    else if (kind === 3) out = concat(out.subarray(0, to), out.subarray(at));
    else out = concat(out.subarray(0, at), word, out.subarray(at + word.length));
  }
  return out;
}

/** One file and with what it is judged; `sealed` says that no change at all may be valid. */
interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly trust: TrustFiles;
  readonly sealed: boolean;
}

let house: SampleHouse;
let honest: SamplePackage;
let samples: readonly Sample[];

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
  honest = await samplePackage(house);
  const { trust } = house;
  const foreign = folders.flatMap((folder) => {
    if (!existsSync(`${corpus}/${folder}`)) return [];
    return readdirSync(`${corpus}/${folder}`).map((name): Sample => {
      const bytes = new Uint8Array(readFileSync(`${corpus}/${folder}/${name}`));
      return { name, bytes, trust: new Map(), sealed: false };
    });
  });
  samples = [
    { name: 'package.zip', bytes: honest.zip, trust, sealed: true },
    { name: 'contract.pdf', bytes: honest.contract, trust, sealed: true },
    ...foreign,
  ];
});

/** A thief who can pack: one file is damaged and the container made anew around it. */
async function repacked(): Promise<Sample> {
  const files = honest.files.filter(({ name }) => name !== 'manifest.json');
  const chosen = number(files.length);
  const changed = files.map((file, at) =>
    at === chosen ? { ...file, bytes: damaged(file.bytes) } : file,
  );
  const manifest = await manifestOf(
    { caseId: 'AAECAwQFBgcICQoLDA0ODw', files: changed },
    nodeEngine,
  );
  const bytes = writeZip([...changed, { name: 'manifest.json', bytes: manifest }]);
  return { name: 'package.zip', bytes, trust: house.trust, sealed: true };
}

/** Every third is a package of damaged parts, every tenth is judged with a damaged folder. */
async function nextSample(turn: number): Promise<Sample> {
  if (turn % 3 === 0) return repacked();
  const sample = samples[number(turn % 2 === 0 ? 2 : samples.length)] ?? samples[0];
  if (sample === undefined) throw new Error('no samples');
  if (turn % 10 === 1 && sample.trust.size > 0) {
    const names = [...sample.trust.keys()];
    const name = names[number(names.length)] ?? '';
    const trust = new Map(sample.trust).set(
      name,
      damaged(sample.trust.get(name) ?? new Uint8Array()),
    );
    return { ...sample, trust, sealed: false };
  }
  return { ...sample, bytes: damaged(sample.bytes) };
}

test(
  'ten minutes of damaged files: each has its verdict in time, and none a better one',
  async () => {
    const end = performance.now() + fuzzMs;
    let tried = 0;
    for (; performance.now() < end; tried += 1) {
      const { name, bytes, trust, sealed } = await nextSample(tried);
      const isSame = equal(bytes, honest.zip) || equal(bytes, honest.contract);
      const before = process.threadCpuUsage();
      const report = await verify({ name, bytes, trust }, nodeEngine);
      const { user } = process.threadCpuUsage(before);
      expect({ name, tried, slow: user / 1000 > answerCpuMsMax }).toMatchObject({ slow: false });
      const isForged = sealed && !isSame && report.is === 'valid';
      expect({ name, tried, isForged }).toMatchObject({ isForged: false });
      expect(() => JSON.stringify(report)).not.toThrow();
    }
    expect(tried).toBeGreaterThan(100);
  },
  fuzzMs * 2,
);
