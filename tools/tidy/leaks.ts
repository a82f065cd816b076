/**
 * Rules about what must never stand in the repository: real people, paths of a workplace, secrets.
 *
 * Numbers that pass their check digits could belong to somebody. Only the divisions, card
 * prefixes and segments that nobody assigns are allowed.
 */
import type { Finding } from './rule.ts';

interface Leak {
  readonly pattern: RegExp;
  readonly isReal: (text: string) => boolean;
  readonly message: string;
}

const leaks: readonly Leak[] = [
  {
    pattern: /(?<![0-9A-Za-z])\d{17}[\dX](?![0-9A-Za-z])/g,
    isReal: (text) => !text.startsWith('990101') && isIdNumber(text),
    message: 'an ID number that passes its check digit and is not of the synthetic division 990101',
  },
  {
    pattern: /(?<![0-9A-Za-z])62\d{14,17}(?![0-9A-Za-z])/g,
    isReal: passesLuhn,
    message: 'a bank card number of an assigned prefix that passes its check digit',
  },
  {
    pattern: /(?<![0-9A-Za-z.])1[3-9]\d{9}(?![0-9A-Za-z])/g,
    isReal: () => true,
    message: 'a mobile number that may belong to a subscriber',
  },
  {
    pattern: /-----BEGIN (?:EC |RSA |ENCRYPTED )?PRIVATE KEY-----\n[A-Za-z0-9+/=]{40}/g,
    isReal: () => true,
    message: 'a private key',
  },
  {
    // A path of the computer it was written on works nowhere else.
    pattern: /\/wor[k]\/(?:main|shared)|\/(?:hom[e]|User[s])\/[a-z]+\//g,
    isReal: () => true,
    message: 'a path of one computer',
  },
];

export function leaksIn(file: string, text: string): Finding[] {
  return leaks.flatMap(({ pattern, isReal, message }) =>
    [...text.matchAll(pattern)]
      .filter((match) => isReal(match[0]))
      .map((match) => ({ file, line: text.slice(0, match.index).split('\n').length, message })),
  );
}

/** GB 11643: MOD 11-2 over seventeen digits, with a date that can exist. */
function isIdNumber(text: string): boolean {
  const year = Number(text.slice(6, 10));
  const month = Number(text.slice(10, 12));
  const day = Number(text.slice(12, 14));
  if (year < 1900 || year > 2099 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += Number(text[at]) * (2 ** (17 - at) % 11);
  return '10X98765432'[sum % 11] === text[17];
}

function passesLuhn(text: string): boolean {
  const digits = Array.from(text, Number).toReversed();
  const sum = digits.reduce((total, digit, at) => {
    const value = at % 2 === 0 ? digit : digit * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
