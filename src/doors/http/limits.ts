/**
 * Every limit of the HTTP door, named and with its unit: what one caller can take from the house.
 *
 * A slow sender costs a connection, not a thread; the numbers below bound how many and how long
 * (CWE-400, CWE-770). A limit that is passed is answered with a problem wherever HTTP still allows.
 */

/** Of a body without a limit of its own. */
export const bodyBytesMax = 1024 * 1024;
/** Of the request line and all header fields together; more is 431. */
export const headerBytesMax = 16 * 1024;
export const headersMax = 64;
/** From a connection's first byte to the end of its header fields: what Slowloris stretches. */
export const headersMsMax = 10_000;
/** From the first byte to the last byte of a body. */
export const requestMsMax = 30_000;
/** How long an answer is worked on before the caller is told to ask again with the same key. */
export const answerMsMax = 50_000;
/** No byte in either direction; longer than an answer may take, so that it cuts only the dead. */
export const silenceMsMax = 65_000;
export const keepAliveMsMax = 10_000;
/** How often connections are looked at for the two deadlines above. */
export const deadlineCheckMs = 2_000;
export const connectionsMax = 2_000;
export const requestsPerConnectionMax = 1_000;
/** What is still being answered when the house closes gets this long. */
export const closeMsMax = 5_000;

export const pathParameterCharactersMax = 128;
export const purposeCharactersMax = 200;

/** Of one address and one route that is open to anyone. */
export const anyonePerMinuteMax = 600;
/** Many phones share one address behind a carrier's gateway. */
export const openingsPerMinuteMax = 300;
export const loginsPerMinuteMax = 60;
/** Redeeming a hand-over, or looking a case up, by secrets nobody guesses. */
export const handoversPerMinuteMax = 60;
export const lookupsPerMinuteMax = 30;
/** Addresses remembered at a time by one process. */
export const addressesRememberedMax = 50_000;
