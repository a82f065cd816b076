/**
 * A log convicted by a proof that lies in the folder of convictions: that log alone is frozen.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { convictionsIn } from '#adapters/witnesses';
import { printClosing } from '#formats/shard';
import { type NoteKey, printVkey } from '#formats/tlog';
import { printMisbehaviour } from '#formats/witness';
import { keyed, Notebook, origin, PublicLog, parties, watch } from './public-log.ts';

test('a proof in the folder of convictions freezes that log alone; rubbish freezes none', async () => {
  const all = await parties();
  const log = new PublicLog(all);
  await log.grow(4);
  await log.publish(['court']);
  const notebook = new Notebook();
  await watch(all, () => log.files, { notebook }).monitor.look();
  const other = log.branch(3);
  await other.grow(1);
  await other.publish(['notary']);
  await watch(all, () => other.files, { notebook }).monitor.look();
  const [proof] = notebook.proofs.values();

  const folder = await mkdtemp(join(tmpdir(), 'fubie-convicted-'));
  const witnesses = [...all.witnesses.values()].map(({ key }) => key);
  const elsewhere = await keyed('log.fubie.test/other', 'ed25519');
  const convicted = convictionsIn(folder, { log: all.log.key, witnesses }, nodeEngine);
  const stranger = convictionsIn(folder, { log: elsewhere.key, witnesses }, nodeEngine);
  expect(await convicted()).toBeUndefined();
  await writeFile(join(folder, 'rubbish.misbehaviour'), '{}');
  const harmless = { kind: 'fork', notes: ['a', 'b'], hashes: [] } as const;
  await writeFile(join(folder, 'lie.misbehaviour'), printMisbehaviour(harmless));
  expect(await convicted()).toBeUndefined();
  await writeFile(join(folder, 'fork.misbehaviour'), proof ?? '');
  expect(await convicted()).toContain('size 4 and size 4 are of two histories');
  expect(await stranger()).toBeUndefined();
  await rm(folder, { recursive: true });
  expect(await convicted()).toContain('two histories');
});

test('a shard that went on behind its end is frozen by that proof; the log that followed it is not', async () => {
  const all = await parties();
  const log = new PublicLog(all);
  await log.grow(3);
  const next = await keyed('log.fubie.test/2027h1', 'ed25519');
  log.entries.push(printClosing({ origin, next: printVkey(next.key), nextTwin: undefined }));
  await log.grow(1);
  await log.publish([]);
  const { monitor, notebook } = watch(all, () => log.files);
  expect(await monitor.look()).toMatchObject({ proofs: ['overrun-5-5'] });

  const folder = await mkdtemp(join(tmpdir(), 'fubie-convicted-'));
  const convicted = (key: NoteKey) =>
    convictionsIn(folder, { log: key, witnesses: [] }, nodeEngine);
  for (const [name, proof] of notebook.proofs) {
    await writeFile(join(folder, `${name}.misbehaviour`), proof);
  }
  expect(await convicted(all.log.key)()).toBe(
    'overrun-5-5.misbehaviour: closed with size 4, and size 5 is signed',
  );
  expect(await convicted(next.key)()).toBeUndefined();
  await rm(folder, { recursive: true });
});
