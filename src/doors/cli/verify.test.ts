import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import type { Report } from '#trust/verify';
import { printVerdict, readJudgingTime, runVerify, verdictText } from './index.ts';

const report: Report = {
  file: 'package.zip',
  kind: 'package',
  is: 'invalid',
  because: 'intent_not_attested',
  etsi: { indication: 'TOTAL-FAILED', subIndication: 'SIG_CONSTRAINTS_FAILURE' },
  signatures: [],
  evidence: {
    case: 'AAECAwQFBgcICQoLDA0ODw',
    entries: 20,
    level: 'L2',
    held: ['L0', 'L1', 'L2'],
    complete: false,
    missing: ['放款回单'],
    keys: [{ name: 'court', role: 'witness', operator: '样例信用社', independence: 'own' }],
    selfAttested: true,
  },
  flaws: [
    { code: 'intent_not_attested', part: 'documents/01-contract.pdf#revision 2', detail: 'x' },
  ],
  notices: [{ code: 'test_authority', detail: 'CN=TEST' }],
};

describe('fubie verify', () => {
  test('says in Chinese what is wrong, where, and who ran the witnesses', () => {
    const text = verdictText(report);
    expect(text).toContain(
      '结论：无效（ETSI EN 319 102-1：TOTAL-FAILED / SIG_CONSTRAINTS_FAILURE）',
    );
    expect(text).toContain('原因：没有短信服务方对此签署意愿的有效证明。');
    expect(text).toContain('No valid statement of the SMS gateway confirms this intent to sign.');
    expect(text).toContain('见证方由出证方自行运行，属自证');
    expect(text).toContain('缺少：放款回单');
    expect(text).toContain('court：样例信用社（自行运行）');
    expect(text).toContain('documents/01-contract.pdf#revision 2');
    expect(text).toContain('没有取得电子认证服务许可');
  });

  test('prints no line, no sequence of a terminal and no direction that a signer chose', () => {
    const told = '[U+000A]结论：有效[U+001B][2K[U+202E]';
    const notices = [{ code: 'test_authority', detail: '王\n结论：有效\u001b[2K\u202e' }] as const;
    const text = verdictText({ ...report, notices });
    expect(text.split('\n').filter((line) => line.startsWith('结论'))).toHaveLength(1);
    expect(text).toContain(`王${told}`);
    const printed: string[] = [];
    printVerdict({ ...report, notices }, true, (json) => printed.push(json));
    expect(JSON.parse(printed.join(''))).toMatchObject({ notices });
    expect(printed.join('').trim()).not.toMatch(/\p{C}/u);
  });

  test('prints one JSON document and answers 1 for a file that is nothing', async () => {
    const printed: string[] = [];
    const command = { file: 'x.bin', bytes: utf8('nothing'), trust: new Map(), json: true };
    const exit = await runVerify(command, nodeEngine, (text) => printed.push(text));
    expect(exit).toBe(1);
    expect(JSON.parse(printed.join(''))).toMatchObject({
      file: 'x.bin',
      is: 'invalid',
      because: 'file_unknown',
      flaws: [{ code: 'file_unknown', part: 'x.bin' }],
    });
  });

  test('takes a time to judge at only with its offset', () => {
    expect(formatInstant(readJudgingTime('2026-11-21T02:00:00Z'))).toBe(
      '2026-11-21T10:00:00.000+08:00',
    );
    expect(() => readJudgingTime('2026-11-21')).toThrowError('base.instant_malformed');
    expect(() => readJudgingTime('2026-13-21T02:00:00Z')).toThrowError('base.instant_malformed');
  });
});
