/**
 * How far the clocks of honest makers stand apart: a certificate that is made for one signature
 * begins by the authority's clock, the signature is dated by another.
 *
 * Nobody can sign with a certificate before it is issued, so a time a little before its beginning
 * says that one of the clocks is wrong and nothing else. After its end there is no such reason.
 */
import type { Instant } from '#base/clock';
import type { Certificate } from '#formats/x509';

/** A claimed time names no zone in many files, and is the signer's own word anyway. */
const claimedMsMax = 24 * 3_600_000;
/** A stamping authority keeps its clock; so does the one that issues. */
const provedMsMax = 5 * 60_000;

/** The beginning of the certificate if `at` lies only a clock's error before it, else `at`. */
export function withinSkew(
  { notBefore }: Certificate,
  { at, isProved }: { readonly at: Instant; readonly isProved: boolean },
): Instant {
  const early = notBefore - at;
  return early > 0 && early <= (isProved ? provedMsMax : claimedMsMax) ? notBefore : at;
}
