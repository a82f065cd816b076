/**
 * Odd personal values made at run time, which nothing else in the house knows.
 *
 * Synthetic by their numbers (division 990101, cards 990001, telephones 00000000001…99), odd by
 * their letters: a value that is found anywhere got there by this run.
 */
import type { Random } from '#base/random';
import type { Person } from '../journeys/people.ts';

/** Letters that few character sets have, so that a wrong encoding shows; the fonts have them. */
const surnames = [...'甯昝阚郗亓仉乜禤蒯麴逄郏'];
const letters = [
  ...'翀燚頔垚喆璟彧鋆骉昶昇玥瑄珩琛珏瑀璆龑飏骜翙翚颙颢昉晟暾曌堃堉埕墉奡姮婳嫄嬿峂',
];
const telephoneFirst = 50;
export const personsMax = 49; // telephones end at 99

/** `count` persons with five values each; the same seed makes the same persons. */
export function canaryPersons(random: Random, count: number): readonly Person[] {
  if (count > personsMax) throw new Error(`there are ${personsMax} canaries`);
  return Array.from({ length: count }, (_, at) => {
    const three = Array.from({ length: 3 }, () => pick(random, letters)).join('');
    const name = `${surnames[at % surnames.length] ?? ''}${three}${letters[at % letters.length]}`;
    const born = `19${70 + (at % 25)}0${1 + (at % 9)}1${at % 9}`;
    return {
      name,
      idNumber: idNumberOf(`990101${born}${String(100 + at).padStart(3, '0')}`),
      card: cardOf(`990001${digits(random, 12)}`),
      phone: String(telephoneFirst + at).padStart(11, '0'),
      address: `示例省示例县${pick(random, letters)}${pick(random, letters)}镇${three}巷 ${digits(random, 5)} 号`,
    };
  });
}

/** All values of the persons, each once. */
export function valuesOf(persons: readonly Person[]): readonly string[] {
  return [...new Set(persons.flatMap((person) => Object.values(person)))];
}

function pick(random: Random, from: readonly string[]): string {
  const [high = 0, low = 0] = random.bytes(2);
  return from[(high * 256 + low) % from.length] ?? '';
}

function digits(random: Random, count: number): string {
  return Array.from(random.bytes(count), (byte) => byte % 10).join('');
}

/** GB 11643: the last character follows from the others. */
function idNumberOf(first17: string): string {
  const weight = (at: number): number => 2 ** (17 - at) % 11;
  const sum = [...first17].reduce((total, digit, at) => total + Number(digit) * weight(at), 0);
  return first17 + ('10X98765432'[sum % 11] ?? '');
}

/** Luhn (ISO/IEC 7812-1 annex B). */
function cardOf(first18: string): string {
  const sum = [...first18].toReversed().reduce((total, digit, at) => {
    const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${first18}${(10 - (sum % 10)) % 10}`;
}
