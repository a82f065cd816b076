import { describe, expect, test } from 'vitest';
import { fen } from '#base/money';
import type { ChannelRequest } from './channel.ts';
import { decideChannel } from './channel.ts';
import { parseDate } from './days.ts';

const limits = {
  ageMin: 18,
  remoteAmountMax: fen(20_000_000n),
  consumerLineMax: fen(20_000_000n),
  consumerMonthsMax: 60,
  businessMonthsMax: 120,
};

const story: ChannelRequest = {
  born: parseDate('1990-03-07'),
  on: parseDate('2026-11-21'),
  purpose: 'CONSUMPTION',
  amount: fen(500_000n),
  months: 12,
  consumerLine: fen(500_000n),
};

const decide = (change: Partial<ChannelRequest>) => decideChannel({ ...story, ...change }, limits);

describe('the channel decision table of requirements C.5', () => {
  test('the story loan of 5,000.00 is signed remotely', () => {
    expect(decide({})).toEqual({ channel: 'remote', reasons: [], dualRecording: false });
  });

  test('S3-11 one cent over 200,000.00 leads to the branch, and so does any housing loan', () => {
    expect(decide({ amount: fen(19_999_999n) }).channel).toBe('remote');
    expect(decide({ amount: fen(20_000_000n) }).channel).toBe('remote');
    expect(decide({ amount: fen(20_000_001n), consumerLine: fen(0n) })).toEqual({
      channel: 'face_to_face',
      reasons: ['amount_face_to_face'],
      dualRecording: true,
    });
    expect(decide({ purpose: 'HOUSING', amount: fen(100n) })).toMatchObject({
      channel: 'face_to_face',
      reasons: ['housing_face_to_face'],
    });
  });

  test('a borrower of 17 years and 364 days is refused, of 18 years not', () => {
    expect(decide({ born: parseDate('2008-11-22') })).toMatchObject({
      channel: 'refused',
      reasons: ['under_age'],
    });
    expect(decide({ born: parseDate('2008-11-21') }).channel).toBe('remote');
  });

  test('60 months of consumption pass and 61 do not; business may run 120', () => {
    expect(decide({ months: 60 }).channel).toBe('remote');
    expect(decide({ months: 61 }).reasons).toEqual(['term_over_limit']);
    expect(decide({ months: 120, purpose: 'BUSINESS' }).channel).toBe('remote');
    expect(decide({ months: 121, purpose: 'BUSINESS' }).channel).toBe('refused');
  });

  test('the line of internet consumer credit binds remote consumer loans only', () => {
    const over = { consumerLine: fen(20_000_001n) };
    expect(decide(over).reasons).toEqual(['consumer_line_over_limit']);
    expect(decide({ ...over, purpose: 'BUSINESS' }).channel).toBe('remote');
    expect(decide({ ...over, amount: fen(20_000_001n) }).channel).toBe('face_to_face');
  });
});
