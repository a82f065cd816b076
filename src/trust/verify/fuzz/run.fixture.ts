/**
 * Judges damaged twins of the samples, kind by kind in turn, and says what must not be: a verdict
 * that throws, that takes too long, or that is better than the file deserves.
 */
import { nodeEngine } from '#adapters/engine';
import { equal } from '#base/bytes';
import { manifestOf, writeZip } from '#formats/bundle';
import { openArchive, writeArchive } from '#formats/zip';
import { verify } from '../index.ts';
import { mutatedJson, mutatedXml, mutatedZip } from './container-mutations.fixture.ts';
import { mutatedDer } from './der-mutations.fixture.ts';
import { Dice, scratched } from './dice.fixture.ts';
import {
  appendedTo,
  mutatedContents,
  mutatedObjects,
  mutatedStreams,
  mutatedXref,
} from './pdf-mutations.fixture.ts';
import type { Sample, Samples } from './samples.fixture.ts';

const answerCpuMsMax = 2_000;
const caseId = 'AAECAwQFBgcICQoLDA0ODw';

type Mutation = (bytes: Uint8Array, dice: Dice) => Uint8Array;

const pdfKinds: Readonly<Record<string, Mutation>> = {
  objects: mutatedObjects,
  xref: mutatedXref,
  streams: mutatedStreams,
  cms: mutatedContents,
  revision: appendedTo,
  scratches: scratched,
};

export const kinds = [...Object.keys(pdfKinds), 'der', 'zip', 'json', 'xml', 'trust'] as const;

export interface FuzzReport {
  /** Of each kind, how many were judged. */
  readonly tried: Readonly<Record<string, number>>;
  /** Of the verdicts, how many. */
  readonly verdicts: Readonly<Record<string, number>>;
  readonly findings: readonly string[];
}

/** `turn` alone, for one that was found. */
export interface FuzzWish {
  readonly seed: number;
  /** Asked before each case. */
  readonly isOver: () => boolean;
  readonly from?: number;
}

const findingsMax = 20;

export async function fuzzVerdicts(samples: Samples, wish: FuzzWish): Promise<FuzzReport> {
  const tried: Record<string, number> = {};
  const verdicts: Record<string, number> = {};
  const findings: string[] = [];
  for (let turn = wish.from ?? 0; !wish.isOver() && findings.length < findingsMax; turn += 1) {
    const dice = new Dice(wish.seed, turn);
    const kind = kinds[turn % kinds.length] ?? 'objects';
    const twin = await twinOf(samples, kind, dice);
    const { said, finding } = await judged(twin);
    tried[kind] = (tried[kind] ?? 0) + 1;
    verdicts[said] = (verdicts[said] ?? 0) + 1;
    if (finding === undefined) continue;
    findings.push(`turn ${turn} ${kind} ${twin.name}: ${finding}`);
    // A run that is stopped has said what it found.
    process.stdout.write(`fuzz of verdicts: seed ${wish.seed} ${findings.at(-1)}\n`);
  }
  return { tried, verdicts, findings };
}

interface Twin extends Sample {
  readonly original: Uint8Array;
}

export async function twinOf(samples: Samples, kind: string, dice: Dice): Promise<Twin> {
  const of = (...forms: readonly Sample['form'][]): Sample => {
    const sample = dice.pick(samples.all.filter(({ form }) => forms.includes(form)));
    if (sample === undefined) throw new Error(`no sample for ${kind}`);
    return sample;
  };
  const whole = (sample: Sample, mutation: Mutation): Twin => {
    let { bytes } = sample;
    for (let turn = dice.number(3); turn >= 0; turn -= 1) bytes = mutation(bytes, dice);
    return { ...sample, bytes, original: sample.bytes };
  };
  const mutation = pdfKinds[kind];
  if (mutation !== undefined) return whole(of('pdf'), mutation);
  if (kind === 'trust') return distrusted(of('pdf', 'package'), dice);
  if (kind === 'zip') return whole(of('package', 'package', 'ofd'), mutatedZip);
  if (kind === 'xml') return reSealed(of('ofd', 'package'), samples, dice);
  if (kind === 'der') return dice.number(2) === 0 ? repacked(samples, dice) : loose(samples, dice);
  return repacked(samples, dice);
}

