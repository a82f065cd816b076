/**
 * Every flaw a judgement can name, the graver or more telling one first.
 *
 * The order decides which flaw becomes the `because` of a report. `sub` is the sub-indication of
 * ETSI EN 319 102-1 section 5.1.3 that fits. Under the strict profile the house's own rules are
 * constraints of the validation policy, so breaking one fails and is not indeterminate; so does,
 * under either profile, what no further material could heal (docs/decisions/0024).
 */

interface FlawRule {
  readonly is: 'invalid' | 'indeterminate';
  readonly sub: string;
}

const failed = (sub: string): FlawRule => ({ is: 'invalid', sub });
const open = (sub: string): FlawRule => ({ is: 'indeterminate', sub });

export const flawRules = {
  // The file itself.
  file_unknown: failed('FORMAT_FAILURE'),
  zip_malformed: failed('FORMAT_FAILURE'),
  zip_not_strict: failed('FORMAT_FAILURE'),
  file_altered: failed('HASH_FAILURE'),
  file_unexpected: failed('FORMAT_FAILURE'),
  file_missing: failed('SIGNED_DATA_NOT_FOUND'),
  manifest_differs: failed('HASH_FAILURE'),

  // The thieves: who was given a certificate, for which intent, and is that in the log?
  issued_to_another_key: failed('SIG_CONSTRAINTS_FAILURE'),
  intent_not_attested: failed('SIG_CONSTRAINTS_FAILURE'),
  issuance_not_logged: failed('SIG_CONSTRAINTS_FAILURE'),
  phone_not_the_applicants: failed('SIG_CONSTRAINTS_FAILURE'),
  intent_time_wrong: failed('TIMESTAMP_ORDER_FAILURE'),
  signer_role_wrong: failed('SIG_CONSTRAINTS_FAILURE'),
  seal_unknown: failed('SIG_CONSTRAINTS_FAILURE'),
  receipt_wrong: failed('SIG_CONSTRAINTS_FAILURE'),

  // One signature of one document.
  pdf_malformed: failed('FORMAT_FAILURE'),
  signature_missing: failed('SIGNED_DATA_NOT_FOUND'),
  byte_range_wrong: failed('FORMAT_FAILURE'),
  contents_not_strict: failed('FORMAT_FAILURE'),
  cms_malformed: failed('FORMAT_FAILURE'),
  cms_not_strict: failed('FORMAT_FAILURE'),
  content_type_differs: failed('FORMAT_FAILURE'),
  digest_differs: failed('HASH_FAILURE'),
  signature_wrong: failed('SIG_CRYPTO_FAILURE'),
  signer_certificate_differs: failed('SIG_CONSTRAINTS_FAILURE'),
  certificate_not_for_signing: failed('SIG_CONSTRAINTS_FAILURE'),
  certificate_malformed: failed('FORMAT_FAILURE'),
  certificate_not_yet_valid: failed('NOT_YET_VALID'),
  signed_after_expiry: failed('EXPIRED'),
  chain_broken: failed('CHAIN_CONSTRAINTS_FAILURE'),
  certificate_revoked: failed('REVOKED'),
  stamp_missing: failed('NO_POE'),
  stamp_malformed: failed('FORMAT_FAILURE'),
  stamp_wrong: failed('SIG_CRYPTO_FAILURE'),
  stamp_untrusted: failed('NO_CERTIFICATE_CHAIN_FOUND'),
  stamped_outside_certificate: failed('OUT_OF_BOUNDS_NO_POE'),
  change_forbidden: failed('FORMAT_FAILURE'),
  bytes_uncovered: failed('FORMAT_FAILURE'),
  face_out_of_place: failed('SIG_CONSTRAINTS_FAILURE'),
  face_forbidden: failed('SIG_CONSTRAINTS_FAILURE'),
  algorithm_unsuitable: failed('CRYPTO_CONSTRAINTS_FAILURE'),

  // A seal or a signed value in an OFD document, or another file that was judged by itself.
  ofd_malformed: failed('FORMAT_FAILURE'),
  seal_wrong: failed('SIG_CONSTRAINTS_FAILURE'),
  object_malformed: failed('FORMAT_FAILURE'),

  // The entries of the case and what is opened of them.
  entry_malformed: failed('FORMAT_FAILURE'),
  entry_signature_wrong: failed('SIG_CRYPTO_FAILURE'),
  entry_actor_unknown: failed('NO_SIGNING_CERTIFICATE_FOUND'),
  entry_chain_broken: failed('HASH_FAILURE'),
  entry_case_differs: failed('SIG_CONSTRAINTS_FAILURE'),
  entry_time_backwards: failed('TIMESTAMP_ORDER_FAILURE'),
  entry_attestation_wrong: failed('SIG_CRYPTO_FAILURE'),
  outside_word_wrong: failed('SIG_CONSTRAINTS_FAILURE'),
  disclosure_malformed: failed('FORMAT_FAILURE'),
  disclosure_unlisted: failed('HASH_FAILURE'),

  // The log, its witnesses and its policy.
  shard_wrong: failed('HASH_FAILURE'),
  checkpoint_malformed: failed('FORMAT_FAILURE'),
  checkpoint_unsigned: failed('SIG_CRYPTO_FAILURE'),
  checkpoint_signature_wrong: failed('SIG_CRYPTO_FAILURE'),
  institution_differs: failed('SIG_CONSTRAINTS_FAILURE'),
  anchor_malformed: failed('FORMAT_FAILURE'),
  anchor_wrong: failed('HASH_FAILURE'),
  twin_wrong: failed('HASH_FAILURE'),
  head_stamp_wrong: failed('NO_POE'),
  register_wrong: failed('POLICY_PROCESSING_ERROR'),
  accusation_malformed: failed('FORMAT_FAILURE'),
  accusation_unproved: failed('SIG_CONSTRAINTS_FAILURE'),
  proof_malformed: failed('FORMAT_FAILURE'),
  proof_missing: failed('NO_POE'),
  proof_wrong: failed('HASH_FAILURE'),
  witness_quorum_missing: failed('NO_POE'),
  sentinel_missing: failed('NO_POE'),
  witness_time_wrong: failed('TIMESTAMP_ORDER_FAILURE'),
  policy_differs: failed('POLICY_PROCESSING_ERROR'),
  policy_not_logged: failed('POLICY_PROCESSING_ERROR'),

  // What binds the files of a package to each other.
  report_binding_missing: failed('SIGNED_DATA_NOT_FOUND'),
  report_binding_differs: failed('HASH_FAILURE'),
  document_not_logged: failed('HASH_FAILURE'),
  paper_differs: failed('SIG_CONSTRAINTS_FAILURE'),
  certificate_file_differs: failed('FORMAT_FAILURE'),
  stamp_file_differs: failed('FORMAT_FAILURE'),
  revocation_malformed: failed('FORMAT_FAILURE'),
  revocation_wrong: failed('SIG_CRYPTO_FAILURE'),
  revocation_missing: failed('REVOCATION_OUT_OF_BOUNDS_NO_POE'),

  // Is the record whole?
  required_list_differs: failed('HASH_FAILURE'),
  required_list_malformed: failed('FORMAT_FAILURE'),
  case_not_sealed: failed('SIG_CONSTRAINTS_FAILURE'),
  case_seal_differs: failed('HASH_FAILURE'),
  evidence_missing: failed('SIG_CONSTRAINTS_FAILURE'),
  slots_differ: failed('HASH_FAILURE'),
  entry_out_of_place: failed('SIG_CONSTRAINTS_FAILURE'),
  file_not_committed: failed('HASH_FAILURE'),
  source_signature_wrong: failed('SIG_CRYPTO_FAILURE'),

  // What cannot be told from what was handed in: it names the material that is missing.
  resource_limit: open('CUSTOM'),
  package_form_unknown: open('POLICY_PROCESSING_ERROR'),
  entry_version_unknown: open('POLICY_PROCESSING_ERROR'),
  password_missing: open('SIGNED_DATA_NOT_FOUND'),
  content_missing: open('SIGNED_DATA_NOT_FOUND'),
  file_uncovered: open('SIGNED_DATA_NOT_FOUND'),
  signer_certificate_missing: open('NO_SIGNING_CERTIFICATE_FOUND'),
  algorithm_not_supported: open('CUSTOM'),
  chain_not_found: open('NO_CERTIFICATE_CHAIN_FOUND'),
  certificate_out_of_time: open('OUT_OF_BOUNDS_NO_POE'),
  certificate_ended_unrevoked: open('OUT_OF_BOUNDS_NOT_REVOKED'),
  revoked_without_proof: open('REVOKED_NO_POE'),
  authority_revoked_without_proof: open('REVOKED_CA_NO_POE'),
  revocation_not_known: open('TRY_LATER'),
  algorithm_outdated: open('CRYPTO_CONSTRAINTS_FAILURE_NO_POE'),
  stamps_out_of_order: open('TIMESTAMP_ORDER_FAILURE'),
  trust_missing: open('NO_CERTIFICATE_CHAIN_FOUND'),
  trust_malformed: open('POLICY_PROCESSING_ERROR'),
  applicant_not_shown: open('SIG_CONSTRAINTS_FAILURE'),
  paper_not_shown: open('SIGNED_DATA_NOT_FOUND'),
  intent_not_shown: open('SIG_CONSTRAINTS_FAILURE'),
  signature_policy_missing: open('SIGNATURE_POLICY_NOT_AVAILABLE'),
  signature_policy_wrong: open('POLICY_PROCESSING_ERROR'),
  signature_policy_unmet: open('SIG_CONSTRAINTS_FAILURE'),
  time_not_proved: open('NO_POE'),
  later_than_judged: open('TIMESTAMP_ORDER_FAILURE'),
} as const satisfies Record<string, FlawRule>;

export type FlawCode = keyof typeof flawRules;
