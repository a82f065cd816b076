/**
 * Where this house does not answer as C2SP/x509-limbo expects, and why; each line is an admission.
 */

/** Cases whose expected result is not ours, with the reason. */
export const judgedOtherwise: Readonly<Record<string, string>> = {};

/** Cases whose question the judge is not made for, with the reason. */
export const notAsked: Readonly<Record<string, string>> = {};
