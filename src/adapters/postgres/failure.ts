/**
 * Turns what PostgreSQL and its driver throw into Faults a caller can act on.
 *
 * Codes are SQLSTATEs (PostgreSQL manual, appendix A). Only what may succeed later is translated;
 * anything else is a bug of ours and flies as it is. A connection lost at COMMIT is
 * postgres.unavailable too: nobody knows whether it happened, so callers must be idempotent.
 */
import { Fault } from '#base/fault';

const conflictStates = new Set(['40001', '40P01', '55P03']);
const featureNotSupported = '0A000';
const timeoutStates = new Set(['57014']);
const unavailableStates = new Set(['57P01', '57P02', '57P03', '57P05', '53300', '25P03', '25P04']);
/** Out of disk or memory, or a file that cannot be read: mended by an operator. */
const exhaustedStates = new Set(['53000', '53100', '53200', '53400', '58000', '58030']);
const socketErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
]);
/** What pg 8 says without a code when the connection ends under a query or none is free in time. */
const driverSentences = [
  'Client has encountered a connection error',
  'Client was closed',
  'Connection ended unexpectedly',
  'Connection terminated',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'timeout expired',
];

export function faultOfFailure(thrown: unknown): unknown {
  if (thrown instanceof Fault || !(thrown instanceof Error)) return thrown;
  const state = stateOf(thrown);
  const fault = (code: string): Fault => new Fault(code, {}, { cause: thrown, retryable: true });
  if (conflictStates.has(state) || isPlanOutdated(thrown)) return fault('postgres.conflict');
  if (timeoutStates.has(state)) return fault('postgres.timeout');
  const lost =
    unavailableStates.has(state) ||
    exhaustedStates.has(state) ||
    state.startsWith('08') ||
    socketErrors.has(state) ||
    driverSentences.some((sentence) => thrown.message.startsWith(sentence));
  return lost ? fault('postgres.unavailable') : thrown;
}

/** A migration changed what a prepared statement answers; read anew, it answers. */
export function isPlanOutdated(thrown: unknown): boolean {
  const isRefused = stateOf(thrown) === featureNotSupported && thrown instanceof Error;
  return isRefused && thrown.message.startsWith('cached plan must not change');
}

/** The SQLSTATE or errno of a failure, or an empty text. */
export function stateOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || !('code' in thrown)) return '';
  return typeof thrown.code === 'string' ? thrown.code : '';
}
