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
  ['access.not_permitted', 403],
  ['access.own_matter', 403],
  ['access.password_change_due', 403],
  ['access.purpose_missing', 400],
  ['access.strong_factor_needed', 403],
  ['access.approval_needed', 409],
  ['access.approval_not_open', 409],
  ['access.approval_unknown', 404],
  ['access.approvals_too_many', 429],
  ['access.duties_apart', 403],
  ['access.glass_reviewed', 409],
  ['access.glass_unknown', 404],
  ['access.glass_unreviewed', 409],
  ['access.login_taken', 409],
  ['access.staff_out_of_order', 409],
  ['access.staff_unknown', 404],
  ['access.unit_taken', 409],
  ['access.address_refused', 403],
  ['access.client_revoked', 401],
  ['access.signature_expired', 401],
  ['access.signature_incomplete', 401],
  ['access.signature_malformed', 401],
  ['access.signature_refused', 401],
  ['access.signature_replayed', 401],
  ['access.signature_required', 401],
  ['access.sso_refused', 401],
  ['access.credential_refused', 403],
  ['access.client_unknown', 404],
  ['access.journal_unknown', 404],
  ['access.sso_unknown', 404],
  ['access.login_delayed', 429],
  ['access.logins_busy', 429],
  ['access.rate_exceeded', 429],
  ['access.idempotency_key_missing', 400],
  ['access.idempotency_key_reused', 409],
  ['access.request_malformed', 400],
  ['access.route_unknown', 404],
  ['access.internal_error', 500],
  ['http.answer_late', 503],
  ['http.body_too_large', 413],
  ['http.headers_too_large', 431],
  ['http.host_unknown', 421],
  ['http.media_type_unsupported', 415],
  ['http.method_unknown', 405],
  ['http.pages_unbuilt', 503],
  ['http.request_late', 408],
  ['http.url_malformed', 400],
  ['base.json_malformed', 400],
  ['base.json_unsuitable', 400],
  ['base.utf8_malformed', 400],
  ['vault.epoch_over', 503],
  ['vault.epoch_unfinished', 503],
  ['vault.erased', 410],
  ['vault.field_not_indexed', 400],
  ['vault.find_too_wide', 422],
  ['vault.index_busy', 503],
  ['vault.lookups_too_many', 429],
  ['vault.restricted', 403],
  ['tenancy.tenant_unknown', 404],
  ['tenancy.not_a_lender', 403],
  ['tenancy.product_not_offered', 404],
  ['tenancy.quota_exceeded', 429],
  ['tenancy.leaving', 409],
  ['tenancy.month_malformed', 400],
  ['entry.attestation_malformed', 400],
  ['evidence.statement_refused', 422],
  ['deposit.definition_malformed', 400],
  ['deposit.definition_unknown', 404],
  ['deposit.definition_own', 403],
  ['deposit.definition_differs', 409],
  ['deposit.unknown', 404],
  ['deposit.name_taken', 409],
  ['lending.right_unknown', 404],
  ['lending.right_out_of_order', 409],
  ['lending.right_malformed', 400],
  ['deposit.closed', 409],
  ['deposit.erased', 410],
  ['deposit.hold_own', 403],
  ['deposit.hold_unknown', 404],
  ['deposit.too_many', 422],
  ['deposit.record_malformed', 422],
  ['deposit.slot_unknown', 422],
  ['deposit.signature_missing', 422],
  ['deposit.signature_wrong', 422],
  ['deposit.batch_wrong', 422],
  ['deposit.batch_mixed', 422],
  ['deposit.blind_wrong', 422],
  ['deposit.file_unknown', 404],
  ['deposit.file_incomplete', 409],
  ['deposit.file_differs', 422],
  ['deposit.file_reading', 503],
  ['deposit.links_missing', 409],
  ['deposit.files_unfinished', 409],
  ['deposit.cursor_malformed', 400],
  ['tlog.note_malformed', 400],
  ['tlog.policy_malformed', 400],
  ['witness.register_malformed', 400],
  ['witness.register_unknown', 404],
  ['witness.register_unfit', 422],
  ['witness.vote_wrong', 422],
  ['evidence.intake_closed', 503],
  ['evidence.intake_full', 503],
  ['evidence.intake_malformed', 400],
  ['evidence.block_unknown', 404],
  ['evidence.entry_unknown', 404],
  // Files of the log that are gone are the house's own trouble, and may be mounted again.
  ['tiles.absent', 503],
  ['objects.missing', 500],
  ['objects.altered', 500],
  ['lending.case_unknown', 404],
  ['regulator.contract_unknown', 404],
  ['regulator.cursor_malformed', 400],
  ['regulator.purpose_unknown', 400],
  ['regulator.reference_malformed', 400],
  ['regulator.signature_required', 401],
  ['contract.clause_unconfirmed', 409],
  ['contract.clause_unknown', 404],
  ['contract.document_unknown', 404],
  ['privacy.case_unknown', 404],
  ['privacy.breach_unknown', 404],
  ['seal.unknown', 404],
  ['seal.beyond_paper', 409],
  ['seal.taken', 409],
  ['seal.same_person', 403],
  ['seal.standing_differs', 409],
  ['seal.not_usable', 409],
  ['seal.paper_lapsed', 409],
  ['seal.paper_runs', 409],
  ['seal.not_authorised', 409],
  ['privacy.breach_told', 409],
  ['privacy.hold_unknown', 404],
  ['privacy.request_unknown', 404],
  ['privacy.erased', 410],
  ['privacy.reading_over', 403],
  ['contract.intent_unknown', 404],
  ['judicial.links_missing', 409],
  ['judicial.chain_closed', 409],
  ['judicial.slot_unknown', 404],
  ['judicial.slot_taken', 409],
  ['judicial.reference_unknown', 404],
  ['judicial.package_unknown', 404],
  ['signer.capture_incomplete', 409],
  ['signer.capture_unknown', 404],
  ['desk.grant_missing', 403],
  ['signer.counter_late', 409],
  ['signer.handover_refused', 404],
  ['signer.lookup_unknown', 404],
  ['signer.receipt_early', 409],
  ['signer.token_unknown', 404],
  ['signing.ticket_unknown', 404],
  ['lending.level_not_reached', 503],
  ['lending.out_of_order', 409],
  ['signing.ticket_stale', 409],
  ['contract.reading_unfinished', 409],
]);

const statusRetryable = 503;
const statusRefused = 422;
const statusBug = 500;

/** What may come back later without a change, whatever the route; the document lists them. */
export const outageCodes = [
  'evidence.level_not_reached',
  'evidence.start_unproved',
  'http.answer_late',
  'postgres.conflict',
  'postgres.timeout',
  'postgres.unavailable',
  'timestamp.unavailable',
  'wire.answer_lost',
  'wire.timeout',
  'wire.unreachable',
] as const;

const outages: ReadonlySet<string> = new Set(outageCodes);

/** The status a code is answered with; the document and the answer ask the same table. */
export function statusOf(code: string, retryable = outages.has(code)): number {
  return statusByCode.get(code) ?? (retryable ? statusRetryable : statusRefused);
}

/** The problem for whatever was thrown; a bug shows its request id and nothing of itself. */
export function problemOf(thrown: unknown, requestId: string): Problem {
  const fault = thrown instanceof Fault ? thrown : new Fault('access.internal_error');
  const { code, retryable, details } = fault;
  return {
    type: `urn:fubie:fault:${code}`,
    title: code,
    status: thrown instanceof Fault ? statusOf(code, retryable) : statusBug,
    code,
    detail: faultPhrase(code),
    retryable,
    requestId,
    context: details,
  };
}
