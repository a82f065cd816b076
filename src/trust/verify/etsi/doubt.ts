/**
 * What a building block of ETSI EN 319 102-1 §5.2 answers: nothing, or what it doubts and where.
 *
 * The sub-indication stands beside each code in `flawRules`. Doubts that a proof of existence can
 * heal are those whose sub-indication ends in NO_POE, and TRY_LATER, for what nobody can be asked
 * today may have been kept in time: past signature validation (§5.6.2) is tried for them and for no
 * others.
 */
import { type FlawCode, flawRules } from '../report/flaws.ts';

/** One thing a building block could not confirm. */
export interface Doubt {
  readonly code: FlawCode;
  readonly detail: string;
}

/** Can a proof that the signature existed earlier heal everything that is doubted? */
export function areHealable(doubts: readonly Doubt[]): boolean {
  return doubts.every(({ code }) => {
    const { sub } = flawRules[code];
    return sub.endsWith('NO_POE') || sub === 'TRY_LATER';
  });
}
