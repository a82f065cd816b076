import { expect, test } from 'vitest';
import { parseInstant } from '#base/clock';
import { type RequestStanding, requestStandings } from '#business/privacy';
import { keptUnder } from './privacy-shapes.ts';

const told = (standing: RequestStanding) => ({
  request: {
    id: '01900000-0000-7000-8000-000000000001',
    caseId: 'c'.repeat(22),
    kind: 'deletion' as const,
    standing,
    by: 'officer',
    receivedAt: parseInstant('2026-11-22T10:00:00.000+08:00'),
    dueOn: '2026-12-11',
    answeredAt: undefined,
  },
  subject: 's1',
  because: '测试借款人的地址已核对',
  until: null,
});

test.each(requestStandings)(
  'an answer that is %s is kept where it can be told again',
  (standing) => {
    const isLaws = standing === 'erased' || standing === 'restricted';
    // What staff wrote about her is erased with her, also when it was they who asked.
    expect(keptUnder(told(standing)).subject).toBe(isLaws ? 'office' : 's1');
  },
);
