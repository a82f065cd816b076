/** Kinds of work that follow a commit, once per case. */
export const lenderSealJob = 'lender.seal';
/** The number and the check phrase go to her telephone. */
export const receiptJob = 'receipt.message';
export const disburseJob = 'disburse';
/** The signed documents are raised to B-LTA, and again before the key of a stamp ends. */
export const longTermJob = 'documents.raise';
