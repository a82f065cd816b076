/** What is found at a seal or its use, as flaws of a judgement. */
import type { SealFinding } from '#formats/ses';
import type { FlawCode } from '../report/flaws.ts';

export const sealCodes: Partial<Record<SealFinding['code'], FlawCode>> = {
  seal_use_broken: 'signature_wrong',
  seal_data_differs: 'digest_differs',
  seal_certificate_unreadable: 'signer_certificate_missing',
  seal_signature_broken: 'seal_wrong',
  sealer_not_holder: 'seal_wrong',
  seal_not_yet_valid: 'seal_wrong',
  seal_expired: 'seal_wrong',
};
