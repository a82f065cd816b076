import { describe, expect, test } from 'vitest';
import {
  addressCheck,
  amountCheck,
  cardCheck,
  idNumberCheck,
  masked,
  nameCheck,
  phoneCheck,
} from './checks.ts';
import { fenOf, yuanText } from './money.ts';

describe('what a form can tell before anything is sent', () => {
  test('the synthetic borrower is accepted, however her keyboard writes', () => {
    expect(nameCheck('王样例')).toBeUndefined();
    for (const id of [
      '990101199003070111',
      '990101 19900307 0111',
      '９９０１０１１９９００３０７０１１１',
    ]) {
      expect(idNumberCheck(id)).toBeUndefined();
    }
    expect(cardCheck('9900 0100 0000 0000 018')).toBeUndefined();
    expect(phoneCheck('000 0000 0001')).toBeUndefined();
    expect(addressCheck('示例省示例县人民路 2 号')).toBeUndefined();
  });

  test('one digit wrong is found here, and it is said which kind of wrong', () => {
    expect(idNumberCheck('990101199003070112')).toBe('idWrong');
    expect(idNumberCheck('99010119900307011')).toBe('idLength');
    expect(cardCheck('9900010000000000019')).toBe('cardWrong');
    expect(cardCheck('9900')).toBe('cardLength');
    expect(phoneCheck('123')).toBe('phoneLength');
    expect(nameCheck(' ')).toBe('nameMissing');
    expect(nameCheck('王')).toBe('nameShort');
  });

  test('an amount is money, within what the product gives', () => {
    const check = amountCheck({ amountFenMin: '100000', amountFenMax: '5000000' });
    expect(check('5,000')).toBeUndefined();
    expect(check('999.99')).toBe('amountOutside');
    expect(check('50000.01')).toBe('amountOutside');
    expect(check('')).toBe('amountMissing');
    expect(fenOf('5000.5')).toBe('500050');
    expect(fenOf('0')).toBeUndefined();
    expect(fenOf('1.234')).toBeUndefined();
    expect(yuanText('500050')).toBe('5,000.50');
    expect(yuanText('5000000')).toBe('50,000');
  });

  test('a number on a screen shows its ends only', () => {
    expect(masked('990101199003070111')).toBe('990••••0111');
  });
});
