/** The refusals of the trust centre's client. */
export const trustCentreFaults = ['trust_centre.answer_malformed'] as const;
