/** Time-stamp protocol (RFC 3161, RFC 5816): requests, answers, tokens. */

export type { StampFlaw } from './check.ts';
export { checkToken } from './check.ts';
export type { CheckedTimestamp } from './check-facts.ts';
export { checkTimestamp } from './check-facts.ts';
export type { TimestampFacts } from './facts.ts';
export { readTimestamp } from './facts.ts';
export { tspFaults } from './faults.ts';
export type { Imprint } from './imprint.ts';
export type { TimestampRequest } from './request.ts';
export { buildRequest, parseRequest } from './request.ts';
export type { TimestampFailure, TimestampResponse } from './response.ts';
export { buildGranted, buildRejected, parseResponse, readResponse } from './response.ts';
export type { TimestampToken } from './token.ts';
export { buildToken, parseToken } from './token.ts';
