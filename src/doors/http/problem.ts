/**
 * Faults as RFC 9457 problem+json: the code decides the status, the phrases give both languages.
 *
 * Rooms know no HTTP; this table is the only place where a code meets a status.
 */
import { Fault } from '#base/fault';
import { faultPhrase } from '#doors/phrases';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: { readonly zh: string; readonly en: string };
  readonly retryable: boolean;
  readonly requestId: string;
  readonly context: Fault['details'];
}

const statusByCode = new Map<string, number>([
  ['access.unauthenticated', 401],
  ['access.not_yours', 403],
  ['access.idempotency_key_missing', 400],
  ['access.idempotency_key_reused', 409],
  ['access.request_malformed', 400],
  ['access.route_unknown', 404],
  ['lending.case_unknown', 404],
  ['contract.document_unknown', 404],
  ['contract.intent_unknown', 404],
  ['judicial.package_unknown', 404],
  ['signing.ticket_unknown', 404],
  ['lending.out_of_order', 409],
  ['signing.ticket_stale', 409],
  ['contract.reading_unfinished', 409],
]);

const statusRetryable = 503;
const statusRefused = 422;
const statusBug = 500;

/** The problem for whatever was thrown; a bug shows its request id and nothing of itself. */
export function problemOf(thrown: unknown, requestId: string): Problem {
  const fault = thrown instanceof Fault ? thrown : new Fault('access.internal_error');
  const isBug = !(thrown instanceof Fault);
  const refused = fault.retryable ? statusRetryable : statusRefused;
  const status = isBug ? statusBug : (statusByCode.get(fault.code) ?? refused);
  return {
    type: `urn:fubie:fault:${fault.code}`,
    title: fault.code,
    status,
    code: fault.code,
    detail: faultPhrase(fault.code),
    retryable: fault.retryable,
    requestId,
    context: fault.details,
  };
}
