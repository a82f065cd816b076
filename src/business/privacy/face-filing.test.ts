import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseInstant } from '#base/clock';
import type { TenantId } from '#base/unit';
import { LawOfDay, type LawRule } from '#business/catalog';
import { FaceFiling } from './face-filing.ts';

const file = new URL('../../../catalog/law/personal-rights.json', import.meta.url);
const unit = { tenant: 'test-coop' as TenantId };
const now = parseInstant('2026-11-23T09:00:00.000+08:00');

test('L-PI-15 存储人脸满十万人的，自达到之日起三十个工作日内备案；少一人不必，看得见差多少', async () => {
  const { rules } = JSON.parse(await readFile(file, 'utf8')) as { rules: LawRule[] };
  const law = new LawOfDay('personal-rights', new Map(rules.map((rule) => [rule.name, rule])));
  const shelf = { law: () => law, version: () => undefined };
  const asked: { kinds: readonly string[]; nth: number }[] = [];
  const filing = (count: number) =>
    new FaceFiling({
      shelf,
      now: () => now,
      book: {
        persons: async (_unit, order) => {
          asked.push(order);
          return { count, nthAt: count < order.nth ? undefined : now };
        },
      },
    }).of(unit);
  expect(await filing(99_999)).toEqual({ persons: 99_999, filedFrom: 100_000, dueOn: null });
  expect(await filing(100_000)).toMatchObject({ persons: 100_000, dueOn: '2027-01-04' });
  // A photo that shows the face counts, whether or not anything compares it.
  expect(asked[0]?.kinds).toContain('holder');
});
