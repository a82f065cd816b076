/**
 * 一次签名，多条记录：来源对一批记录的树根签一次，每条记录各自带着路径，单独即可证明来源说过什么；
 * 邻居的内容不因此泄露；签名不成立，整批不收，不留痕迹。
 */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { equal, fromBase64, fromUtf8, toBase64Url, toHex } from '#base/bytes';
import { canonicalBytes, isObject, type Json } from '#base/canonical';
import { faultCode } from '#base/fault';
import { type Deposit, type RecordOrder, recordsPerBatchMax } from '#business/deposit';
import { parseDisclosures } from '#formats/disclosure';
import { batchMessage, parseEntry, sourceLeaf, sourceMessage } from '#formats/entry';
import { hashLeaf, heldTree, inclusionFlaw } from '#formats/tlog';
import { bareStrings } from '../hostile/log-structure.ts';
import { DepositHouse, source, unit } from './deposit-house.ts';

const schema = {
  $id: 'repayment',
  title: '还款',
  type: 'object',
  properties: { 金额: { type: 'string', format: 'decimal', 'x-sensitivity': 'personal' } },
  required: ['金额'],
  additionalProperties: false,
  'x-signature': 'required',
};
const slots = [{ slot: 'record', title: '记录', kind: 'record', schema: 'repayment' }];
const stranger = { client: '0192a000-0000-7000-8000-000000000002', name: '别的系统' };
const key = 'a'.repeat(24);

let house: DepositHouse;
let deposits: Deposit[];
let privateKey: KeyObject;

beforeEach(async () => {
  house = await DepositHouse.open();
  await house.define(schema);
  deposits = [];
  for (const own of ['one', 'two']) deposits.push(await house.opened(own, { slots }));
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  ({ privateKey } = pair);
  const publicKey = new Uint8Array(pair.publicKey.export({ format: 'der', type: 'spki' }));
  house.sourceKey = { algorithm: 'ecdsa-p256-sha256', publicKey };
});
afterEach(() => house.close());

const blindOf = (nth: number) =>
  toBase64Url(Uint8Array.from({ length: 16 }, (_, at) => (at === 0 ? nth >> 8 : nth + at) % 256));

/** The nth record: of one deposit and the other in turn. */
function orderOf(nth: number, amount = `${nth}.00`): RecordOrder & { readonly blind: string } {
  const deposit = deposits[nth % 2]?.id ?? '';
  const fields = { 金额: amount };
  return { deposit, own: `r${nth}`, schema: 'repayment', fields, blind: blindOf(nth) };
}

const ordersOf = (count: number) => Array.from({ length: count }, (_, nth) => orderOf(nth));

function recordOf({ deposit, own, fields }: RecordOrder) {
  const name = deposits.find(({ id }) => id === deposit)?.own ?? '';
  const given = isObject(fields) ? fields : {};
  return { deposit: name, item: own, schema: 'repayment@1', fields: given };
}

async function messageOver(orders: readonly RecordOrder[]): Promise<Uint8Array> {
  const leaves = await Promise.all(
    orders.map((order) => hashLeaf(sourceLeaf(recordOf(order), order.blind ?? ''), nodeEngine)),
  );
  const { root } = await heldTree(leaves, nodeEngine);
  return batchMessage({ root, size: orders.length });
}

async function signatureOver(orders: readonly RecordOrder[]) {
  const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return { key, value: sign('sha256', await messageOver(orders), options).toString('base64') };
}

const submit = async (
  orders: readonly RecordOrder[],
  signature?: Awaited<ReturnType<typeof signatureOver>>,
) => house.records.submit(source, orders, signature ?? (await signatureOver(orders)))(unit);
const codeOf = (action: Promise<unknown>) => action.then(() => 'nothing was refused', faultCode);

