/**
 * What a judgement costs: a PDF with three signatures raised to B-LTA, an evidence package of forty
 * entries, and an SM2 signature by a known key and by one met for the first time, without native
 * code. CPU is that of the whole process, all threads; medians after warming up.
 *
 * Options: `--rounds N` (100).
 */
import { loadavg } from 'node:os';
import { createNodeEngine, generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { Sm2Memory, sm2SignatureFromDer, verifySm2 } from '#formats/sm2';
import { type Report, type VerifyOrder, verify } from '#trust/verify';
import { sampleHouse } from '../src/trust/verify/own/sample-trust.fixture.ts';
import { samplePackage } from '../src/trust/verify/package/sample-package.fixture.ts';
import { archivedDocument } from '../test/signing/signing-table.ts';
import { cpuMsOf, rounded, type Summary, summaryOf } from './samples.ts';

const warmUpRounds = 150;
const entries = 40;
/** Entries of the sample's own story, from the opening to the second seal. */
const storyEntries = 7;
const sm2Keys = 200;
const at = parseInstant('2026-12-01T10:00:00.000+08:00');

export async function run(args: readonly string[], say: (line: string) => void) {
  const named = args.indexOf('--rounds');
  const rounds = named < 0 ? 100 : Number(args[named + 1]);
  const archived = await measure(
    { name: 'archived.pdf', at, ...(await archivedDocument()) },
    rounds,
  );
  say(`B-LTA, 3 signatures: ${archived.p50} CPU ms, quietest ${quietest(archived)}`);
  const filed = await measure(await packageOrder(), rounds);
  say(`package, ${entries} entries: ${filed.p50} CPU ms, quietest ${quietest(filed)}`);
  const sm2 = await measureSm2();
  say(`SM2: ${sm2.knownPerSecond}/s known, ${sm2.firstSeenPerSecond}/s first seen`);
  return { settings: { rounds, warmUpRounds, entries }, load: loadavg(), archived, filed, sm2 };
}

function quietest({ samples }: Summary): number {
  return Math.min(...samples);
}

/** A new engine each round, so that no key is known from the round before. */
async function measure(order: VerifyOrder, rounds: number): Promise<Summary> {
  const samples: number[] = [];
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const engine = createNodeEngine();
    let report: Report | undefined;
    const ms = await cpuMsOf(async () => {
      report = await verify(order, engine);
    });
    if (report?.is !== 'valid') throw new Error(`${order.name} is ${report?.because ?? 'nothing'}`);
    if (round >= warmUpRounds) samples.push(ms);
  }
  return summaryOf(samples);
}

async function packageOrder(): Promise<VerifyOrder> {
  const house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-21T10:00:00.000+08:00'),
  });
  const { zip } = await samplePackage(house, { more: entries - storyEntries });
  return { name: 'case.zip', bytes: zip, trust: house.trust };
}

async function measureSm2() {
  const message = utf8('SM2');
  const checks = await Promise.all(
    Array.from({ length: sm2Keys }, async () => {
      const signer = softSigner(generateSoftKey('sm2'));
      const signature = sm2SignatureFromDer(await signer.sign(message));
      if (signature === undefined) throw new Error('no signature');
      return { publicKey: signer.publicKey, signature, message };
    }),
  );
  const perSecond = async (memoryOf: () => Sm2Memory, of: typeof checks): Promise<number> => {
    const ms = await cpuMsOf(async () => {
      for (const check of of) {
        if (!(await verifySm2(check, nodeEngine, memoryOf()))) throw new Error('SM2 does not hold');
      }
    });
    return rounded((of.length * 1_000) / ms);
  };
  const memory = new Sm2Memory();
  const [first] = checks;
  if (first === undefined) throw new Error('no key');
  const known = checks.map(() => first);
  await perSecond(() => memory, known);
  await perSecond(() => memory, known);
  const firstSeen: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    const fresh = new Sm2Memory();
    // The base point's table is the engine's own and there from the first check on.
    firstSeen.push(await perSecond(() => fresh, checks));
  }
  const firstSeenPerSecond = firstSeen.toSorted((a, b) => a - b)[1] ?? 0;
  return { knownPerSecond: await perSecond(() => memory, known), firstSeenPerSecond };
}
