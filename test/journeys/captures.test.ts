/**
 * Photos she takes, over stores in memory: what does not match its digest, its kind or its case.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { toHex, utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { portionOf } from '#business/consent';
import type { Loan } from '#business/lending';
import { chunkBytes } from '#business/signer';
import { demoProduct } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';
import { type SignerRooms, signerRooms } from './signer-rooms.ts';

const dayMs = 86_400_000;
const codeOf = async (action: Promise<unknown>): Promise<string | undefined> =>
  action.then(() => 'nothing was refused', faultCode);

let rooms: SignerRooms;
beforeEach(async () => {
  rooms = await signerRooms();
});

const begin = async () => (await rooms.house.reception.open(demoProduct))(testUnit);

describe('影像', () => {
  const png = (bytes: number) => {
    const photo = new Uint8Array(bytes).fill(3);
    photo.set([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]);
    photo.set(utf8('IHDR'), 12);
    return photo;
  };
  const digest = async (bytes: Uint8Array) => toHex(await nodeEngine.digest('sha256', bytes));
  const take = async (loan: Loan, photo: Uint8Array, changed: object = {}) => {
    const order = {
      kind: 'income',
      media: 'image/png',
      sha256: await digest(photo),
      bytes: photo.length,
      takenAt: '2026-11-21T10:00:00.000+08:00',
      ...changed,
    } as const;
    const { id, missing } = await rooms.captures.open(testUnit, loan.id, order);
    for (const number of missing) {
      const bytes = photo.subarray(number * chunkBytes, (number + 1) * chunkBytes);
      const part = { sha256: await digest(bytes), bytes };
      await rooms.captures.putChunk(testUnit, { caseId: loan.id, id, number }, part);
    }
    return { caseId: loan.id, id };
  };

  test('S1-02 拼好的影像与拍摄时的摘要一致才入库；说是一种文件而是另一种的不收', async () => {
    const loan = await rooms.house.apply();
    const photo = png(2 * chunkBytes + 5);
    const at = await take(loan, photo);
    expect(await rooms.captures.complete(testUnit, at)).toEqual({ sha256: await digest(photo) });
    expect(rooms.rows.chunks.size).toBe(0);
    expect(await rooms.captures.read(testUnit, at)).toEqual(photo);
    const lies = [
      await take(loan, photo, { media: 'image/jpeg' }),
      await take(loan, photo, { sha256: '0'.repeat(64) }),
      await take(loan, utf8('<svg onload="alert(1)">'.padEnd(40))),
      await take(loan, Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0), { media: 'image/jpeg' }),
    ];
    for (const lie of lies) {
      expect(await codeOf(rooms.captures.complete(testUnit, lie))).toBe('signer.capture_differs');
    }
    expect(
      rooms.house.entries(loan.id).filter(({ type }) => type === 'capture.stored'),
    ).toHaveLength(1);
  });

  test('L-PI-04 位置与设备特征不和影像同一把钥匙：各自成段，各有自己的存证', async () => {
    const { house, captures } = rooms;
    const loan = await house.apply();
    for (const kind of ['precise-location', 'device-fingerprint']) {
      const { sha256 } = await house.parts.consents.shown(testUnit.tenant, kind);
      const act = { caseId: loan.id, subject: loan.subject, kind, sha256, accepted: true };
      await house.parts.consents.decide(testUnit, act);
    }
    const place = { latitudeMillionths: 30_000_000, longitudeMillionths: 1, accuracyM: 9 };
    const at = await take(loan, png(40), { place, device: '演示手机' });
    await captures.complete(testUnit, at);
    expect(await captures.known(testUnit, loan.id)).toMatchObject([{ place, device: '演示手机' }]);
    expect(JSON.stringify(house.persons.of(loan.subject))).not.toContain('演示手机');
    const device = portionOf(loan.subject, { kind: 'device-fingerprint', id: at.id });
    house.persons.forget(device);
    expect(await captures.known(testUnit, loan.id)).toMatchObject([{ place, device: null }]);
    const photos = house.entries(loan.id).filter(({ type }) => type === 'capture.stored');
    expect(photos).toHaveLength(3);
  });

  test('清单没有的、没有同意的、别人的、超时的、太多的，都不收', async () => {
    const { captures, house } = rooms;
    const loan = await house.apply();
    expect(await codeOf(take(loan, png(40), { kind: 'selfie' }))).toBe('signer.capture_kind');
    expect(await codeOf(take(loan, png(40), { kind: 'id-front' }))).toBe('consent.missing');
    expect(await codeOf(take(loan, png(40), { device: 'x' }))).toBe('consent.missing');
    const early = await begin();
    expect(await codeOf(take(early.loan, png(40)))).toBe('lending.out_of_order');
    const at = await take(loan, png(40));
    const foreign = { ...at, caseId: early.loan.id };
    expect(await codeOf(captures.complete(testUnit, foreign))).toBe('signer.capture_unknown');
    const beyond = { ...at, number: 1 };
    const part = { sha256: await digest(utf8('x')), bytes: utf8('x') };
    expect(await codeOf(captures.putChunk(testUnit, beyond, part))).toBe('signer.capture_differs');
    house.clock.turn(dayMs + 1);
    expect(await codeOf(captures.complete(testUnit, at))).toBe('signer.capture_unknown');
    let code: string | undefined;
    for (let n = 0; n < 30 && code === undefined; n += 1) {
      code = await take(loan, png(40)).then(() => undefined, faultCode);
    }
    expect(code).toBe('signer.capture_limit');
  });
});