/** What the house keeps of each record: its entry, and what it opens to, by name. */
async function kept() {
  const all = await Promise.all(deposits.map(({ id }) => house.cases.openings(unit, id)));
  const rows = house.log.rows.filter(({ type }) => type === 'deposit.item');
  return Promise.all(
    rows.map(async ({ caseId, seq, bytes }) => {
      const at = deposits.findIndex(({ id }) => id === caseId);
      const encoded = all[at]?.find((one) => one.seq === seq)?.disclosures ?? [];
      const opened = await parseDisclosures(canonicalBytes(encoded.toSorted()), nodeEngine);
      const values = new Map(opened.map(({ name, value }) => [name, value]));
      return { entry: parseEntry(bytes), bytes, encoded, values };
    }),
  );
}

interface Place {
  readonly blind: string;
  readonly index: number;
  readonly path: readonly string[];
  readonly root: string;
  readonly size: number;
}

/** What the entry opens to under `@source`, and of it what it says of the batch. */
function wordOf(values: ReadonlyMap<string, Json>) {
  const { batch, ...word } = values.get('@source') as { readonly [member: string]: Json };
  return { word, batch: batch as unknown as Place };
}

describe('整批签名', () => {
  test('一批五百条，一次签名：每条以自己的路径通到所签的树根，版本写明', async () => {
    const orders = ordersOf(recordsPerBatchMax);
    const signature = await signatureOver(orders);
    const receipts = await submit(orders, signature);
    expect(receipts.map(({ own }) => own)).toEqual(orders.map(({ own }) => own));
    const records = await kept();
    expect(records).toHaveLength(recordsPerBatchMax);
    const roots = new Set<string>();
    for (const { entry, values } of records) {
      expect(entry).toMatchObject({ type: 'deposit.item', batched: true });
      const { batch, word } = wordOf(values);
      expect(word).toMatchObject({ signed: true, key, signature: signature.value, ...source });
      const order = orders.find(({ own }) => own === values.get('@item')) ?? orderOf(0);
      expect([batch.blind, batch.index]).toEqual([order.blind, orders.indexOf(order)]);
      const leaf = await hashLeaf(sourceLeaf(recordOf(order), batch.blind), nodeEngine);
      const proof = batch.path.map(fromBase64);
      const claim = { leaf, index: batch.index, size: batch.size, proof };
      const root = fromBase64(batch.root);
      expect(await inclusionFlaw({ ...claim, root }, nodeEngine)).toBeUndefined();
      roots.add(batch.root);
    }
    expect(roots.size).toBe(1);
  });

  test('批外逐条签名照旧：写的还是旧版本，也没有批', async () => {
    const { blind: _, ...order } = orderOf(0);
    const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    const value = sign('sha256', sourceMessage(recordOf(order)), options).toString('base64');
    await house.records.submit(source, [{ ...order, signature: { key, value } }])(unit);
    const [record] = await kept();
    expect(record?.entry.batched).toBeUndefined();
    expect(record?.values.get('@source')).not.toHaveProperty('batch');
  });

  test('共享密钥也可以签一批，记录里没有公钥', async () => {
    const secret = new Uint8Array(32).fill(9);
    house.sourceKey = { algorithm: 'hmac-sha256', secret };
    const orders = ordersOf(3);
    const value = createHmac('sha256', secret)
      .update(await messageOver(orders))
      .digest('base64');
    await submit(orders, { key, value });
    const [record] = await kept();
    const word = record?.values.get('@source');
    expect(word).toMatchObject({ algorithm: 'hmac-sha256', signed: true });
    expect(word).not.toHaveProperty('publicKey');
  });

  test('同样的记录再来一次，盲值与签名都换新的，还是原来的那些；新的接在后面', async () => {
    const first = await submit(ordersOf(5));
    const again = ordersOf(7).map((order, nth) => ({ ...order, blind: blindOf(nth + 100) }));
    const receipts = await submit(again);
    expect(receipts.slice(0, 5)).toEqual(first);
    const records = await kept();
    expect(records).toHaveLength(7);
    expect(records.map(({ values }) => wordOf(values).batch.size)).toEqual([5, 5, 5, 5, 5, 7, 7]);
  });
});

