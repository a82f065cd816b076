/** Trusted time (RFC 3161): the authority that stamps and the client that checks. */
export { TimestampAuthority, testStampPolicy } from './authority.ts';
export { TimestampClient } from './client.ts';
export { ClockGuard } from './clock-guard.ts';
export type { TimestampLine } from './exchange.ts';
export { timestampFaults } from './faults.ts';
export { isSuccessorDue, type StampKey, stampingKey } from './stamp-keys.ts';
export type { Stamp, StampLinesParts } from './stamp-lines.ts';
export { StampLines } from './stamp-lines.ts';
