/**
 * The keys of a time-stamping authority, one after the other (ETSI EN 319 421 §7.3): each stamps
 * for a few years, and its certificate outlives that by many, so that what it stamped can be
 * renewed by a successor while the old certificate still speaks.
 */
import { addSeconds, type Instant } from '#base/clock';
import type { Signer } from '#formats/crypto';
import type { Certificate } from '#formats/x509';

const daySeconds = 86_400;
/** How long a key stamps before its successor does. */
const stampKeySeconds = 2 * 365 * daySeconds;
/** A successor's certificate is shown so long before it stamps: trust folders learn it in time. */
const shownSecondsBefore = 30 * daySeconds;

/** A key of the authority with its certificate; without a signer where the key was destroyed. */
export interface StampKey {
  readonly certificate: Certificate;
  readonly signer?: Signer;
}

/** A key that can stamp. */
export type LivingKey = StampKey & { readonly signer: Signer };

/** Is it time to make a successor of the newest key? */
export function isSuccessorDue({ notBefore }: Certificate, now: Instant): boolean {
  return now >= addSeconds(notBefore, stampKeySeconds - shownSecondsBefore);
}

/**
 * The key that stamps now: the newest that has been shown long enough, or where none lives, the
 * newest that lives; undefined where none does. `keys` begin with the oldest.
 */
export function stampingKey(keys: readonly StampKey[], now: Instant): LivingKey | undefined {
  let newest: LivingKey | undefined;
  let shown: LivingKey | undefined;
  for (const [at, { certificate, signer }] of keys.entries()) {
    const lives = now >= certificate.notBefore && now <= certificate.notAfter;
    if (!lives || signer === undefined) continue;
    newest = { certificate, signer };
    const shownFrom = addSeconds(certificate.notBefore, shownSecondsBefore);
    if (at === 0 || now >= shownFrom) shown = newest;
  }
  return shown ?? newest;
}
