/**
 * What rests on one consent alone, such as the place where a photo was taken, is kept apart: a
 * *portion* is a subject of the vault with a key of its own. So taking that consent back takes just
 * this away, from old pages and back-ups too, while the rest of her record stays readable (PIPL
 * 47 (3)).
 */

/** The vault's name of a portion: whose, resting on which consent, and of which thing. */
export function portionOf(
  subject: string,
  of: { readonly kind: string; readonly id: string },
): string {
  return `${subject}.${of.kind}.${of.id}`;
}

/** The kind of consent on which a portion of this subject rests; undefined for other names. */
export function kindOfPortion(subject: string, name: string): string | undefined {
  const [kind, id] = name.startsWith(`${subject}.`)
    ? name.slice(subject.length + 1).split('.')
    : [];
  return id === undefined ? undefined : kind;
}
