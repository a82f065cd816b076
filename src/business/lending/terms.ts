/**
 * What a person applies for and who she is, as it arrives at the border.
 */
import type { Fen } from '#base/money';

/** Personal values: they go to the vault and to the gateways, and nowhere else. */
export interface Applicant {
  readonly name: string;
  readonly idNumber: string;
  readonly card: string;
  readonly phone: string;
  readonly address: string;
}

export interface Terms {
  readonly amount: Fen;
  readonly termMonths: number;
  /** A purpose of the product's list, e.g. `farming`. */
  readonly purpose: string;
}

/** The vault fields of an applicant, one name for each value in the house. */
export const applicantFields = ['name', 'idNumber', 'card', 'phone', 'address'] as const;
