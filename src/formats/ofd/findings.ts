/** What can be found at an OFD and its signatures, by weight. */
import { type CmsFinding, cmsFindings } from '#formats/cms';
import { type SealFinding, sealFindings } from '#formats/ses';

const own = {
  file_malformed: 'invalid',
  file_ambiguous: 'invalid',
  not_signed: 'indeterminate',
  signature_malformed: 'invalid',
  signature_id_twice: 'invalid',
  signed_value_missing: 'invalid',
  signed_value_unknown: 'indeterminate',
  signed_data_differs: 'invalid',
  reference_differs: 'invalid',
  reference_missing: 'invalid',
  reference_method_unknown: 'indeterminate',
  nothing_referenced: 'invalid',
  content_not_covered: 'indeterminate',
  content_encrypted: 'indeterminate',
  seal_file_differs: 'invalid',
  seal_place_differs: 'warning',
  max_sign_id_exceeded: 'warning',
  reference_method_misnamed: 'warning',
  reference_path_loose: 'warning',
  signature_not_listed: 'warning',
  value_over_digest: 'warning',
} as const;

/** Every code a finding may have, with its weight. */
export const ofdFindings = { ...cmsFindings, ...sealFindings, ...own } as const;

/** The name of something found at an OFD. */
export type OfdFindingCode = keyof typeof own | CmsFinding | SealFinding['code'];

/** One thing found, and where. */
export interface OfdFinding {
  readonly code: OfdFindingCode;
  readonly weight: 'invalid' | 'indeterminate' | 'warning';
  /** The file of the archive, or `zip`. */
  readonly part: string;
  readonly detail: string;
}

export function finding(code: OfdFindingCode, part: string, detail = ''): OfdFinding {
  return { code, weight: ofdFindings[code], part, detail };
}