describe('整批签名不成立', () => {
  const good = () => ordersOf(6);

  test.each<readonly [string, string, () => Promise<unknown>]>([
    [
      '次序换过',
      'deposit.batch_wrong',
      async () => {
        return submit(good().toReversed(), await signatureOver(good()));
      },
    ],
    [
      '少了一条',
      'deposit.batch_wrong',
      async () => {
        return submit(good().slice(1), await signatureOver(good()));
      },
    ],
    [
      '多了一条',
      'deposit.batch_wrong',
      async () => submit(ordersOf(7), await signatureOver(good())),
    ],
    [
      '一条的金额改过',
      'deposit.batch_wrong',
      async () => {
        const changed = good().map((one, nth) => (nth === 3 ? orderOf(3, '9.99') : one));
        return submit(changed, await signatureOver(good()));
      },
    ],
    [
      '一条的盲值改过',
      'deposit.batch_wrong',
      async () => {
        const changed = good().map((one, nth) => (nth === 3 ? { ...one, blind: blindOf(9) } : one));
        return submit(changed, await signatureOver(good()));
      },
    ],
    [
      '记到别的案卷',
      'deposit.batch_wrong',
      async () => {
        const deposit = deposits[0]?.id ?? '';
        const moved = good().map((one) => ({ ...one, deposit }));
        return submit(moved, await signatureOver(good()));
      },
    ],
    [
      '别的密钥',
      'deposit.batch_wrong',
      async () => {
        const signature = await signatureOver(good());
        const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
        const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
        house.sourceKey = { algorithm: 'ecdsa-p256-sha256', publicKey: spki };
        return submit(good(), signature);
      },
    ],
    [
      '没有这把密钥',
      'deposit.batch_wrong',
      async () => {
        const signature = await signatureOver(good());
        house.sourceKey = undefined;
        return submit(good(), signature);
      },
    ],
    [
      '签的是一条记录而不是一批',
      'deposit.batch_wrong',
      async () => {
        const [one = orderOf(0)] = good();
        const options = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
        const value = sign('sha256', sourceMessage(recordOf(one)), options).toString('base64');
        return submit([one], { key, value });
      },
    ],
    ['不是 base64', 'deposit.batch_wrong', () => submit(good(), { key, value: '*' })],
    [
      '一条另有自己的签名',
      'deposit.batch_mixed',
      async () => {
        const signature = await signatureOver(good());
        const mixed = good().map((one, nth) => (nth === 2 ? { ...one, signature } : one));
        return submit(mixed, signature);
      },
    ],
    [
      '有盲值而没有整批签名',
      'deposit.batch_mixed',
      async () => {
        return house.records.submit(source, good())(unit);
      },
    ],
    [
      '一条没有盲值',
      'deposit.blind_wrong',
      async () => {
        const { blind: _, ...bare } = orderOf(2);
        return submit(good().map((one, nth) => (nth === 2 ? bare : one)));
      },
    ],
    ['盲值太短', 'deposit.blind_wrong', () => submit([{ ...orderOf(0), blind: 'AAAA' }])],
    [
      '盲值有另一种写法',
      'deposit.blind_wrong',
      async () => {
        return submit([{ ...orderOf(0), blind: `${'A'.repeat(21)}B` }]);
      },
    ],
    [
      '两条用同一个盲值',
      'deposit.blind_wrong',
      () => submit(good().map((one) => ({ ...one, blind: blindOf(1) }))),
    ],
    [
      '同一条来了两次',
      'deposit.name_taken',
      () => submit([...good(), { ...orderOf(2), blind: blindOf(50) }]),
    ],
    ['一条不合模式', 'deposit.record_malformed', () => submit([orderOf(0), orderOf(1, '许多')])],
    [
      '一条的名称已是别的内容',
      'deposit.name_taken',
      async () => {
        await submit([orderOf(4, '7.00')]);
        house.log.rows.pop();
        return submit(good());
      },
    ],
    ['太多', 'deposit.too_many', () => submit(ordersOf(recordsPerBatchMax + 1))],
    ['一条也没有', 'deposit.too_many', () => submit([], { key, value: 'AAAA' })],
  ])('%s：整批不收，%s，日志里一条也没有', async (_, code, act) => {
    expect(await codeOf(act())).toBe(code);
    expect(house.log.rows.filter(({ type }) => type === 'deposit.item')).toEqual([]);
  });

  test('同一单元里别人的批照收：错的那一批不留痕迹', async () => {
    const [one, two] = [ordersOf(2), [orderOf(2), orderOf(3)]];
    const wrong = house.records.batch(source, two, await signatureOver(one));
    const right = house.records.batch(source, one, await signatureOver(one));
    const foreign = house.records.batch(stranger, [orderOf(5)], await signatureOver([orderOf(5)]));
    const batches = [wrong, right, foreign];
    const said = await house.records.submitAll(unit, batches, { wait: false });
    const codes = said.map((each) => (each.is === 'refused' ? faultCode(each.because) : each.is));
    expect(codes).toEqual(['deposit.batch_wrong', 'ok', 'deposit.unknown']);
    expect(await kept()).toHaveLength(2);
  });
});

