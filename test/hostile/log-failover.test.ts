/**
 * A failover to a standby that had not yet got what was acknowledged: the entry is gone from the
 * database, and its owner has nothing but the receipt. That is enough.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { hashLeaf, printVkey } from '#formats/tlog';
import { parsePromise } from '#formats/witness';
import { Promises, promiseSecondsMax } from '#trust/receipt';
import { verify } from '#trust/verify';
import { type Parties, PublicLog, parties, startSeconds, watch } from './public-log.ts';

const quorum = ['sentinel', 'court', 'notary', 'arbitration'];
let all: Parties;
beforeAll(async () => {
  all = await parties();
});

/** The process with the log's key; `rows`: what the database holds without a place. */
function promisesOver(rows: Map<string, Uint8Array>, signedSize: () => number): Promises {
  return new Promises({
    async unplaced(hash) {
      const bytes = rows.get(hash);
      return bytes && { bytes, signedSize: signedSize() };
    },
    ...all.log,
    engine: nodeEngine,
    clock: { source: 'TEST_CLOCK', now: () => instantFromMs(startSeconds * 1_000) },
  });
}

describe('an acknowledged entry', () => {
  test('that a failover lost convicts the log by the promise in its owner’s hand', async () => {
    const log = new PublicLog(all);
    await log.grow(40);
    await log.publish(quorum);
    const rows = new Map([['its hash', utf8('acknowledged')]]);
    const promise = await promisesOver(rows, () => 40).of('its hash');
    expect(parsePromise(promise ?? '')).toEqual({
      origin: all.log.key.name,
      leaf: await hashLeaf(utf8('acknowledged'), nodeEngine),
      since: 40,
      bySeconds: startSeconds + promiseSecondsMax,
    });
    // The standby takes over without the row; the log goes on, consistent for every witness.
    rows.clear();
    await log.grow(20);
    const { monitor, notebook } = watch(all, () => log.files);
    notebook.given.push(promise ?? '');
    await log.publish(quorum, startSeconds + promiseSecondsMax);
    expect((await monitor.look()).is).toBe('sound');
    await log.grow(1);
    await log.publish(quorum, startSeconds + promiseSecondsMax + 1);
    expect(await monitor.look()).toMatchObject({ is: 'convicted', proofs: ['promise-61'] });
    const [[name, bytes] = ['', utf8('')]] = [...notebook.proofs];
    const trust = new Map([
      ['logs/demo.vkey', utf8(`${printVkey(all.log.key)}\n`)],
      ...[...all.witnesses].map(
        ([witness, { key }]) => [`witnesses/${witness}.vkey`, utf8(`${printVkey(key)}\n`)] as const,
      ),
    ]);
    const report = await verify({ name, bytes, trust }, nodeEngine);
    expect([report.is, report.kind]).toEqual(['valid', 'misbehaviour']);
  });

  test('that has its place, or that nobody has heard of, is promised nothing', async () => {
    const promises = promisesOver(new Map(), () => 3);
    expect(await promises.of('placed or unknown')).toBeUndefined();
  });
});
