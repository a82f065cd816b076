/** Each notice of the verifier stands in one column, once, with everything it is about. */
import { describe, expect, test } from 'vitest';
import { noticePhrases } from '../../../src/doors/phrases/index.ts';
import type { Judged } from './messages.ts';
import { columnsOf } from './sentences.ts';

type Notice = Judged['report']['notices'][number];

const judged = (notices: readonly Notice[]): Judged => ({
  report: {
    file: 'package.zip',
    kind: 'package',
    is: 'valid',
    etsi: { indication: 'TOTAL-PASSED' },
    signatures: [],
    flaws: [],
    notices,
  },
  json: '',
  sha256: '',
  flaws: {},
  notices: noticePhrases,
  examined: {},
  open: [],
});

describe('what is proved, presumed, missing', () => {
  test('what a twin, a stamp over a head and a chain show is proved and not presumed', () => {
    const codes = ['twin_holds', 'head_stamped', 'anchored', 'register_in_force'] as const;
    const notices = codes.map((code) => ({ code, detail: '' }));
    const { proved, presumed, missing } = columnsOf(judged(notices), true, 'en');
    expect(proved).toEqual(codes.map((code) => noticePhrases[code].en));
    expect([presumed.length, missing]).toEqual([1, []]);
  });

  test('what could not be judged is missing', () => {
    const { missing } = columnsOf(
      judged([
        { code: 'twin_not_judged', detail: '' },
        { code: 'revocation_not_checked', detail: '' },
      ]),
      true,
      'zh',
    );
    expect(missing.length).toBe(2);
  });

  test('four simulators are one sentence with four names', () => {
    const notices = ['sms', 'identity', 'bureau', 'core-banking'].map((detail) => ({
      code: 'simulated_gateway' as const,
      detail,
    }));
    const said = (language: 'zh' | 'en') => columnsOf(judged(notices), false, language).presumed;
    expect(said('zh')).toEqual([
      `${noticePhrases.simulated_gateway.zh}（短信、身份核验、征信、核心银行）`,
    ]);
    expect(said('en')).toEqual([
      `${noticePhrases.simulated_gateway.en} (SMS, identity check, credit bureau, core banking)`,
    ]);
  });
});
