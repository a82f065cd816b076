import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { maskBankCard, parseBankCard } from './bank-card.ts';
import { maskIdNumber, parseIdNumber } from './id-number.ts';
import { maskMobile, parseMobile } from './mobile.ts';

const idNumbers = [
  ['990101199003070111', '1990-03-07'],
  ['990101199111300025', '1991-11-30'],
  ['990101195806150037', '1958-06-15'],
  ['990101201008200042', '2010-08-20'],
  ['990101200811220056', '2008-11-22'],
] as const;
const cards = ['9900010000000000018', '9900010000000000026'];

describe('ID numbers', () => {
  test.each(idNumbers)('%s passes and was born %s', (text, born) => {
    expect(parseIdNumber(text, 'simulated')).toMatchObject({ text, born, synthetic: true });
  });

  test('production refuses synthetic persons', () => {
    expect(() => parseIdNumber('990101199003070111', 'production')).toThrow(
      'identity.synthetic_refused',
    );
  });

  test('any other last character fails the check digit', () => {
    for (const last of '023456789X') {
      expect(() => parseIdNumber(`99010119900307011${last}`, 'simulated')).toThrow(
        'identity.id_number_check_digit',
      );
    }
  });

  test('a day that never was and a wrong form have their own codes', () => {
    expect(() => parseIdNumber('990101199002300111', 'simulated')).toThrow(
      'identity.id_number_birth_date',
    );
    for (const bad of ['', '99010119900307011', '99010119900307011x', ' 990101199003070111']) {
      expect(() => parseIdNumber(bad, 'simulated')).toThrow('identity.id_number_malformed');
    }
  });

  test('one changed digit never passes: MOD 11-2 sees every single error', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const text = '990101199003070111';
        const digit = (Number(text.charAt(at)) + by) % 10;
        const wrong = `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
        expect(() => parseIdNumber(wrong, 'simulated')).toThrow(/identity\.id_number_/);
      }),
    );
  });

  test('the mask hides birth date and keeps the place and the tail', () => {
    expect(maskIdNumber('990101199003070111')).toBe('990101********0111');
  });
});

describe('bank cards', () => {
  test.each(cards)('%s passes Luhn in simulator mode only', (text) => {
    expect(parseBankCard(text, 'simulated')).toMatchObject({ prefix: '990001', synthetic: true });
    expect(() => parseBankCard(text, 'production')).toThrow('identity.synthetic_refused');
  });

  test('a wrong digit and a wrong form are refused', () => {
    expect(() => parseBankCard('9900010000000000019', 'simulated')).toThrow(
      'identity.card_check_digit',
    );
    expect(() => parseBankCard('990001000000', 'simulated')).toThrow('identity.card_malformed');
  });

  test('the mask shows issuer and tail', () => {
    expect(maskBankCard('9900010000000000018')).toBe('9900 01** **** ***0 018');
  });
});

describe('mobile numbers', () => {
  test('the 99 synthetic numbers live in simulator mode only', () => {
    expect(parseMobile('00000000001', 'simulated').synthetic).toBe(true);
    expect(parseMobile('00000000099', 'simulated').synthetic).toBe(true);
    expect(() => parseMobile('00000000001', 'production')).toThrow('identity.synthetic_refused');
  });

  test('anything that is no subscriber number is refused', () => {
    for (const bad of ['00000000000', '00000000100', '12345678901', '0000000001', '']) {
      expect(() => parseMobile(bad, 'simulated')).toThrow('identity.mobile_malformed');
    }
    expect(maskMobile('00000000001')).toBe('000****0001');
  });
});
