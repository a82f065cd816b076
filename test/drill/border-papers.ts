/**
 * For tests: trusted time over a border world's log, and a package of one of its cases, made of the
 * rows and files as they are and judged by the trust folder and nothing else.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { logStores } from '#adapters/postgres';
import { FileTiles } from '#adapters/tiles';
import { toHex, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { buildPackage } from '#business/judicial';
import { checkStampBy } from '#formats/ers';
import { buildToken } from '#formats/tsp';
import { writePem } from '#formats/x509';
import { policyCaseId } from '#trust/evidence';
import { HeadStamps, LogPapers, Receipts } from '#trust/receipt';
import { verify } from '#trust/verify';
import { trustFiles, twinFolder } from '../../src/main/estate/trust-folder.ts';
import { openNoteJudge } from '../../src/main/rooms/note-judge.ts';
import { type SampleHouse, sampleHouse } from '../../src/trust/verify/own/sample-trust.fixture.ts';
import { type BorderWorld, borderTenant } from './border-world.ts';

let made: Promise<SampleHouse> | undefined;

function authority(world: BorderWorld): Promise<SampleHouse> {
  made ??= sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: world.clock.now(),
  });
  return made;
}

export async function stampedLog(world: BorderWorld) {
  const { stamper } = await authority(world);
  const { units, entries, clock, trust } = world;
  const store = logStores().stamps;
  let serial = 0;
  const stamps = new HeadStamps({
    units,
    entries,
    store,
    engine: nodeEngine,
    clock,
    stamper: {
      async stamp(imprint) {
        serial += 1;
        const time = clock.now();
        const order = { policy: '1.2.3.4.1', imprint, time, accuracyMs: 1_000, ordering: false };
        const named = { ...order, serial: `0102030405${toHex(Uint8Array.of(serial))}`, nonce: 7n };
        return { der: await buildToken(named, { ...stamper, engine: nodeEngine }), time };
      },
    },
  });
  const receipts = new Receipts({
    entries,
    stamps: store,
    judge: openNoteJudge(trust),
    checkStamp: checkStampBy([stamper.certificate], nodeEngine),
    fallenSince: () => undefined,
    engine: nodeEngine,
    clock,
  });
  return { stamps, receipts };
}

/** A package of this case; it has no report and no contract. */
export async function packageOf(
  world: BorderWorld,
  caseId: string,
  registers: readonly Uint8Array[] = [],
): Promise<Uint8Array> {
  const { ca } = await authority(world);
  const { units, entries, cases, tilesOf, trust } = world;
  const { stamps, twins, explorer } = logStores();
  const papers = new LogPapers({
    entries,
    blocks: explorer,
    twins,
    stamps,
    anchors: { covering: async () => undefined },
    registers: {
      adopted: () =>
        Promise.all(
          registers.map(async (note) => ({ note, caseId: await policyCaseId(note, nodeEngine) })),
        ),
    },
    tilesOf,
    twinTilesOf: (tenant, shard) => new FileTiles(twinFolder(trust, tenant, shard)),
    engine: nodeEngine,
  });
  const material = await units.run(borderTenant, async (unit) => {
    const [filed, adopted] = await cases.readTogether(unit, [caseId, 'case-policy'], 'L2');
    const [entry] = adopted?.entries ?? [];
    if (filed === undefined || entry === undefined) throw new Error('a case has entries');
    return {
      documents: [],
      entries: filed.entries,
      checkpoint: filed.checkpoint,
      policy: { bytes: utf8('{}'), entry: entry.bytes, proof: entry.proof },
      requiredEvidence: canonicalBytes({ entries: [], documents: [] }),
      authority: ca.certificate.der,
      revocationLists: [],
      more: await papers.of(unit, filed),
    };
  });
  return buildPackage({ material, report: utf8('no report') }, nodeEngine);
}

/** The verdict of somebody who holds the trust folder as it was when the log was installed. */
export async function judgedBefore(
  world: BorderWorld,
  bytes: Uint8Array,
  more: ReadonlyMap<string, Uint8Array> = new Map(),
) {
  const { stamper } = await authority(world);
  const { trust } = world;
  const files = new Map(await trustFiles(trust));
  // As a court holds the folder since 2026: of later keys it was told nothing.
  for (const path of files.keys()) {
    const isLater = /^(?:shards|registers)\//.test(path) || /^(?:logs|twins)\/[^/]+\//.test(path);
    if (isLater) files.delete(path);
  }
  files.set('tsa.pem', utf8(writePem('CERTIFICATE', stamper.certificate.der)));
  for (const [path, file] of more) files.set(path, file);
  return verify({ name: 'package.zip', bytes, trust: files }, nodeEngine);
}
