/**
 * The technical part of the examination of electronic evidence (S4-21): what a platform of a court
 * asks of the authenticity of a package, rule by rule. Which finding bears on which rule is data.
 */
import type { FlawCode } from '../report/flaws.ts';

/** Changes whenever a rule or what bears on it does: an examination names what it was made by. */
export const examinationVersion = 'fubie.examination/1';

export const examinationRules = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A13', 'A14'] as const;

/**
 * A1 files are those that were kept; A2 signatures hold; A3 certificates lead to a trusted root
 * and were alive; A4 trusted times; A5 nothing was changed afterwards; A6 the log; A13 one device
 * in one session; A14 places that a person can have been at.
 */
export type ExaminationRule = (typeof examinationRules)[number];

/** The rule that each flaw breaks or leaves open; the others are no question of authenticity. */
export const ruleOfFlaw: Readonly<Partial<Record<FlawCode, ExaminationRule>>> = {
  ...all('A1', [
    'file_unknown',
    'zip_malformed',
    'zip_not_strict',
    'file_altered',
    'file_unexpected',
    'file_missing',
    'manifest_differs',
    'disclosure_malformed',
    'disclosure_unlisted',
    'report_binding_missing',
    'report_binding_differs',
    'document_not_logged',
    'paper_differs',
    'paper_not_shown',
    'certificate_file_differs',
    'stamp_file_differs',
    'slots_differ',
    'file_not_committed',
    'content_missing',
    'file_uncovered',
    'package_form_unknown',
  ]),
  ...all('A2', [
    'pdf_malformed',
    'signature_missing',
    'byte_range_wrong',
    'contents_not_strict',
    'cms_malformed',
    'cms_not_strict',
    'content_type_differs',
    'digest_differs',
    'signature_wrong',
    'signer_certificate_differs',
    'signer_certificate_missing',
    'algorithm_unsuitable',
    'algorithm_outdated',
    'algorithm_not_supported',
    'ofd_malformed',
    'seal_wrong',
    'object_malformed',
    'password_missing',
    'signature_policy_missing',
    'signature_policy_wrong',
    'signature_policy_unmet',
    'entry_signature_wrong',
    'entry_attestation_wrong',
    'source_signature_wrong',
  ]),
  ...all('A3', [
    'issued_to_another_key',
    'intent_not_attested',
    'issuance_not_logged',
    'phone_not_the_applicants',
    'signer_role_wrong',
    'seal_unknown',
    'receipt_wrong',
    'applicant_not_shown',
    'intent_not_shown',
    'certificate_not_for_signing',
    'certificate_malformed',
    'certificate_revoked',
    'chain_broken',
    'chain_not_found',
    'certificate_out_of_time',
    'certificate_ended_unrevoked',
    'revoked_without_proof',
    'authority_revoked_without_proof',
    'revocation_not_known',
    'revocation_malformed',
    'revocation_wrong',
    'revocation_missing',
    'entry_actor_unknown',
    'institution_differs',
    'trust_missing',
    'trust_malformed',
  ]),
  ...all('A4', [
    'certificate_not_yet_valid',
    'signed_after_expiry',
    'stamp_missing',
    'stamp_malformed',
    'stamp_wrong',
    'stamp_untrusted',
    'stamped_outside_certificate',
    'stamps_out_of_order',
    'intent_time_wrong',
    'time_not_proved',
    'later_than_judged',
  ]),
  ...all('A5', ['change_forbidden', 'bytes_uncovered', 'face_out_of_place', 'face_forbidden']),
  ...all('A6', [
    'entry_malformed',
    'entry_version_unknown',
    'entry_chain_broken',
    'entry_case_differs',
    'shard_wrong',
    'checkpoint_malformed',
    'checkpoint_unsigned',
    'checkpoint_signature_wrong',
    'proof_malformed',
    'proof_missing',
    'proof_wrong',
    'witness_quorum_missing',
    'sentinel_missing',
    'witness_time_wrong',
    'policy_differs',
    'policy_not_logged',
    'case_not_sealed',
    'case_seal_differs',
    'anchor_malformed',
    'anchor_wrong',
    'head_stamp_wrong',
    'register_wrong',
    'twin_wrong',
    'accusation_malformed',
    'accusation_unproved',
  ]),
};

function all(
  rule: ExaminationRule,
  codes: readonly FlawCode[],
): Partial<Record<FlawCode, ExaminationRule>> {
  return Object.fromEntries(codes.map((code) => [code, rule]));
}
