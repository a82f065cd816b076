/**
 * The four elements (name, ID number, bank card, phone) checked here before any gateway is asked.
 *
 * S0-42: a number that fails its own check digit costs no query and discloses nothing to anybody.
 */
import { Fault } from '#base/fault';
import { parseBankCard } from './bank-card.ts';
import { type IdentityMode, parseIdNumber } from './id-number.ts';
import { parseMobile } from './mobile.ts';

export interface FourElements {
  readonly name: string;
  readonly idNumber: string;
  readonly card: string;
  readonly phone: string;
}

export interface CheckedPerson {
  /** `1990-03-07`, from the ID number. */
  readonly born: string;
  readonly synthetic: boolean;
}

const nameLettersMin = 2;
const nameLettersMax = 50;

/** Refuses the first element that cannot be right, with its code. */
export function checkLocally(person: FourElements, mode: IdentityMode): CheckedPerson {
  const letters = [...person.name].length;
  // Names of minority peoples carry a middle dot; nothing else stands between Han characters.
  const wellFormed = /^[\p{Script=Han}·]+$/u.test(person.name);
  if (!wellFormed || letters < nameLettersMin || letters > nameLettersMax) {
    throw new Fault('identity.name_malformed');
  }
  const { born, synthetic } = parseIdNumber(person.idNumber, mode);
  parseBankCard(person.card, mode);
  parseMobile(person.phone, mode);
  return { born, synthetic };
}
