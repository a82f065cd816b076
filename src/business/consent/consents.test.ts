import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { instantFromMs } from '#base/clock';
import type { TenantId } from '#base/unit';
import type { Evidence } from '#trust/evidence';
import { type ConsentDecision, Consents } from './index.ts';

const unit = { tenant: 'coop' as TenantId };
const at = instantFromMs(1);

test('L-PI-02 a text that is out of force keeps nobody from withdrawing', async () => {
  let held: ConsentDecision = {
    caseId: 'c1',
    kind: 'marketing',
    recipient: '',
    version: '1',
    sha256: 'ab'.repeat(32),
    method: 'tick',
    accepted: true,
    at,
    withdrawnAt: undefined,
  };
  const told: unknown[] = [];
  const evidence = {
    record: async (_unit: unknown, draft: { type: string }) => told.push(draft.type),
  };
  const consents = new Consents({
    store: {
      put: async (_unit, decision) => {
        held = decision;
      },
      ofCase: async () => [held],
    },
    shelf: { text: () => undefined, law: () => ({ whole: () => 30 }) },
    parties: {
      handlerOf: async () => ({ name: 'h', contact: 'c' }),
      recipientOf: async () => undefined,
    },
    evidence: evidence as unknown as Evidence,
    engine: nodeEngine,
    clock: { now: () => at, source: 'TEST' },
  });
  const { caseId, kind } = held;
  expect(await consents.withdraw(unit, { caseId, kind, subject: 's1' })).toEqual({ effect: '' });
  expect(held).toMatchObject({ accepted: false, withdrawnAt: at });
  expect(told).toEqual(['consent.withdrawn']);
});
