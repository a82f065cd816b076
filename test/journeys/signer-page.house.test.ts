/**
 * What the signer's page leans on, over HTTP against a whole house: going on where she left, on
 * another device, her photos, her clauses, and what she and a stranger hold afterwards.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { findPlainText, openDatabase } from '#adapters/postgres';
import { fromHex, toBase64, toHex } from '#base/bytes';
import { systemRandom } from '#base/random';
import { textIn } from '#doors/phone';
import { checkPhrase } from '#formats/phrase';
import { databasePasswords, urlOf } from '../../src/main/estate/database-access.ts';
import { guestWith } from '../visit.ts';
import { Borrower, consentsToApply } from './borrower.ts';
import type { Members } from './hand.ts';
import { lin } from './people.ts';
import { apply, well } from './walks.ts';

const openMsMax = 60_000;
/** Its job waits a second and a half for a younger list of revocations. */
const raisedMsMax = 20_000;
const chunkBytes = 256 * 1024;

describe('签署页背后的房子', () => {
  const world = guestWith(1_227);
  let borrower: Borrower;

  beforeAll(async () => {
    borrower = new Borrower(world, lin);
  }, openMsMax);

  const progress = async (): Promise<Members> =>
    well(await borrower.hand.get(`/v1/cases/${borrower.caseId}/progress`)).body;
  const next = async () => (await progress())['next'];
  const facts = async (type: string) =>
    (await borrower.timeline()).filter((row) => row.type === type).map((row) => row.facts);

  /** The place rests on that consent alone: it is gone with it, and the photo is not. */
  const placeGoesAlone = async (
    told: { readonly capture: string; readonly sha256: string; readonly place: object },
    photo: Uint8Array,
  ) => {
    const { capture, sha256, place } = told;
    const known = async () => well(await borrower.hand.get('/v1/me/data')).body['photos'];
    expect(await known()).toEqual([expect.objectContaining({ sha256, place })]);
    well(await borrower.hand.post('/v1/consents/precise-location/withdrawal', {}));
    expect(await known()).toEqual([expect.objectContaining({ sha256, place: null })]);
    expect((await borrower.hand.get(`/v1/captures/${capture}/photo`)).bytes).toEqual(photo);
  };

  test('产品、样本合同、机构公钥人人可见；立案之后一次读取即知下一步', async () => {
    const { products } = well(await borrower.hand.get('/v1/products')).body;
    expect(products).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'rural-loan-demo' })]),
    );
    const sample = well(await borrower.hand.get('/v1/rehearsal/document'));
    expect(Buffer.from(sample.bytes.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(textIn(well(await borrower.hand.get('/v1/trust')).body, 'authority')).not.toBe('');

    well(await borrower.open());
    expect(await progress()).toMatchObject({ next: 'agreement', documents: [], intent: null });
    well(await borrower.consent('esign-agreement'));
    expect(await next()).toBe('consents');
    for (const kind of consentsToApply) well(await borrower.consent(kind));
    expect(await next()).toBe('application');
  });

  test('换一台设备继续：接续码只用一次，五分钟内有效，换过设备记入同一条证据链', async () => {
    const path = `/v1/cases/${borrower.caseId}`;
    const older = textIn(well(await borrower.hand.post(`${path}/handovers`, {})).body, 'secret');
    const { body } = well(await borrower.hand.post(`${path}/handovers`, {}));
    const secret = textIn(body, 'secret');
    expect(body['link']).toBe(`/sign#h.${secret}`);

    const tablet = new Borrower(world, lin);
    const redeem = (of: string) => tablet.hand.post('/v1/handovers/redeem', { secret: of });
    expect((await redeem(older)).code).toBe('signer.handover_refused');
    const given = well(await redeem(secret)).body;
    expect(given).toMatchObject({ case: borrower.caseId, application: borrower.application });
    expect((await redeem(secret)).code).toBe('signer.handover_refused');
    expect(await facts('session.handed_over')).toEqual([
      { state: 'agreed', by: 'borrower', entrance: 'web' },
    ]);

    tablet.hand.token = textIn(given, 'token');
    const there = well(await tablet.hand.get(`${path}/progress`)).body;
    expect(there).toMatchObject({ next: 'application', session: { refresh: false } });
    const fresh = well(await tablet.hand.post(`${path}/tokens`, { token: tablet.hand.token })).body;
    expect((await tablet.hand.get(`${path}/progress`)).status).toBe(200);
    const old = tablet.hand.token;
    tablet.hand.token = textIn(fresh, 'token');
    well(await tablet.hand.post(`${path}/tokens/end`, { token: old }));
    expect((await tablet.hand.get(`${path}/progress`, { token: old })).status).toBe(401);
    expect((await tablet.hand.get(`${path}/progress`)).status).toBe(200);
    well(await tablet.hand.post(`${path}/tokens/end`, { token: tablet.hand.token }));
    expect((await tablet.hand.get(`${path}/progress`)).status).toBe(401);
  });

  test('S1-23 影像：拍摄时的摘要先到，断了再续，少一块、改一字节、换一种文件都不收', async () => {
    const path = `/v1/cases/${borrower.caseId}/captures`;
    const photo = new Uint8Array(chunkBytes + 1000).fill(7);
    photo.set([0xff, 0xd8, 0xff, 0xe0]);
    photo.set([0xff, 0xd9], photo.length - 2);
    const digest = async (bytes: Uint8Array) => toHex(await nodeEngine.digest('sha256', bytes));
    const sha256 = await digest(photo);
    const told = {
      kind: 'id-front',
      media: 'image/jpeg',
      sha256,
      bytes: photo.length,
      takenAt: '2026-11-21T10:00:00.000+08:00',
    };
    expect((await borrower.hand.post(path, told)).code).toBe('consent.missing');
    well(await borrower.consent('id-card-image'));
    const place = {
      latitudeMillionths: 30_512_345,
      longitudeMillionths: 114_254_321,
      accuracyM: 12,
    };
    expect((await borrower.hand.post(path, { ...told, place })).code).toBe('consent.missing');
    well(await borrower.consent('precise-location'));
    const over = { ...told, bytes: 5 * 1024 * 1024 };
    expect((await borrower.hand.post(path, over)).code).toBe('signer.capture_limit');

    const opened = well(await borrower.hand.post(path, { ...told, place })).body;
    expect(opened).toMatchObject({ chunkBytes, missing: [0, 1] });
    const capture = textIn(opened, 'capture');
    const chunks = [photo.subarray(0, chunkBytes), photo.subarray(chunkBytes)];
    const put = async (n: number, bytes: Uint8Array = chunks[n] ?? photo) =>
      borrower.hand.put(`/v1/captures/${capture}/chunks/${n}`, {
        sha256: await digest(bytes),
        data: toBase64(bytes),
      });
    const complete = () => borrower.hand.post(`/v1/captures/${capture}/completion`, {});
    expect(well(await put(1)).body).toEqual({ missing: [0] });
    expect((await complete()).code).toBe('signer.capture_incomplete');
    expect((await put(0, photo.subarray(1, chunkBytes))).code).toBe('signer.capture_differs');
    const { captures } = (await progress()) as { captures: { open: readonly Members[] } };
    expect(captures.open).toEqual([
      { id: capture, kind: 'id-front', bytes: photo.length, chunkBytes, missing: [0] },
    ]);
    expect(well(await put(0)).body).toEqual({ missing: [] });
    expect(well(await complete()).body).toEqual({ capture, sha256 });
    expect(well(await complete()).body).toEqual({ capture, sha256 });
    expect((await borrower.hand.get(`/v1/captures/${capture}/photo`)).bytes).toEqual(photo);
    expect(await facts('capture.stored')).toEqual([
      expect.objectContaining({ kind: 'id-front', sha256 }),
      { kind: 'place', of: sha256, place: '***' },
    ]);
    await placeGoesAlone({ capture, sha256, place }, photo);

    const stranger = await apply(new Borrower(world, { ...lin }));
    const other = await stranger.hand.get(`/v1/captures/${capture}/photo`);
    expect(other.code).toBe('signer.capture_unknown');
  });

  test('S1-34 强制阅读与逐条确认由服务器执行：没有确认的条款，不发验证码', async () => {
    well(await borrower.submit());
    expect(await progress()).toMatchObject({
      next: 'authorisations',
      reading: { documents: [expect.any(String), expect.any(String)], secondsMin: 2 },
    });
    const both = [
      await borrower.document('pi-authorisation'),
      await borrower.document('credit-authorisation'),
    ];
    for (const document of both) await borrower.read(document);
    expect(await progress()).toMatchObject({ reading: { secondsRead: 2, secondsLeft: 0 } });
    const session = await borrower.session(both);
    expect(await progress()).toMatchObject({ intent: { id: session.intent, certified: true } });
    for (const document of both) well(await borrower.sign(document, session));
    well(await borrower.assess());
    const sheet = await borrower.document('cost-sheet');
    await borrower.read(sheet);
    well(await borrower.confirmDocument(sheet));

    const contract = await borrower.document('loan-contract');
    expect(contract.clauses.length).toBeGreaterThan(3);
    await borrower.read({ ...contract, clauses: contract.clauses.slice(1) });
    const [first] = contract.clauses;
    expect((await borrower.ask([contract])).code).toBe('contract.clause_unconfirmed');
    const path = `/v1/contracts/${contract.id}/clauses`;
    const wrong = await borrower.hand.post(`${path}/${first?.id}/confirm`, {
      sha256: '0'.repeat(64),
    });
    expect(wrong.code).toBe('contract.digest_differs');
    const nowhere = await borrower.hand.post(`${path}/nowhere/confirm`, {
      sha256: contract.sha256,
    });
    expect(nowhere.code).toBe('contract.clause_unknown');
    well(await borrower.confirmClause(contract, first?.id ?? ''));
    well(await borrower.confirmClause(contract, first?.id ?? ''));
    expect(await facts('clause.confirmed')).toHaveLength(contract.clauses.length);
    well(await borrower.sign(contract, await borrower.session([contract])));
    await borrower.until('loan_signed');
  });

  test('凭据：保全号、六个词、查询凭据；错的与没有的得到同一个答复', async () => {
    const receipt = well(
      await borrower.hand.post(`/v1/cases/${borrower.caseId}/receipts`, {}),
    ).body;
    const again = well(await borrower.hand.post(`/v1/cases/${borrower.caseId}/receipts`, {})).body;
    expect(again).toEqual(receipt);
    const held = receipt['contract'] as Members;
    const sha256 = fromHex(textIn(held, 'sha256'));
    expect(held['phrase']).toEqual(checkPhrase(sha256));
    const contract = await borrower.document('loan-contract');
    const file = await borrower.hand.get(`/v1/contracts/${contract.id}/revisions/2`);
    expect(await nodeEngine.digest('sha256', file.bytes)).toEqual(sha256);

    expect(await borrower.receiptMessage()).toContain(checkPhrase(sha256).join(' '));

    // What is appended so that the signatures stay valid makes no other contract of it.
    const later = `/v1/contracts/${contract.id}/revisions/3`;
    await expect
      .poll(async () => (await borrower.hand.get(later)).status, { timeout: raisedMsMax })
      .toBe(200);
    const raised = await borrower.hand.get(later);
    expect(raised.bytes.subarray(0, file.bytes.length)).toEqual(file.bytes);
    expect(
      well(await borrower.hand.post(`/v1/cases/${borrower.caseId}/receipts`, {})).body,
    ).toEqual(receipt);

    const stranger = new Borrower(world, lin).hand;
    const [number, secret] = [textIn(receipt, 'preservationNumber'), textIn(receipt, 'secret')];
    const found = well(await stranger.post('/v1/lookups', { number, secret })).body;
    expect(found).toMatchObject({ number, standing: 'signed', contract: held });
    expect(JSON.stringify(found)).not.toContain(lin.name);
    const wrong = await stranger.post('/v1/lookups', { number, secret: 'A'.repeat(22) });
    const none = { number: `FB${'0'.repeat(18)}`, secret };
    const missing = await stranger.post('/v1/lookups', none);
    const plain = ({ body }: { body: Members }) => ({ ...body, requestId: '' });
    expect(plain(missing)).toEqual(plain(wrong));
    expect(wrong).toMatchObject({ status: 404, code: 'signer.lookup_unknown' });
  });

  test('满意度只留分数，话进了保险库；照片、位置与凭据在库里都不是明文', async () => {
    const said = { score: 4, words: '字再大一点就更好' };
    const path = `/v1/cases/${borrower.caseId}/satisfaction`;
    expect(well(await borrower.hand.post(path, said)).body).toEqual({ thanks: true });
    const { body } = well(await borrower.hand.post(`/v1/cases/${borrower.caseId}/receipts`, {}));
    const { estate } = world.house;
    const passwords = await databasePasswords(estate, systemRandom);
    const owner = openDatabase(urlOf(estate, 'fubie_owner', { external: undefined, passwords }));
    try {
      const words = [said.words, '114254321', textIn(body, 'secret')];
      const tenants = ['demo-credit-cooperative'];
      expect(await findPlainText(owner, { tenants, words })).toEqual([]);
    } finally {
      await owner.close();
    }
  });
});
