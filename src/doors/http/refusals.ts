/**
 * Which codes the longer walks through the rooms may refuse with, by what is asked of them.
 *
 * The fuzzer holds every route to its list: a code that is answered but not declared fails it.
 */

/** What a gateway that checks a person, or its wire, may say. */
const gatewayRefusals = ['gateways.answer_malformed', 'gateways.attestation_wrong'] as const;

export const submissionRefusals = [
  ...gatewayRefusals,
  'catalog.clause_missing',
  'catalog.field_malformed',
  'catalog.field_missing',
  'catalog.glyph_missing',
  'consent.missing',
  'identity.card_check_digit',
  'identity.card_malformed',
  'identity.id_number_birth_date',
  'identity.id_number_check_digit',
  'identity.id_number_malformed',
  'identity.mobile_malformed',
  'identity.name_malformed',
  'identity.request_differs',
  'identity.synthetic_refused',
  'lending.channel_refused',
  'lending.terms_malformed',
  'lending.terms_refused',
] as const;

export const assessmentRefusals = [
  ...gatewayRefusals,
  'bureau.authorisation_missing',
  'bureau.request_differs',
  'consent.missing',
  'lending.authorisation_missing',
  'lending.signature_missing',
] as const;

export const paymentRefusals = [
  ...gatewayRefusals,
  'core_banking.account_closed',
  'core_banking.order_differs',
  'core_banking.password_locked',
  'lending.level_not_reached',
  'lending.password_wrong',
  'lending.signature_missing',
] as const;

export const documentRefusals = ['contract.document_unknown', 'vault.erased'] as const;

/** What stands between a person and a signature. */
export const signingRefusals = [
  ...documentRefusals,
  'contract.clause_unconfirmed',
  'contract.digest_differs',
  'contract.intent_elsewhere',
  'contract.intent_expired',
  'contract.intent_unconfirmed',
  'contract.intent_unknown',
  'contract.reading_unfinished',
  'contract.slot_unknown',
  'lending.out_of_order',
  'signing.already_signed',
  'signing.attempt_void',
  'signing.certificate_expired',
  'signing.document_unknown',
  'signing.signature_differs',
  'signing.ticket_stale',
  'signing.ticket_unknown',
] as const;

/** What the gateway that sends codes may say. */
export const codeRefusals = [
  ...gatewayRefusals,
  'sms.code_expired',
  'sms.code_wrong',
  'sms.intent_differs',
  'sms.intent_unknown',
  'sms.number_locked',
  'sms.number_out_of_service',
  'sms.tries_spent',
] as const;

/** Why the authority gives no certificate. */
export const certificateRefusals = [
  'base.base64_malformed',
  'ca.attestation_spent',
  'ca.attestation_stale',
  'ca.attestation_unknown',
  'ca.attestation_wrong',
  'ca.enrolment_differs',
  'ca.identity_mismatch',
  'ca.identity_missing',
  'ca.key_spent',
  'ca.name_differs',
  'ca.request_wrong',
] as const;

export const packageRefusals = [
  'judicial.material_missing',
  'lending.case_unknown',
  'vault.erased',
] as const;
