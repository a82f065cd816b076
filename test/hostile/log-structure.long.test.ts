import { expect, test } from 'vitest';
import { LendingHouse } from '../journeys/lending-house.ts';
import { guessed } from './log-structure.ts';

const candidatesMin = 1_000_000;
const division = '990101';
const days = 365 * 100;

/** Telephones, identity numbers of a century, cards, amounts: what a person can be guessed by. */
function* candidates() {
  for (let at = 0; at < 400_000; at += 1)
    yield { name: 'phone', value: String(at).padStart(11, '0') };
  for (let at = 0; at < 500_000; at += 1) {
    const born = new Date(Date.UTC(1920, 0, 1 + (at % days))).toISOString().slice(0, 10);
    const order = String(Math.floor(at / days)).padStart(3, '0');
    yield { name: 'idNumber', value: checked(`${division}${born.replaceAll('-', '')}${order}`) };
  }
  for (let at = 0; at < 50_000; at += 1) {
    yield { name: 'card', value: `990001${String(at).padStart(13, '0')}` };
  }
  for (let at = 0; at < 50_000; at += 1) yield { name: 'amountFen', value: String(at * 1_000) };
}

/** GB 11643: the last sign of an identity number, MOD 11-2. */
function checked(digits: string): string {
  const sum = [...digits].reduce(
    (total, digit, at) => total + Number(digit) * (2 ** (17 - at) % 11),
    0,
  );
  return `${digits}${'10X98765432'[sum % 11]}`;
}

test('no string of the log is one of 10^6 candidates under twelve encodings', async () => {
  const house = await LendingHouse.open();
  await house.apply();
  let count = 0;
  const counted = function* () {
    for (const candidate of candidates()) {
      count += 1;
      yield candidate;
    }
  };
  const entries = house.log.rows.map(({ bytes }) => bytes);
  expect(guessed(entries, counted())).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(candidatesMin);
}, 900_000);
