import { describe, expect, test } from 'vitest';
import { readMessage } from './code-message.ts';

const own = { document: `abcdABCD${'x'.repeat(35)}=`, enrolment: `98765432${'y'.repeat(35)}=` };
const sms = (document: string, key: string): string =>
  `【模拟短信】验证码 123456，用于确认签署 2 份文件（首份摘要 ${document.slice(0, 8)}…，` +
  `签署密钥 ${key.slice(0, 8)}…），5 分钟内有效。任何人向您索取验证码均为诈骗。`;

describe('the message with the code', () => {
  test('a whole message is compared with what was shown before its code is used', () => {
    const whole = sms(own.document, own.enrolment);
    expect(readMessage(whole, own)).toEqual({ is: 'code', code: '123456', compared: true });
  });

  test('a message of another document, another key, or the two exchanged gives no code', () => {
    const other = `ZZZZZZZZ${'z'.repeat(35)}=`;
    for (const [document, key] of [
      [other, own.enrolment],
      [own.document, other],
      [own.enrolment, own.document],
    ] as const) {
      expect(readMessage(sms(document, key), own)).toEqual({ is: 'other' });
    }
  });

  test('six digits, however a keyboard writes them; five are not a code', () => {
    for (const typed of ['123456', ' 123 456', '１２３４５６', '123-456']) {
      expect(readMessage(typed, own)).toMatchObject({ code: '123456', compared: false });
    }
    expect(readMessage('12345', own)).toEqual({ is: 'incomplete' });
    expect(readMessage('', own)).toEqual({ is: 'incomplete' });
  });
});