/** A thief who can pack: one file is damaged and the container made anew around it. */
async function repacked(samples: Samples, dice: Dice): Promise<Twin> {
  const files = samples.package.files.filter(({ name }) => name !== 'manifest.json');
  const chosen = dice.number(files.length);
  const changed = files.map((file, at) =>
    at === chosen ? { ...file, bytes: damagedAs(file.name, file.bytes, dice) } : file,
  );
  const manifest = await manifestOf({ caseId, files: changed }, nodeEngine);
  const bytes = writeZip([...changed, { name: 'manifest.json', bytes: manifest }]);
  const { trust } = samples;
  const how = { trust, valid: 'no', covered: [], original: samples.package.zip } as const;
  return { name: 'package.zip', form: 'package', bytes, ...how };
}

function damagedAs(name: string, bytes: Uint8Array, dice: Dice): Uint8Array {
  if (name.endsWith('json')) return mutatedJson(bytes, dice);
  if (/(der|tsr|crl|p7s|cer|ocsp)$/.test(name)) return mutatedDer(bytes, dice);
  if (name.endsWith('pdf')) return mutatedContents(bytes, dice);
  return scratched(bytes, dice);
}

/** The parts of an OFD, damaged by their own kind and packed again. */
async function reSealed(sample: Sample, samples: Samples, dice: Dice): Promise<Twin> {
  if (sample.form !== 'ofd') return repacked(samples, dice);
  const { files } = await openArchive(sample.bytes, nodeEngine);
  const chosen = dice.number(files.length);
  const changed = files.map(({ name, bytes }, at) => {
    if (at !== chosen) return { name, bytes };
    return {
      name,
      bytes: name.endsWith('xml') ? mutatedXml(bytes, dice) : mutatedDer(bytes, dice),
    };
  });
  return { ...sample, bytes: writeArchive(changed), original: sample.bytes };
}

/** Certificates, lists, stamps and messages by themselves. */
function loose(samples: Samples, dice: Dice): Twin {
  const inside = samples.package.files.filter(({ name }) => /(der|tsr|crl|p7s|cer)$/.test(name));
  const file = dice.pick(inside);
  const foreign = dice.pick(samples.all.filter(({ form }) => form === 'der'));
  const { name, bytes } = (dice.number(2) === 0 ? foreign : file) ??
    file ?? { name: '', bytes: new Uint8Array() };
  const how = { trust: new Map(), valid: 'no', covered: [] } as const;
  return { name, form: 'der', bytes: mutatedDer(bytes, dice), original: bytes, ...how };
}

function distrusted(sample: Sample, dice: Dice): Twin {
  const names = [...sample.trust.keys()];
  const name = dice.pick(names) ?? '';
  const held = sample.trust.get(name) ?? new Uint8Array();
  const other = name.endsWith('json') ? mutatedJson(held, dice) : mutatedDer(held, dice);
  const trust = new Map(sample.trust).set(name, other);
  return { ...sample, trust, original: sample.bytes };
}

async function judged({ name, bytes, trust, at, valid, covered, original }: Twin) {
  const before = process.threadCpuUsage();
  try {
    const report = await verify({ name, bytes, trust, ...(at && { at }) }, nodeEngine);
    const ms = process.threadCpuUsage(before).user / 1000;
    JSON.stringify(report);
    const said = `${report.kind} ${report.is}`;
    if (ms > answerCpuMsMax) return { said, finding: `${Math.round(ms)} ms` };
    const isSame = equal(bytes, original);
    const isCovered = covered.every(([from, to]) =>
      equal(bytes.subarray(from, to), original.subarray(from, to)),
    );
    const isFlipped = report.is === 'valid' && !isSame && (valid === 'no' || !isCovered);
    return { said, finding: isFlipped ? 'valid' : undefined };
  } catch (thrown) {
    return { said: 'thrown', finding: `thrown: ${String(thrown)}` };
  }
}
