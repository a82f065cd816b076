/**
 * How an entry names the vault's subjects that end with it, so that a restore from an older
 * back-up ends them again before the house serves.
 */
import { utf8 } from '#base/bytes';

const prefix = 'subject/';

/** For `of` of the entry; a vault's subject is no person's name. */
export function namedSubjects(subjects: readonly string[]) {
  return subjects.map((subject) => ({ name: `${prefix}${subject}`, bytes: utf8(subject) }));
}

/** Reads them back, out of all that an entry names. */
export function subjectsNamed(of: readonly { readonly name: string }[]): readonly string[] {
  return of.flatMap(({ name }) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}
