/**
 * What tests of this room do with a world: record, let the sequencer work, look at everything.
 */
import { keyIdText, noteKey } from '#formats/tlog';
import type { FsckParts, FsckReport, LogAudit } from './audit.ts';
import { fsck } from './fsck.ts';
import type { Sequencer } from './sequencer.ts';
import { type TestWorld, testUnit } from './test-log.ts';

export async function record(world: TestWorld, caseId: string, count: number): Promise<void> {
  const evidence = world.evidence();
  for (let at = 0; at < count; at += 1) {
    await evidence.record(testUnit, {
      caseId,
      type: 'consent.signed',
      subject: 'person',
      disclosures: [{ name: 'document', value: `authorisation ${at}` }],
      of: [],
    });
  }
}

export async function settle(world: TestWorld, sequencer: Sequencer): Promise<void> {
  await world.log.hold(async (log) => {
    while (await sequencer.step(log));
    await sequencer.step(log);
  });
}

export function auditOf(world: TestWorld): LogAudit {
  return {
    unplaced: async () => world.log.rows.filter(({ index }) => index === undefined),
    entries: async (start, countMax) =>
      world.log.rows
        .flatMap(({ index, caseId, bytes }) =>
          index === undefined ? [] : [{ index, caseId, bytes }],
        )
        .filter(({ index }) => index >= start)
        .toSorted((a, b) => a.index - b.index)
        .slice(0, countMax),
    checkpoints: async () =>
      [...world.log.drafts.values()].map(({ size, text, lines, twin }) => ({
        size,
        text,
        signatures: [...lines.values()].map((line) => line.text).join(''),
        ...(twin?.line !== undefined && { twin: `${twin.text}\n${twin.line}` }),
      })),
  };
}

/** `more`: what else the auditor is handed. */
export async function check(world: TestWorld, more: Partial<FsckParts> = {}): Promise<FsckReport> {
  const { publicKey } = world.actor;
  const by = keyIdText(await noteKey({ name: 'serve', kind: 'ed25519', publicKey }, world.engine));
  const { logKey: log, tiles } = world;
  const published = await tiles.read('checkpoint');
  return fsck({
    tenant: testUnit.tenant,
    audit: auditOf(world),
    shards: [{ shard: { base: 0, end: undefined }, log, tiles, published }],
    witnessKeys: [...world.witnesses.values()].map(({ key }) => key),
    keyOf: (name) => (name === by ? publicKey : undefined),
    engine: world.engine,
    witnessed: new Map([...world.witnesses].map(([name, { memory }]) => [name, memory.kept])),
    ...more,
  });
}
