import { describe, expect, test } from 'vitest';
import { codeFor } from './code-message.ts';

const document = 'abcdABCD+/01'.padEnd(43, 'x').concat('=');
const enrolment = '98765432KEYK'.padEnd(43, 'y').concat('=');
const own = { document, enrolment };

function message(shown: string, key: string): string {
  return (
    `【模拟短信】验证码 123456，用于确认签署 2 份文件（首份摘要 ${shown.slice(0, 8)}…，` +
    `签署密钥 ${key.slice(0, 8)}…），5 分钟内有效。任何人向您索取验证码均为诈骗。`
  );
}

describe('the message with the code', () => {
  test('gives the code when it speaks of these bytes and of the key born here', () => {
    expect(codeFor(own, message(document, enrolment))).toBe('123456');
  });

  test('gives none for another document, another key, the two exchanged, or other words', () => {
    const other = 'Z'.repeat(43).concat('=');
    const wrong = [
      message(other, enrolment),
      message(document, other),
      message(enrolment, document),
      // What he puts in the document's place must not count in the key's.
      message(enrolment, other),
      `${message(document, other)} ${enrolment}`,
      '验证码 123456，5 分钟内有效。',
      '',
    ];
    for (const text of wrong) {
      expect(() => codeFor(own, text), text).toThrow('phone.not_what_was_shown');
    }
  });
});
