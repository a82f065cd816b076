/** Kinds of work that follow a commit, once per case. */
export const lenderSealJob = 'lender.seal';
export const disburseJob = 'disburse';
