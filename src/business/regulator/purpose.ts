/**
 * Why a supervisor looks: a word of the closed list and the number of the case or inspection.
 *
 * `on-site-inspection 金检〔2026〕12号`. The list is data (catalog/access/roles.json), the number is the
 * supervisor's own; both stand in the access journal, where an inspection can be found again.
 */
import { Fault } from '#base/fault';

/** A purpose that holds: a word of the list, and the number it is accounted for under. */
export interface LookPurpose {
  readonly word: string;
  readonly reference: string;
}

const shape = /^([a-z][a-z-]{1,31})\s+(.+)$/u;
/** Letters of any script, digits, and the signs that stand in numbers of official letters. */
const reference = /^[\p{Script=Han}A-Za-z0-9〔〕［］（）()[\]_./·\- ]{4,64}$/u;
/** So many digits in a row could be somebody's telephone, card or identity number. */
const digitRun = /\d{11,}/;

/**
 * Refuses with access.purpose_missing, regulator.purpose_unknown, regulator.reference_malformed.
 */
export function lookPurpose(
  text: string | undefined,
  known: Readonly<Record<string, unknown>>,
): LookPurpose {
  if (text === undefined) throw new Fault('access.purpose_missing');
  const [, word = text, number = ''] = shape.exec(text.trim()) ?? [];
  if (!Object.hasOwn(known, word)) throw new Fault('regulator.purpose_unknown');
  if (!reference.test(number) || !/\d/.test(number) || digitRun.test(number)) {
    throw new Fault('regulator.reference_malformed');
  }
  return { word, reference: number };
}
