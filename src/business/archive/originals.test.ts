import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { TenantObjects } from '#adapters/objects';
import { utf8 } from '#base/bytes';
import { addSeconds, type Instant, parseInstant } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import type { ObjectName } from '#business/tenancy';
import type { EntryDraft } from '#trust/evidence';
import { type CheckedOriginal, Originals, recheckSecondsMax } from './index.ts';

const house = mkdtempSync(join(tmpdir(), 'fubie-originals-'));
afterAll(() => rmSync(house, { recursive: true, force: true }));
const unit: Unit = { tenant: 'bank' as TenantId };

test('originals are re-hashed: damage is an entry and an alarm until it is undone', async () => {
  const objects = new TenantObjects({ house, own: async () => undefined });
  const names: ObjectName[] = [];
  for (const text of ['one', 'two', 'three']) names.push(await objects.put(unit, utf8(text)));
  let now = parseInstant('2026-11-22T10:00:00.000+08:00');
  const held = new Map<string, CheckedOriginal & { at: Instant }>();
  const noted: Omit<EntryDraft, 'caseId'>[] = [];
  const originals = new Originals({
    units: { run: async (_tenant, action) => action(unit) },
    clock: { source: 'TEST_CLOCK', now: () => now },
    objects,
    evidence: {
      note: async (_unit, draft) => {
        noted.push(draft);
        return { hash: '', caseTag: '', seq: 0, at: now };
      },
    },
    rows: {
      due: async (_unit, { before, damagedBefore }) =>
        names.filter(({ sha256 }) => {
          const last = held.get(sha256);
          return last === undefined || last.at < (last.isSound ? before : damagedBefore);
        }),
      checked: async (_unit, at, all) => {
        for (const one of all) held.set(one.sha256, { ...one, at });
      },
    },
  });
  const [, two] = names;
  const path = join(house, 'bank', two?.sha256.slice(0, 2) ?? '', two?.sha256 ?? '');
  expect(await originals.check(unit.tenant)).toEqual({ checked: 3, damaged: [] });
  expect(await originals.check(unit.tenant)).toEqual({ checked: 0, damaged: [] });

  await chmod(path, 0o600);
  await writeFile(path, 'TWO');
  now = addSeconds(now, recheckSecondsMax + 1);
  expect(await originals.check(unit.tenant)).toEqual({ checked: 3, damaged: [two?.sha256] });
  expect(noted.at(-1)).toMatchObject({
    type: 'originals.checked',
    disclosures: [{ value: 3 }, { value: [two?.sha256] }],
  });
  await rm(path);
  now = addSeconds(now, 601);
  expect(await originals.check(unit.tenant)).toEqual({ checked: 1, damaged: [two?.sha256] });
  await objects.put(unit, utf8('two'));
  now = addSeconds(now, 601);
  expect(await originals.check(unit.tenant)).toEqual({ checked: 1, damaged: [] });
});
