/**
 * What a system gets back for what it submits: receipts whose levels rise, with papers a stranger
 * checks; and a log whose members vote over the same door.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromBase64, toBase64, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { textIn } from '#doors/phone';
import { checkStampBy, parseEvidenceRecord, verifyEvidenceRecord } from '#formats/ers';
import { judgeLogProof, parseLogProof, printVkey } from '#formats/tlog';
import { isPromiseOf, parsePromise } from '#formats/witness';
import { promiseSecondsMax } from '#trust/receipt';
import { verify } from '#trust/verify';
import {
  logKey,
  trustedCertificate,
  trustFiles,
  witnessKeys,
} from '../../src/main/estate/trust-folder.ts';
import type { Guest } from '../guest.ts';
import { guestWith } from '../visit.ts';
import { DoorHand, finance } from './door-hand.ts';
import { Party } from './party-case.ts';
import { founding, machineAt, members } from './receipt-house.ts';
import { TestChain } from './test-chain.ts';
import { well } from './walks.ts';

const waitMsMax = 20_000;
const pauseMs = 200;
interface Told {
  readonly hash: string;
  readonly index: number | null;
  readonly level: string;
  readonly held: readonly string[];
  readonly missing: readonly { readonly level: string; readonly why: string }[];
  readonly block: { readonly height: number; readonly size: number; readonly note: string } | null;
  readonly proof: string | null;
  readonly promise: string | null;
  readonly stampedAt: string | null;
  readonly stamp: { readonly proof: string; readonly record: string } | null;
  readonly anchor: string | null;
}

describe('回执与名册', () => {
  const world = guestWith(77);
  const tenant = finance.tenant as TenantId;
  let hand: DoorHand;
  let deposit = '';
  let hash = '';

  beforeAll(async () => {
    hand = await machineAt(world, finance);
    const opened = { name: 'receipts', title: '回执示例', scenario: 'receipts' };
    deposit = textIn(well(await hand.post('/v1/deposits', opened)).body, 'id');
  });

  const told = async (path: string): Promise<Told> => well(await hand.get(path)).body as never;
  const receipt = () => told(`/v1/log/receipts?hash=${encodeURIComponent(hash)}`);
  async function until(is: (one: Told) => boolean): Promise<Told> {
    const end = performance.now() + waitMsMax;
    for (;;) {
      const one = await receipt();
      if (is(one) || performance.now() > end) return one;
      await new Promise((resume) => setTimeout(resume, pauseMs));
    }
  }

  test('at once it is durable: the log promises it a place, or has given it one', async () => {
    const record = { deposit, name: 'r1', schema: 'receipt-record', fields: { 金额: '1.00' } };
    const { body } = well(await hand.post('/v1/deposits/records', { records: [record] }));
    const [first] = body['receipts'] as readonly { hash: string; seq: number }[];
    hash = first?.hash ?? '';
    const one = await told(`/v1/deposits/${deposit}/records/${first?.seq}/receipt`);
    expect(one.hash).toBe(hash);
    expect(one.held).toContain('L0');
    const log = await logKey(world.trust, tenant, nodeEngine);
    if (one.index === null) {
      expect(await isPromiseOf(one.promise ?? '', log, nodeEngine)).toBe(true);
      const { origin, bySeconds } = parsePromise(one.promise ?? '');
      expect(origin).toBe(log.name);
      expect(bySeconds).toBeLessThanOrEqual(systemClock.now() / 1000 + promiseSecondsMax);
    } else {
      expect(one.promise).toBeNull();
    }
  });

  test('S2-23 then a block holds it: height, transaction, and a proof a stranger checks', async () => {
    const one = await until(({ level }) => level === 'L2');
    expect(one).toMatchObject({ hash, level: 'L2', missing: expect.any(Array) });
    expect(one.missing).toContainEqual({ level: 'L3', why: 'no_anchor' });
    expect(one.block?.height).toBeGreaterThan(0);
    expect(one.block?.size).toBeGreaterThan(one.index ?? 0);
    const index = String(one.index);
    const { body } = well(await hand.get(`/v1/log/entries/${index}`));
    const entry = fromBase64(textIn(body, 'entry'));
    expect(toBase64(await nodeEngine.digest('sha256', entry))).toBe(hash);
    const keys = {
      log: await logKey(world.trust, tenant, nodeEngine),
      witnesses: await witnessKeys(world.trust, nodeEngine),
    };
    const judged = await judgeLogProof({ text: one.proof ?? '', entry }, keys, nodeEngine);
    expect(judged).toMatchObject({ signedByLog: true, flaw: undefined, index: one.index });
    expect(judged.cosigners.length).toBeGreaterThanOrEqual(4);
    expect(parseLogProof(one.proof ?? '').checkpoint).toBe(one.block?.note);
  });

  test('S4-15 a package brings trusted time over it, and the receipt shows the record', async () => {
    const built = await packageOf({ hand, world }, deposit);
    expect(built.flaws).toEqual([]);
    expect(built.evidence?.held).toEqual(['L0', 'L1', 'L2', 'L4']);
    expect(built.notices.map(({ code }) => code)).toContain('twin_holds');
    const one = await receipt();
    expect([one.level, one.held]).toEqual(['L2', ['L0', 'L1', 'L2', 'L4']]);
    const { checkpoint } = parseLogProof(one.stamp?.proof ?? '');
    const verdict = await verifyEvidenceRecord(
      {
        record: parseEvidenceRecord(fromBase64(one.stamp?.record ?? '')),
        data: utf8(checkpoint),
        now: systemClock.now(),
        checkStamp: checkStampBy([await trustedCertificate(world.trust, 'tsa')], nodeEngine),
        fallenSince: () => undefined,
      },
      nodeEngine,
    );
    expect(verdict).toMatchObject({ is: 'valid' });
  });

  test('an anchor comes with the package, and says that the chain is a test chain of one node', async () => {
    const chain = await TestChain.open();
    try {
      const record = { deposit, name: 'r3', schema: 'receipt-record', fields: { 金额: '3.00' } };
      const { body } = well(await hand.post('/v1/deposits/records', { records: [record] }));
      hash = (body['receipts'] as readonly { hash: string }[])[0]?.hash ?? '';
      await until(({ level }) => level === 'L2');
      await chain.anchor(world, tenant);
      const built = await packageOf({ hand, world }, deposit, { 'anchor.json': chain.trusted });
      expect(built.flaws).toEqual([]);
      expect(built.evidence?.held).toEqual(['L0', 'L1', 'L2', 'L3', 'L4']);
      const anchors = built.notices.filter(({ code }) => code === 'anchored');
      expect(anchors[0]?.detail).toContain('anchor: single-node test chain, block ');
    } finally {
      chain.close();
    }
  });

  test('a third party brings entries that it signed itself, and finds them in the log with proofs', async () => {
    const party = await Party.named('notary.receipts.example');
    const parties = join(world.trust, 'parties');
    await mkdir(parties, { recursive: true });
    const entries = await party.case(2, world.random);
    const order = { entries: entries.map(toBase64) };
    expect((await hand.post('/v1/log/entries', order)).code).toBe('evidence.statement_refused');
    await writeFile(join(parties, 'receipts.vkey'), `${printVkey(party.key)}\n`);
    const first = well(await hand.post('/v1/log/entries', order)).body['places'] as readonly {
      readonly index: number;
      readonly again: boolean;
    }[];
    expect(first.map(({ again }) => again)).toEqual([false, false]);
    const again = well(await hand.post('/v1/log/entries', order)).body['places'];
    expect(again).toEqual(first.map(({ index }) => ({ index, again: true })));
    const path = `/v1/log/entries/${first[1]?.index}`;
    const end = performance.now() + waitMsMax;
    let said = await hand.get(path);
    while (said.status === 404 && performance.now() < end) {
      await new Promise((resume) => setTimeout(resume, pauseMs));
      said = await hand.get(path);
    }
    expect(fromBase64(textIn(well(said).body, 'entry'))).toEqual(entries[1]);
    const keys = { log: await logKey(world.trust, tenant, nodeEngine), witnesses: [] };
    const claim = { text: textIn(said.body, 'proof'), entry: entries[1] ?? utf8('') };
    const judged = await judgeLogProof(claim, keys, nodeEngine);
    expect(judged).toMatchObject({ signedByLog: true, flaw: undefined, index: first[1]?.index });
  });

  test('S2-86 members vote over the door; with the last vote the register is a leaf of the log', async () => {
    const { text, line } = await founding(world, tenant);
    const { body } = well(await hand.post('/v1/log/registers', { text }));
    const path = `/v1/log/registers/${textIn(body, 'digest')}/votes`;
    expect((await hand.post(path, await line('bank-a', `${text}x`))).code).toBe(
      'witness.vote_wrong',
    );
    expect((await hand.post(path, await line('regulator'))).code).toBe('witness.vote_wrong');
    const said: Json[] = [];
    for (const name of members) said.push(well(await hand.post(path, await line(name))).body);
    expect(said.map((one) => (one as { adopted: boolean }).adopted)).toEqual([false, false, true]);
    const chain = well(await hand.get('/v1/log/registers')).body['registers'] as readonly Json[];
    expect(chain).toMatchObject([{ adopted: true, votedBy: [...members], flaws: [] }]);
    const worse = text.replace('# delay 86400', '# delay 5');
    expect((await hand.post('/v1/log/registers', { text: worse })).code).toBe(
      'witness.register_unfit',
    );
    const more = { deposit, name: 'r2', schema: 'receipt-record', fields: { 金额: '2.00' } };
    well(await hand.post('/v1/deposits/records', { records: [more] }));
    const built = await packageOf({ hand, world }, deposit);
    expect(built.flaws).toEqual([]);
    const force = built.notices.find(({ code }) => code === 'register_in_force');
    expect(force?.detail).toBe(`1: ${members.join(' ')}`);
    // Staff who see a record masked do not take it out in clear.
    const asked = ['administrator', 'security-officer', 'auditor'].map(async (login) => {
      const staff = await DoorHand.of(world, login, { at: finance });
      const { status } = await staff.get(`/v1/deposits/${deposit}/package`);
      return `${login} ${status}`;
    });
    const answers = ['administrator 403', 'security-officer 403', 'auditor 200'];
    expect(await Promise.all(asked)).toEqual(answers);
  });
});

async function packageOf(
  { hand, world }: { readonly hand: DoorHand; readonly world: Guest },
  deposit: string,
  more: Readonly<Record<string, Uint8Array>> = {},
) {
  well(await hand.post(`/v1/deposits/${deposit}/packages`, {}));
  const { bytes } = well(await hand.get(`/v1/deposits/${deposit}/package`));
  const trust = new Map([...(await trustFiles(world.trust)), ...Object.entries(more)]);
  return verify({ name: 'package.zip', bytes, trust }, nodeEngine);
}
