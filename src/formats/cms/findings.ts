/** What can be found at a signer of a CMS message, by weight. */
/** What was found at a signer, by weight. */
export const cmsFindings = {
  signature_broken: 'invalid',
  digest_differs: 'invalid',
  content_type_differs: 'invalid',
  content_type_missing: 'invalid',
  content_is_attributes: 'invalid',
  signing_certificate_differs: 'invalid',
  algorithm_protection_differs: 'invalid',
  attribute_malformed: 'invalid',
  message_digest_missing: 'invalid',
  signer_certificate_missing: 'indeterminate',
  signer_certificate_unreadable: 'indeterminate',
  algorithm_unknown: 'indeterminate',
  algorithm_unsupported: 'indeterminate',
  content_missing: 'indeterminate',
  algorithms_disagree: 'warning',
  attribute_unread: 'warning',
  attributes_unsorted: 'warning',
  signature_raw: 'warning',
  signer_id_differs: 'warning',
  signing_certificate_name_differs: 'warning',
  signing_certificate_unbound: 'warning',
} as const;

/** The name of something found at a signer. */
export type CmsFinding = keyof typeof cmsFindings;

/** One thing found at a signer. */
export interface SignerFinding {
  readonly code: CmsFinding;
  readonly weight: 'invalid' | 'indeterminate' | 'warning';
  readonly detail: string;
}

/** Notes a finding. */
export type Found = (code: CmsFinding, detail?: string) => void;
