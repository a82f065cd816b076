/**
 * What a rule of a certificate profile is, and how it says that it is broken.
 */
import type { Certificate, Extensions } from '#formats/x509';

/** A certificate at its place, as the rules of a profile look at it. */
export interface Seen {
  readonly certificate: Certificate;
  readonly isTarget: boolean;
  readonly isAnchor: boolean;
  /** It says itself that it is an authority. */
  readonly isAuthority: boolean;
}

/** One rule of a profile: its clause, and what breaks it in words, if anything does. */
export interface ProfileRule {
  readonly rfc: string;
  readonly broken: (seen: Seen) => string | undefined;
}

export function isCritical({ all }: Extensions, oid: string): boolean {
  return all.some((one) => one.oid === oid && one.critical);
}

export function says(isBroken: boolean, detail: string): string | undefined {
  return isBroken ? detail : undefined;
}
