/**
 * What a monitor makes of the borders between half-years of a log.
 */
import { beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { printClosing, printOpening } from '#formats/shard';
import { bundlePath, parseBundle, printBundle } from '#formats/tiles';
import { noteKey, printVkey } from '#formats/tlog';
import { judgeMisbehaviour, parseMisbehaviour } from '#formats/witness';
import { EntryWatch } from '#trust/witness';
import {
  keyed,
  type Notebook,
  origin,
  type Parties,
  PublicLog,
  parties,
  viewOf,
  watch,
} from './public-log.ts';

const quorum = ['sentinel', 'court', 'notary', 'arbitration'];
let all: Parties;
beforeAll(async () => {
  all = await parties();
});

test('the leaves that link half-year shards are no entries and no flaw', async () => {
  const log = new PublicLog(all);
  const [before, next] = ['log.fubie.test/h1', 'log.fubie.test/h3'];
  const { root } = await log.sign([]);
  log.entries.push(
    printOpening({ origin, before: { origin: before, size: 0, root, twinRoot: undefined } }),
  );
  await log.grow(3);
  const { publicKey } = all.log.key;
  const named = { name: next, kind: 'ed25519', publicKey } as const;
  const key = await noteKey(named, nodeEngine);
  log.entries.push(printClosing({ origin, next: printVkey(key), nextTwin: undefined }));
  await log.publish(quorum);
  const { monitor } = watch(all, () => log.files);
  const after = { origin, size: 5 };
  expect(await monitor.look()).toMatchObject({ is: 'sound', size: 5, next: { key, after } });
  log.entries[4] = printClosing({ origin, next: `${next}+0123abcd+AAAA`, nextTwin: undefined });
  await log.publish(quorum);
  const again = watch(all, () => log.files).monitor;
  expect((await again.look()).findings).toEqual([
    { code: 'entry_wrong', detail: 'entry 4: names no key' },
  ]);
});

test('an entry that stands in two half-years is found by who has followed both', async () => {
  const log = new PublicLog(all);
  await log.grow(3);
  const [first = utf8(''), , last = utf8('')] = log.entries;
  const followed = new EntryWatch({ engine: nodeEngine });
  const before = followed.reading();
  for (const [at, bytes] of log.entries.entries()) {
    expect(await before.flawOf(bytes, at)).toBeUndefined();
  }
  followed.keep(before);
  for (const again of [first, last]) {
    expect(await followed.reading().flawOf(again, 1)).toMatch(/^number [02] where 3 should be/);
  }
  await log.grow(1);
  const [next = utf8('')] = log.entries.slice(-1);
  expect(await followed.reading().flawOf(next, 1)).toBeUndefined();
});

/** A log whose last leaf names the key of the next half-year, and a monitor that has seen it. */
async function closed(count: number) {
  const log = new PublicLog(all);
  await log.grow(count - 1);
  const { key } = await keyed('log.fubie.test/next', 'ed25519');
  log.entries.push(printClosing({ origin, next: printVkey(key), nextTwin: undefined }));
  await log.publish(quorum);
  const watched = watch(all, () => log.files);
  expect(await watched.monitor.look()).toMatchObject({ is: 'sound', size: count, next: { key } });
  return { log, key, ...watched };
}

/** What a stranger makes of a monitor's proofs, who has the log's key and nothing else. */
async function judged(notebook: Notebook): Promise<readonly string[]> {
  const keys = { logs: [all.log.key], witnesses: [] };
  const proofs = [...notebook.proofs.values()].map(async (bytes) => {
    const found = await judgeMisbehaviour(parseMisbehaviour(bytes), keys, nodeEngine);
    return found.is === 'proved' ? `proved: ${found.detail}` : found.because;
  });
  return Promise.all(proofs);
}

test.each([5, 256])(
  'a shard of %i leaves that goes on behind its last leaf would be a second log: said and proved at every look',
  async (count) => {
    const { log, monitor, notebook } = await closed(count);
    await log.grow(2);
    await log.publish(quorum);
    const detail = (at: number) => `entry ${at}: stands behind the last leaf`;
    const findings = [count, count + 1].map((at) => ({ code: 'entry_wrong', detail: detail(at) }));
    for (const one of [monitor, monitor, watch(all, () => log.files, { notebook }).monitor]) {
      const proofs = [`overrun-${count + 2}-${count + 2}`];
      expect(await one.look()).toMatchObject({
        is: 'convicted',
        next: undefined,
        findings,
        proofs,
      });
    }
    // Whoever begins to look only now reads it too.
    expect((await watch(all, () => log.files).monitor.look()).findings).toEqual(findings);
    expect(notebook.verified?.edge.size).toBe(count);
    expect(await judged(notebook)).toEqual([
      `proved: closed with size ${count}, and size ${count + 2} is signed`,
    ]);
  },
);

test('a mirror cannot lead a monitor on by a last leaf that is not under the head', async () => {
  const { log, monitor } = await closed(5);
  const thief = await keyed('log.fubie.test/next', 'ed25519');
  const path = bundlePath({ index: 0, width: 5 });
  const entries = parseBundle(log.files.get(path) ?? new Uint8Array());
  entries[4] = printClosing({ origin, next: printVkey(thief.key), nextTwin: undefined });
  log.files.set(path, printBundle(entries));
  const detail = 'entry 4 is not under the head: root_differs';
  const findings = [{ code: 'tile_differs', detail }];
  expect(await monitor.look()).toMatchObject({ is: 'suspect', next: undefined, findings });
  log.files.delete(path);
  const missing = [{ code: 'file_missing', detail: 'entry 4: tiles.absent' }];
  expect(await monitor.look()).toMatchObject({ is: 'suspect', findings: missing });
});

test('a shard that goes on and hides its files is convicted by the end that was seen before', async () => {
  const { log, monitor, notebook } = await closed(5);
  const seen = new Map(log.files);
  await log.grow(2);
  log.files.clear();
  const { note } = await log.publish(quorum);
  for (const [path, bytes] of seen) log.files.set(path, bytes);
  log.files.set('checkpoint', utf8(note));
  for (const path of log.files.keys()) if (path.endsWith('.p/7')) log.files.delete(path);
  expect(await monitor.look()).toMatchObject({ is: 'convicted', proofs: ['overrun-5-7'] });
  expect(await judged(notebook)).toEqual(['proved: closed with size 5, and size 7 is signed']);
});

test('a shard that shows its end and goes on before one witness is convicted by what that one keeps', async () => {
  const { log } = await closed(5);
  const captive = log.branch();
  await captive.grow(3);
  const views = [viewOf('court', await captive.sign(['court']))];
  const { monitor, notebook } = watch(all, () => log.files, { views });
  const findings = [{ code: 'witness_ahead', detail: 'court is at 8, the log shows 5' }];
  expect(await monitor.look()).toMatchObject({
    is: 'convicted',
    findings,
    proofs: ['overrun-5-8'],
  });
  expect(await judged(notebook)).toEqual(['proved: closed with size 5, and size 8 is signed']);
});

test('heads before the end, the end itself again, and a witness ahead of an open log prove nothing', async () => {
  const log = new PublicLog(all);
  await log.grow(3);
  const early = await log.publish(quorum);
  await log.grow(1);
  const ahead = watch(all, () => log.files, {
    views: [viewOf('court', await log.sign(['court']))],
  });
  expect(await ahead.monitor.look()).toMatchObject({ is: 'suspect', proofs: [] });
  const { key } = await keyed('log.fubie.test/next', 'ed25519');
  log.entries.push(printClosing({ origin, next: printVkey(key), nextTwin: undefined }));
  await log.publish([]);
  const { monitor, notebook } = watch(all, () => log.files, { views: [viewOf('court', early)] });
  expect(await monitor.look()).toMatchObject({ is: 'sound', size: 5 });
  await log.publish(quorum);
  expect(await monitor.look()).toMatchObject({ is: 'sound', size: 5, next: { key } });
  expect(await judged(notebook)).toEqual([]);
});
