/**
 * The citizen identity number: form, birth date and check digit, before any gateway is asked.
 *
 * Follows GB 11643-1999: six digits of division, eight of birth date, three of sequence, one check
 * character by ISO 7064 MOD 11-2. A number that passes may still belong to nobody; a number that
 * fails belongs to nobody for certain. Division 990101 is unassigned and marks synthetic persons.
 */
import { Fault } from '#base/fault';

/** Synthetic persons exist only where every outside gateway is a simulator. */
export type IdentityMode = 'production' | 'simulated';

export interface IdNumber {
  /** Eighteen characters, the check character upper case. */
  readonly text: string;
  readonly division: string;
  /** `1990-03-07` */
  readonly born: string;
  readonly sex: 'female' | 'male';
  readonly synthetic: boolean;
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const checkCharacters = '10X98765432';
// No province has code 99, so that no real person can match.
const syntheticProvince = '99';
const birthYearMin = 1880;

/** Refuses with identity.id_number_malformed, …_birth_date, …_check_digit or …synthetic_refused. */
export function parseIdNumber(text: string, mode: IdentityMode): IdNumber {
  if (!/^\d{17}[\dX]$/.test(text)) throw new Fault('identity.id_number_malformed');
  const born = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  if (!isRealDay(born)) throw new Fault('identity.id_number_birth_date');
  if (checkCharacter(text) !== text.charAt(17)) throw new Fault('identity.id_number_check_digit');
  const synthetic = text.startsWith(syntheticProvince);
  if (synthetic && mode === 'production') {
    throw new Fault('identity.synthetic_refused', { element: 'idNumber' });
  }
  return {
    text,
    division: text.slice(0, 6),
    born,
    sex: Number(text.charAt(16)) % 2 === 1 ? 'male' : 'female',
    synthetic,
  };
}

/** `990101********0111`: what a page or a report shows of it. */
export function maskIdNumber(text: string): string {
  return `${text.slice(0, 6)}********${text.slice(-4)}`;
}

function checkCharacter(text: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(text.charAt(at)), 0);
  return checkCharacters.charAt(sum % 11);
}

function isRealDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms) || Number(text.slice(0, 4)) < birthYearMin) return false;
  return new Date(ms).toISOString().startsWith(text);
}
