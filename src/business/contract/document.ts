/**
 * A document of a case: what it is, what its base revision is, where its parties sign.
 *
 * The base revision is the bytes she is shown and confirms (law 2); it never changes. Signatures
 * come after it as later revisions of the same file.
 */
import type { Instant } from '#base/clock';

export const documentKinds = [
  'pi-authorisation',
  'credit-authorisation',
  'cost-sheet',
  'loan-contract',
  'note',
] as const;

export type DocumentKind = (typeof documentKinds)[number];

/** A place for one party's signature, in PDF points from the lower left corner of the page. */
export interface Slot {
  readonly field: 'borrower' | 'lender';
  readonly page: number;
  readonly rect: readonly [number, number, number, number];
}

/** A clause that she confirms by itself before she signs; its title stands in the text. */
export interface Clause {
  readonly id: string;
  readonly title: string;
}

/** One clause of one document that she confirmed. */
export interface ConfirmedClause {
  readonly document: string;
  readonly clause: string;
}

/** Sizes and digests of an original, digests as lower-case hex. */
export interface Fingerprint {
  readonly bytes: number;
  readonly sha256: string;
  readonly sm3: string;
}

export interface DocumentRecord {
  readonly id: string;
  readonly caseId: string;
  readonly kind: DocumentKind;
  readonly title: string;
  readonly template: string;
  readonly templateSha256: string;
  readonly pages: number;
  readonly secondsMin: number;
  readonly base: Fingerprint;
  readonly slots: readonly Slot[];
  readonly clauses: readonly Clause[];
  readonly draftedAt: Instant;
  readonly readAt: Instant | undefined;
}

/**
 * The number of the revision in which all parties have signed: each of them appends one to the
 * base. It never changes, while what keeps the signatures valid is appended behind it for decades.
 */
export function concludedRevision({ slots }: Pick<DocumentRecord, 'slots'>): number {
  return slots.length;
}
