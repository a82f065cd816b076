/** A breach: what has to be said, to whom, and that the log knows it was. */
import { beforeEach, expect, test } from 'vitest';
import type { Json } from '#base/canonical';
import { addSeconds, parseInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import { seededRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import { type Breach, Breaches, type BreachStore, noticeOf, untold } from './index.ts';

const unit = { tenant: 'demo' as TenantId } as Unit;
const now = parseInstant('2026-11-21T10:00:00.000+08:00');
const foundAt = parseInstant('2026-11-21T09:00:00.000+08:00');
const words = {
  kinds: '姓名、手机号码',
  cause: '一名离职人员的接口密钥没有及时停用',
  harm: '可能收到冒充机构的电话',
  remedy: '已经停用密钥并更换全部接口凭据',
  advice: '不要向来电者提供验证码，可以更换联系号码',
  contact: '个人信息保护负责人 000-0000-0001',
};
const order = { foundAt, words, persons: 2, averted: undefined, by: 'officer' };
const codeOf = (act: Promise<unknown>) => act.then(() => 'taken', faultCode);

class MemoryBreaches implements BreachStore {
  readonly rows = new Map<string, Breach>();

  async putBreach(_unit: Unit, breach: Breach): Promise<void> {
    this.rows.set(breach.id, breach);
  }

  async breach(_unit: Unit, id: string): Promise<Breach | undefined> {
    return this.rows.get(id);
  }

  async breaches(_unit: Unit, countMax: number): Promise<readonly Breach[]> {
    return [...this.rows.values()].toReversed().slice(0, countMax);
  }
}

let noted: { type: string; values: Record<string, Json> }[];
let breaches: Breaches;

beforeEach(() => {
  noted = [];
  breaches = new Breaches({
    clock: { source: 'TEST_CLOCK', now: () => now },
    random: seededRandom(57),
    store: new MemoryBreaches(),
    register: {
      async note(_unit, { type, disclosures }) {
        const values = disclosures.map(({ name, value }) => [name, value] as const);
        noted.push({ type, values: Object.fromEntries(values) });
        return { hash: '', seq: 0 } as never;
      },
    },
  });
});

test('S2-02 L-PI-12 通知写明种类、原因、危害、补救、个人可以做的和联系方式；缺一项就不能登记', async () => {
  for (const name of Object.keys(words)) {
    const short = { ...order, words: { ...words, [name]: '  ' } };
    expect(() => breaches.record(short), name).toThrow('privacy.breach_malformed');
  }
  const notice = noticeOf(await breaches.record(order)(unit));
  for (const word of Object.values(words)) expect(notice).toContain(word);
  expect(noted).toMatchObject([{ type: 'breach.recorded', values: { notice, persons: 2 } }]);
});

test('S2-02 L-PI-12 主管部门和个人都要通知，通知过一次就记下一次，都在存证里', async () => {
  const { id } = await breaches.record(order)(unit);
  expect((await breaches.list(unit)).map(untold)).toEqual([['authority', 'persons']]);
  const told = { id, audience: 'authority', reference: '网信受理 0001', by: 'officer' } as const;
  expect(untold(await breaches.tell(told)(unit))).toEqual(['persons']);
  expect(await codeOf(breaches.tell(told)(unit))).toBe('privacy.breach_told');
  expect(untold(await breaches.tell({ ...told, audience: 'persons' })(unit))).toEqual([]);
  expect(noted.map(({ type }) => type)).toEqual(['breach.recorded', 'breach.told', 'breach.told']);
  expect(await codeOf(breaches.tell({ ...told, id: 'none' })(unit))).toBe('privacy.breach_unknown');
});

test('L-PI-12 已经有效避免危害的，可以不通知个人，理由留档；主管部门仍要通知', async () => {
  const averted = '泄露的文件是密文，密钥已经销毁';
  const breach = await breaches.record({ ...order, averted })(unit);
  expect(untold(breach)).toEqual(['authority']);
  expect(noted[0]?.values['averted']).toBe(averted);
  expect(() => breaches.record({ ...order, averted: '无' })).toThrow('privacy.breach_malformed');
  const later = { ...order, foundAt: addSeconds(now, 1) };
  expect(() => breaches.record(later)).toThrow('privacy.breach_malformed');
});
