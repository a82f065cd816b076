/**
 * The row of a loan as an original that an entry speaks of, so that row and entry can be compared.
 *
 * Law 5: row and entry commit together and neither is derived from the other. The members are what
 * a thief of the database would want to change; the token's digest in it is 256 bits of chance that
 * the log never shows, so the row's digest tells nobody anything.
 */
import { toBase64 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import type { Loan } from './ports.ts';

export function rowOriginal(loan: Loan): { name: string; bytes: Uint8Array } {
  return {
    name: 'row/loan_case',
    bytes: canonicalBytes({
      id: loan.id,
      unit: loan.unit,
      application: loan.application,
      preservationNumber: loan.preservationNumber,
      product: `${loan.product} ${loan.productVersion}`,
      subject: loan.subject,
      token: toBase64(loan.tokenSha256),
      amountFen: loan.amount === undefined ? null : String(loan.amount),
      termMonths: loan.termMonths ?? null,
      purpose: loan.purpose ?? null,
      contractNumber: loan.contractNumber ?? null,
      disbursedOn: loan.disbursedOn ?? null,
      decision: loan.decision ?? null,
      // A case that is older than the question stands in its entries without it.
      ...(loan.entrance === undefined ? {} : { entrance: loan.entrance }),
    }),
  };
}
