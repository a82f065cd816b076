/**
 * Who may have issued what, by names and key identifiers alone (RFC 5280 §6.1, §4.2.1.1).
 */
import { equal } from '#base/bytes';
import { type Certificate, type Name, nameKey } from '#formats/x509';

export function isSameName(a: Name, b: Name): boolean {
  return equal(a.der, b.der) || nameKey(a) === nameKey(b);
}

/** RFC 5280 §6.1: subject and issuer are the same name; an empty name names nobody. */
export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return subject.relative.length > 0 && isSameName(subject, issuer);
}

/** Do the key identifiers speak for, or against, this issuer? They are hints and prove nothing. */
export function keyFit(
  child: Pick<Certificate, 'extensions'>,
  issuer: Certificate,
): 'fits' | 'open' | 'differs' {
  const { authorityKey } = child.extensions;
  const { subjectKeyIdentifier } = issuer.extensions;
  if (authorityKey?.serial !== undefined && authorityKey.serial !== issuer.serial) return 'differs';
  if (authorityKey?.identifier === undefined || subjectKeyIdentifier === undefined) return 'open';
  return equal(authorityKey.identifier, subjectKeyIdentifier) ? 'fits' : 'differs';
}

/** The same authority with the same key, whatever else its two certificates say. */
export function isSameAuthority(a: Certificate, b: Certificate): boolean {
  return a === b || (equal(a.publicKey, b.publicKey) && isSameName(a.subject, b.subject));
}
