import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LawRule } from '#business/catalog';
import { addMonths, type CalendarDate, parseDate } from '#business/lending';
import { type CaseFacts, deletionOf } from './case-facts.ts';
import {
  isOver,
  type RetentionRule,
  retentionOf,
  retentionOnRequest,
  retentionRules,
} from './retention.ts';
import { workingDaysAfter } from './working-days.ts';

const table = join(import.meta.dirname, '../../../catalog/law/retention.json');
const rulesOfFile = async (): Promise<readonly RetentionRule[]> => {
  const { rules } = JSON.parse(await readFile(table, 'utf8')) as { rules: LawRule[] };
  return retentionRules(rules);
};
const on = (text: string) => parseDate(text);

const settled: CaseFacts = {
  caseId: 'case-1',
  subject: 'subject-1',
  product: 'rural-loan',
  productVersion: '2026-1',
  state: 'settled',
  openedOn: on('2026-11-21'),
  decidedOn: on('2026-11-21'),
  endedOn: on('2027-11-30'),
  standing: 'open',
};

describe('保存期限', () => {
  test('L-PI-04 按信息类别逐组计算：身份与交易自关系终止十年，拒绝的申请自决定六个月', async () => {
    const rules = await rulesOfFile();
    const until = (kind: string, starts: Record<string, CalendarDate>) => {
      const term = retentionOf({ kinds: [kind], starts }, rules, []);
      return term.is === 'until' ? term.until : term.is;
    };
    expect(until('customer-identity', { 'relation.ended': on('2027-11-30') })).toBe('2037-11-30');
    expect(until('transaction-record', { 'transaction.ended': on('2027-11-30') })).toBe(
      '2037-11-30',
    );
    expect(until('refused-application', { 'decision.made': on('2026-08-31') })).toBe('2027-02-28');
    expect(until('raw-template', { 'verification.done': on('2026-11-21') })).toBe('2026-11-21');
    expect(until('insurance-short', { 'contract.ended': on('2026-11-21') })).toBe('2031-11-21');
    expect(until('insurance-long', { 'contract.ended': on('2026-11-21') })).toBe('2036-11-21');
    expect(until('securities-account', { 'relation.ended': on('2026-11-21') })).toBe('2046-11-21');
    expect(until('network-log', { 'record.made': on('2026-11-21') })).toBe('2027-05-21');
    expect(until('impact-assessment', { 'record.made': on('2026-11-21') })).toBe('2029-11-21');
    // Running from creation would let a contract of 12 months go a year too soon (C.15 no. 9).
    expect(until('transaction-record', { 'record.made': on('2026-11-21') })).toBe('waiting');
  });

  test('闰日起算的期限止于二月末日，当日仍应保存', async () => {
    const rules = await rulesOfFile();
    const facts = {
      kinds: ['customer-identity'],
      starts: { 'relation.ended': on('2024-02-29') },
    };
    const term = retentionOf(facts, rules, []);
    expect(term).toMatchObject({ is: 'until', until: '2034-02-28' });
    expect(isOver(term, on('2034-02-28'))).toBe(false);
    expect(isOver(term, on('2034-03-01'))).toBe(true);
  });

  test('多项规定并存时取最长的最低期限；不良信息的五年是上限；法律保全期间一律不删', async () => {
    const rules = await rulesOfFile();
    const starts = {
      'certificate.expired': on('2027-01-01'),
      'relation.ended': on('2027-11-30'),
      'event.ended': on('2027-06-01'),
    };
    const both = { kinds: ['certification-information', 'customer-identity'], starts };
    expect(retentionOf(both, rules, [])).toMatchObject({ until: '2037-11-30' });
    const capped = { kinds: ['customer-identity', 'negative-credit'], starts };
    expect(retentionOf(capped, rules, [])).toMatchObject({ until: '2032-06-01' });
    const hold = { authority: 'court', placedOn: on('2030-01-01') };
    const held = retentionOf(both, rules, [hold]);
    expect(held).toMatchObject({ is: 'held', after: { until: '2037-11-30' } });
    expect(isOver(held, on('2999-01-01'))).toBe(false);
  });

  test('没有规定的类别不猜：既不当作永久，也不当作可删', async () => {
    const rules = await rulesOfFile();
    const facts = { kinds: ['horoscope'], starts: {} };
    expect(() => retentionOf(facts, rules, [])).toThrow('privacy.rule_missing');
  });

  test('任意规则组合：期限不早于任一最低期限，不晚于任一上限；保全绝不到期', () => {
    const day = fc
      .integer({ min: 0, max: 20_000 })
      .map((days) => on(new Date(days * 86_400_000).toISOString().slice(0, 10)));
    const rule = fc.record({
      kind: fc.constantFrom('a', 'b', 'c'),
      start: fc.constantFrom('s', 't'),
      bound: fc.constantFrom('minimum' as const, 'cap' as const, 'default' as const),
      count: fc.integer({ min: 0, max: 400 }),
      unit: fc.constantFrom('years' as const, 'months' as const, 'days' as const),
      basis: fc.constant('x'),
      article: fc.constant('1'),
    });
    const rulesArb = fc.array(rule, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(rulesArb, day, day, (rules, s, t) => {
        const facts = { kinds: [...new Set(rules.map(({ kind }) => kind))], starts: { s, t } };
        const term = retentionOf(facts, rules, []);
        if (term.is !== 'until') throw new Error('both events have happened');
        const last = (one: RetentionRule): string => {
          const from = one.start === 's' ? s : t;
          if (one.unit === 'days') {
            return new Date(Date.parse(from) + one.count * 86_400_000).toISOString().slice(0, 10);
          }
          return addMonths(from, one.unit === 'years' ? one.count * 12 : one.count);
        };
        const caps = rules.filter(({ bound }) => bound === 'cap').map(last);
        const floors = rules.filter(({ bound }) => bound !== 'cap').map(last);
        for (const cap of caps) expect(term.until <= cap).toBe(true);
        const longest = floors.toSorted().at(-1) ?? '';
        const lowestCap = caps.toSorted()[0];
        if (lowestCap === undefined || longest <= lowestCap) {
          for (const floor of floors) expect(term.until >= floor).toBe(true);
        }
        const hold = { authority: 'court', placedOn: s };
        expect(isOver(retentionOf(facts, rules, [hold]), on('2999-12-31'))).toBe(false);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe('要求删除', () => {
  test('L-PI-11 法定期限未满的转为限制处理并说明到期日；无法定期限的立即删除；履行中的合同不删', async () => {
    const rules = await rulesOfFile();
    const law = { rules, holds: [] };
    expect(deletionOf(settled, law, on('2028-01-01'))).toEqual({
      is: 'restricted',
      because: '反洗钱法（2024年修订） 34',
      until: '2037-11-30',
    });
    expect(deletionOf(settled, law, on('2037-12-01'))).toEqual({ is: 'erased' });
    const refused: CaseFacts = { ...settled, state: 'refused', endedOn: undefined };
    expect(deletionOf(refused, law, on('2026-11-22'))).toEqual({ is: 'erased' });
    const started: CaseFacts = { ...refused, state: 'applied', decidedOn: undefined };
    expect(deletionOf(started, law, on('2026-11-22'))).toEqual({ is: 'erased' });
    const running: CaseFacts = { ...settled, state: 'repaying', endedOn: undefined };
    expect(deletionOf(running, law, on('2028-01-01'))).toMatchObject({ is: 'refused' });
    const holds = [{ authority: 'regulator', placedOn: on('2026-11-21') }];
    expect(deletionOf(refused, { rules, holds }, on('2026-11-22'))).toMatchObject({
      is: 'restricted',
      because: '法律保全：regulator',
    });
  });

  test('自设的期限对抗不了本人的请求，法定的可以', async () => {
    const rules = await rulesOfFile();
    const refused = {
      kinds: ['refused-application'],
      starts: { 'decision.made': on('2026-11-21') },
    };
    expect(retentionOf(refused, rules, [])).toMatchObject({ until: '2027-05-21' });
    expect(retentionOnRequest(refused, rules, [])).toEqual({ is: 'none' });
    const kept = { kinds: ['customer-identity'], starts: { 'relation.ended': on('2026-11-21') } };
    expect(retentionOnRequest(kept, rules, [])).toMatchObject({ until: '2036-11-21' });
  });
});

test('十五个工作日：周末不计，节假日未知而不扣除，只会更早', () => {
  expect(workingDaysAfter(on('2026-11-21'), 15)).toBe('2026-12-11');
  expect(workingDaysAfter(on('2026-11-20'), 1)).toBe('2026-11-23');
  expect(workingDaysAfter(on('2026-11-20'), 0)).toBe('2026-11-20');
  expect(() => workingDaysAfter(on('2026-11-20'), -1)).toThrow('privacy.rule_missing');
});
