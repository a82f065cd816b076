/**
 * What a form can tell kindly before anything is sent: shapes and check digits. Pure.
 *
 * The house checks everything again; this only saves a person a walk back. An answer is the key of
 * a sentence in words/application.ts, or undefined when there is nothing to say.
 */
import { fenOf } from './money.ts';

export type Complaint =
  | 'nameMissing'
  | 'nameShort'
  | 'idLength'
  | 'idWrong'
  | 'phoneLength'
  | 'addressShort'
  | 'cardLength'
  | 'cardWrong'
  | 'amountMissing'
  | 'amountOutside'
  | 'chooseOne';

export type Check = (value: string) => Complaint | undefined;

/** Full-width digits and letters, spaces and dashes as some keyboards put them. */
export function plain(typed: string): string {
  return typed
    .replace(/[０-９Ａ-Ｚａ-ｚ]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\s-]/g, '')
    .toUpperCase();
}

export const nameCheck: Check = (value) => {
  const name = value.trim();
  if (name === '') return 'nameMissing';
  return [...name].length < 2 ? 'nameShort' : undefined;
};

/** GB 11643: the last character follows from the others. */
export const idNumberCheck: Check = (value) => {
  const number = plain(value);
  if (!/^\d{17}[\dX]$/.test(number)) return 'idLength';
  const sum = Array.from(number.slice(0, 17)).reduce(
    (total, digit, at) => total + Number(digit) * (2 ** (17 - at) % 11),
    0,
  );
  return number[17] === '10X98765432'[sum % 11] ? undefined : 'idWrong';
};

export const phoneCheck: Check = (value) =>
  /^\d{11}$/.test(plain(value)) ? undefined : 'phoneLength';

export const addressCheck: Check = (value) =>
  [...value.trim()].length < 5 ? 'addressShort' : undefined;

/** Luhn (ISO/IEC 7812-1 annex B). */
export const cardCheck: Check = (value) => {
  const number = plain(value);
  if (!/^\d{15,19}$/.test(number)) return 'cardLength';
  const sum = Array.from(number).reduce((total, digit, at) => {
    const counted = Number(digit) * ((number.length - at) % 2 === 0 ? 2 : 1);
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return sum % 10 === 0 ? undefined : 'cardWrong';
};

export function amountCheck(limits: { amountFenMin: string; amountFenMax: string }): Check {
  return (value) => {
    const fen = fenOf(value);
    if (fen === undefined) return 'amountMissing';
    const within =
      Number(fen) >= Number(limits.amountFenMin) && Number(fen) <= Number(limits.amountFenMax);
    return within ? undefined : 'amountOutside';
  };
}

export function choiceCheck(allowed: readonly string[]): Check {
  return (value) => (allowed.includes(value) ? undefined : 'chooseOne');
}

/** Shows only the ends of a number, for a screen that others may look at. */
export function masked(number: string, head = 3, tail = 4): string {
  const plainNumber = plain(number);
  if (plainNumber.length <= head + tail) return plainNumber;
  return `${plainNumber.slice(0, head)}${'•'.repeat(4)}${plainNumber.slice(-tail)}`;
}
