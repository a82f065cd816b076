/**
 * The bank card number: form and check digit, before any gateway is asked.
 *
 * Follows GB/T 19584 and ISO/IEC 7812-1 annex B: 13 to 19 digits, the last by the Luhn formula.
 * Prefix 990001 is unassigned and marks synthetic cards.
 */
import { Fault } from '#base/fault';
import type { IdentityMode } from './id-number.ts';

export interface BankCard {
  readonly text: string;
  /** The first six digits, which name the issuer. */
  readonly prefix: string;
  readonly synthetic: boolean;
}

const syntheticPrefix = '990001';

/** Refuses with identity.card_malformed, …card_check_digit or …synthetic_refused. */
export function parseBankCard(text: string, mode: IdentityMode): BankCard {
  if (!/^\d{13,19}$/.test(text)) throw new Fault('identity.card_malformed');
  if (luhnSum(text) % 10 !== 0) throw new Fault('identity.card_check_digit');
  const synthetic = text.startsWith(syntheticPrefix);
  if (synthetic && mode === 'production') {
    throw new Fault('identity.synthetic_refused', { element: 'card' });
  }
  return { text, prefix: text.slice(0, 6), synthetic };
}

/** `9900 01** **** ***0 018`: the issuer and the tail, as statements print it. */
export function maskBankCard(text: string): string {
  const masked = `${text.slice(0, 6)}${'*'.repeat(text.length - 10)}${text.slice(-4)}`;
  return masked.replace(/(.{4})(?=.)/g, '$1 ');
}

/** Every second digit from the right counts double; a double of two digits counts as their sum. */
function luhnSum(digits: string): number {
  return Array.from(digits)
    .toReversed()
    .reduce((sum, digit, at) => {
      const worth = Number(digit) * (at % 2 === 1 ? 2 : 1);
      return sum + (worth > 9 ? worth - 9 : worth);
    }, 0);
}
