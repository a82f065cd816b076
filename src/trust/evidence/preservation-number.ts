/**
 * 保全号: the one number under which everything of a case is found (S2-19, S2-20).
 *
 * `FB`, the day in China, fifteen random digits, and a check digit over all of them by ISO 7064
 * MOD 11,10: one wrong digit is always seen, two neighbours exchanged nearly always. Of 10^6
 * numbers a day two are alike once in five years; its tenant's index then refuses the second.
 */
import { chinaDate, type Instant } from '#base/clock';
import type { Random } from '#base/random';

const randomDigits = 15;
const pattern = /^FB(\d{24})$/;
/** Numbers of before 2026-11-22 have ten random digits and no check digit. */
const earlierPattern = /^FB\d{18}$/;

/** A fresh number; digits come from bytes below 250, so that none is likelier than another. */
export function preservationNumber(parts: {
  readonly now: Instant;
  readonly random: Random;
}): string {
  let digits = chinaDate(parts.now).replaceAll('-', '');
  const length = digits.length + randomDigits;
  while (digits.length < length) {
    const [byte = 255] = parts.random.bytes(1);
    if (byte < 250) digits += String(byte % 10);
  }
  return `FB${digits}${checkDigit(digits)}`;
}

/** Can this number have been issued? A slip of the pen is told before anything is asked. */
export function isPreservationNumber(text: string): boolean {
  if (earlierPattern.test(text)) return true;
  const [, digits] = pattern.exec(text) ?? [];
  return digits !== undefined && checkDigit(digits.slice(0, -1)) === Number(digits.at(-1));
}

/** ISO 7064 MOD 11,10, the hybrid system with one check digit from 0 to 9. */
function checkDigit(digits: string): number {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10;
}
