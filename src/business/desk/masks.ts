/**
 * How much of a personal value a desk shows to somebody whose work does not need all of it.
 *
 * 个人信息保护法 6 and JR/T 0171-2020 7.1: the least that still tells two people apart. A value that
 * has not the shape of its kind is hidden whole, for nobody knows what a mask would leave of it.
 */
const star = '*';
const nameStarsMax = 3;
const addressCharactersShown = 6;

/** The personal fields that desks show. */
export const maskedFields = ['name', 'idNumber', 'phone', 'card', 'address'] as const;
/** One of the personal fields that desks show masked. */
export type MaskedField = (typeof maskedFields)[number];

/** What can be asked to be seen: a value as it is, or the documents of the case. */
export const sights = [...maskedFields, 'documents'] as const;
/** One of the things a grant lets see. */
export type Sight = (typeof sights)[number];

export function isSight(text: string): text is Sight {
  return sights.some((sight) => sight === text);
}

export function masked(field: MaskedField, value: string): string {
  return masks[field](value);
}

const masks: Readonly<Record<MaskedField, (value: string) => string>> = {
  name: maskedName,
  idNumber: (value) => shaped(value, /^\d{17}[\dX]$/, { head: 4, tail: 4 }),
  phone: (value) => shaped(value, /^\d{11}$/, { head: 3, tail: 4 }),
  card: (value) => shaped(value, /^\d{12,19}$/, { head: 0, tail: 4 }),
  address: maskedAddress,
};

/** 王某某 as 王**; the number of stars does not tell how long a long name is. */
function maskedName(value: string): string {
  const letters = [...value];
  const first = letters[0];
  if (first === undefined || letters.length < 2) return star;
  return first + star.repeat(Math.min(letters.length - 1, nameStarsMax));
}

/** The province and the county say where, not which door. */
function maskedAddress(value: string): string {
  const letters = [...value];
  if (letters.length <= addressCharactersShown) return star.repeat(letters.length);
  return letters.slice(0, addressCharactersShown).join('') + star.repeat(4);
}

function shaped(value: string, shape: RegExp, shown: { head: number; tail: number }): string {
  if (!shape.test(value)) return star.repeat(Math.min(value.length, 8));
  const hidden = star.repeat(value.length - shown.head - shown.tail);
  return value.slice(0, shown.head) + hidden + value.slice(-shown.tail);
}