describe('邻居', () => {
  /** What a thief who holds record 4 tries for record 5: all amounts below a thousand. */
  async function found(target: Uint8Array, blind: string | undefined): Promise<boolean> {
    for (let cents = 0; cents < 100_000; cents += 100) {
      const record = recordOf(orderOf(5, `${cents / 100}.00`));
      const bytes = blind === undefined ? sourceMessage(record) : sourceLeaf(record, blind);
      if (equal(await hashLeaf(bytes, nodeEngine), target)) return true;
    }
    return false;
  }

  test('S4-14 持有一条记录的人猜不出邻居；没有盲值就猜得出', async () => {
    await submit(ordersOf(8));
    const records = await kept();
    const mine = records.find(({ values }) => values.get('@item') === 'r4');
    const [shown = ''] = wordOf(mine?.values ?? new Map()).batch.path;
    const neighbour = fromBase64(shown);
    expect(await found(neighbour, undefined)).toBe(false);
    expect(await found(neighbour, blindOf(4))).toBe(false);
    expect(await found(neighbour, toBase64Url(new Uint8Array(16)))).toBe(false);
    // The test can find it: with the blind it is there, and without one it would have been.
    expect(await found(neighbour, blindOf(5))).toBe(true);
    const bare = await hashLeaf(sourceMessage(recordOf(orderOf(5))), nodeEngine);
    expect(await found(bare, undefined)).toBe(true);
  });

  test('日志里没有树根、路径、盲值：每个三十二字节的串都由不在日志里的盐盖住', async () => {
    await submit(ordersOf(8));
    const records = await kept();
    const own = house.log.rows.filter(({ caseId }) => deposits.some(({ id }) => id === caseId));
    const entries = own.map(({ bytes }) => bytes);
    const text = entries.map(fromUtf8).join('\n');
    for (const { values } of records) {
      const { blind, path, root } = wordOf(values).batch;
      for (const secret of [root, ...path]) {
        const bytes = fromBase64(secret);
        for (const spelled of [secret, toBase64Url(bytes), toHex(bytes)]) {
          expect(text).not.toContain(spelled);
        }
      }
      expect(text).not.toContain(blind);
    }
    const all = await Promise.all(deposits.map(({ id }) => house.cases.openings(unit, id)));
    const openings = all.flat().flatMap(({ disclosures }) => disclosures ?? []);
    const log = { entries, openings, salted: [], open: [] };
    // Environment, list, schema and slots are explained elsewhere: here it is about the records.
    const bare = (await bareStrings(log)).filter(({ path }) => !/\.(?:env|of\.)/.test(path));
    expect(bare.map(({ path }) => path)).toEqual([]);
  });
});
