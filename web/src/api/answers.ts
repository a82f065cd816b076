/** What the house answers to a signer's page, as docs/api/openapi.json says it. */

/** Where a case stands, in the order of the story. */
export type Step =
  | 'agreement'
  | 'consents'
  | 'application'
  | 'captures'
  | 'authorisations'
  | 'assessment'
  | 'cost-sheet'
  | 'contract'
  | 'seal'
  | 'note'
  | 'payment'
  | 'disbursement'
  | 'done'
  | 'refused';

export interface Clause {
  readonly id: string;
  readonly title: string;
  readonly confirmed: boolean;
}

export interface CaseDocument {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly pages: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly secondsMin: number;
  readonly secondsRead: number;
  readonly pagesUnseen: readonly number[];
  readonly read: boolean;
  readonly clauses: readonly Clause[];
  readonly signed: boolean;
  readonly action: 'sign' | 'confirm';
  readonly revision?: number;
}

export interface CaptureKind {
  readonly kind: string;
  readonly title: string;
  readonly required: boolean;
}

export interface Captures {
  readonly asked: readonly CaptureKind[];
  readonly stored: readonly { readonly id: string; readonly kind: string }[];
}

export interface OpenIntent {
  readonly id: string;
  readonly documents: readonly { readonly id: string; readonly sha256: string }[];
  readonly codeUntil: string;
  readonly until: string;
  readonly confirmed: boolean;
  readonly certified: boolean;
}

export interface Terms {
  readonly amountFen: string;
  readonly termMonths: number;
  readonly purpose: string;
}

/** Everything a page needs to go on where the person was, on whatever device. */
export interface Progress {
  readonly case: string;
  readonly application: string;
  readonly product: string;
  readonly productName: string;
  readonly label: string | null;
  readonly preservationNumber: string;
  readonly state: string;
  readonly decision: string | null;
  readonly contractNumber: string | null;
  readonly institution: { readonly name: string; readonly phone: string };
  readonly session: { readonly until: string; readonly refresh: boolean };
  readonly next: Step;
  readonly waitsFor: 'house' | 'person' | null;
  readonly steps: readonly { readonly step: Step; readonly done: boolean }[];
  readonly consents: readonly { readonly kind: string; readonly accepted: boolean }[];
  readonly terms: Terms | null;
  readonly reading: Budget | null;
  readonly documents: readonly CaseDocument[];
  readonly intent: OpenIntent | null;
  readonly captures: Captures;
  readonly receipt: boolean;
}

/** The reading time of a set: one budget, counted by the house. */
export interface Budget {
  readonly secondsMin: number;
  readonly secondsRead: number;
  readonly secondsLeft: number;
  readonly documents: readonly string[];
}

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly label: string | null;
  readonly amountFenMin: string;
  readonly amountFenMax: string;
  readonly termMonths: readonly number[];
  readonly annualRatePercent: string;
  readonly purposes: readonly { readonly code: string; readonly title: string }[];
}

export interface ConsentText {
  readonly kind: string;
  readonly version: string;
  readonly title: string;
  readonly text: string;
  readonly purpose: string;
  readonly refusal: string;
  readonly withdrawal: string;
  readonly alternative: string | null;
  readonly sensitive: boolean;
  readonly recipient: string;
  readonly sha256: string;
}

export interface ReadingAnswer {
  readonly met: boolean;
  readonly secondsRead: number;
  readonly secondsLeft: number;
  readonly pagesUnseen: readonly number[];
  readonly set?: { readonly secondsRead: number; readonly secondsLeft: number };
}

/** What a signer takes home. */
export interface Receipt {
  readonly preservationNumber: string;
  readonly contract: {
    readonly sha256: string;
    readonly bytes: number;
    readonly revision: number;
    readonly phrase: readonly string[];
  };
  readonly link: string;
}
