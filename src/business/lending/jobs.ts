/** Kinds of work that follow a commit, once per case. */
export const lenderSealJob = 'lender.seal';
/** The number and the check phrase go to her telephone. */
export const receiptJob = 'receipt.message';
export const disburseJob = 'disburse';
