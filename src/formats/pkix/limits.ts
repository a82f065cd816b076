/** What the search for a path may cost, so that a hostile bag of certificates is a verdict too. */

/** Certificates in one path, target and anchor included; the longest in the field have five. */
export const pathCertificatesMax = 16;
/** Issuers tried in one search. */
export const stepsMax = 2_000;
/** Complete paths judged in one search. */
export const pathsMax = 100;
/** Comparisons of a name with a subtree in one search; a directory name counts by its parts. */
export const nameComparisonsMax = 250_000;
/** Certificates of the pool that are looked at. */
export const poolItemsMax = 10_000;

/** Counts work down from a limit; what is spent stays spent. */
export class Budget {
  #left: number;

  constructor(max: number) {
    this.#left = max;
  }

  /** False once the limit is passed. */
  spend(count = 1): boolean {
    this.#left -= count;
    return this.#left >= 0;
  }

  get isSpent(): boolean {
    return this.#left < 0;
  }
}
