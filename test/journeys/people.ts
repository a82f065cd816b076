/**
 * The synthetic persons of the journeys, whom nothing else in the house knows.
 *
 * Their words are looked for in every row and file, so none may be a number that a file has anyway.
 */
export interface Person {
  readonly name: string;
  readonly idNumber: string;
  readonly card: string;
  readonly phone: string;
  readonly address: string;
}

export const lin: Person = {
  name: '林行舟',
  idNumber: idNumberOf('99010119880512003'),
  card: cardOf('990001000000003714'),
  phone: '00000000037',
  address: '示例省示例县清溪镇桥头村 37 号',
};

export const he: Person = {
  name: '何旁观',
  idNumber: idNumberOf('99010119910203006'),
  card: cardOf('990001000000004122'),
  phone: '00000000041',
  address: '示例省示例县清溪镇桥头村 41 号',
};

/** GB 11643: the last character follows from the others. */
function idNumberOf(first17: string): string {
  const sum = [...first17].reduce((total, digit, at) => total + Number(digit) * weightOf(at), 0);
  return first17 + ('10X98765432'[sum % 11] ?? '');
}

function weightOf(at: number): number {
  return 2 ** (17 - at) % 11;
}

/** Luhn (ISO/IEC 7812-1 annex B). */
function cardOf(first18: string): string {
  const sum = [...first18].toReversed().reduce((total, digit, at) => {
    const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return `${first18}${(10 - (sum % 10)) % 10}`;
}
