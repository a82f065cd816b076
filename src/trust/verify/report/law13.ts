/**
 * The four conditions of article 13 of the Electronic Signature Law (电子签名法) as they follow
 * from what was found: each with the finding it rests on.
 */
import { verdictOf } from './findings.ts';
import type { FlawCode } from './flaws.ts';
import type { Flaw, Is, Law13, Law13Reason } from './report.ts';

/** (4) Any later change to content and form of the message can be found. */
const contentCodes: readonly FlawCode[] = [
  'digest_differs',
  'change_forbidden',
  'face_out_of_place',
  'face_forbidden',
  'byte_range_wrong',
  'bytes_uncovered',
  'file_uncovered',
  'pdf_malformed',
  'ofd_malformed',
  'content_missing',
];
/** (3) Any later change to the signature can be found. */
const signatureCodes: readonly FlawCode[] = [
  'signature_wrong',
  'signer_certificate_differs',
  'signer_certificate_missing',
  'cms_malformed',
  'cms_not_strict',
  'content_type_differs',
  'contents_not_strict',
  'algorithm_unsuitable',
  'algorithm_outdated',
  'algorithm_not_supported',
  'stamp_wrong',
  'stamp_malformed',
  'stamp_missing',
];
/** (1) The signature data belong to the signer alone when used. */
const ownDataCodes: readonly FlawCode[] = [
  'chain_broken',
  'chain_not_found',
  'issuance_not_logged',
  'issued_to_another_key',
  'phone_not_the_applicants',
  'applicant_not_shown',
  'seal_unknown',
  'seal_wrong',
  'signer_role_wrong',
  'certificate_revoked',
  'revoked_without_proof',
  'authority_revoked_without_proof',
  'revocation_not_known',
  'certificate_not_for_signing',
  'certificate_not_yet_valid',
  'certificate_out_of_time',
  'certificate_ended_unrevoked',
  'signed_after_expiry',
  'stamped_outside_certificate',
];
/** (2) Only the signer controls the signature data when signing. */
const controlCodes: readonly FlawCode[] = [
  'intent_not_attested',
  'intent_time_wrong',
  'intent_not_shown',
  'issued_to_another_key',
  'issuance_not_logged',
];

/** One of the four conditions. */
export type Condition = Exclude<keyof Law13, 'because'>;

/** The flaws that speak against each condition, as docs/guide/self-assessment.md lists them. */
export const law13Codes: Readonly<Record<Condition, readonly FlawCode[]>> = {
  ownData: ownDataCodes,
  ownControl: controlCodes,
  signatureFixed: signatureCodes,
  contentFixed: contentCodes,
};

/** What these flaws of one signature mean for each condition. */
export function law13Of(
  flaws: readonly Flaw[],
  { hasCertificate, showsControl }: { hasCertificate: boolean; showsControl: boolean },
): Law13 {
  const because: { [Name in Condition]?: Law13Reason } = {};
  const answer = (name: Condition): Is => {
    const verdict = verdictOf(flaws.filter(({ code }) => law13Codes[name].includes(code)));
    if (verdict.because !== undefined) because[name] = verdict.because;
    return verdict.is;
  };
  const signatureFixed = answer('signatureFixed');
  const content = answer('contentFixed');
  const control = answer('ownControl');
  const own = answer('ownData');
  return {
    ownData: hasCertificate ? own : 'invalid',
    // No file shows how a key is kept, but for the package in which this house's phones prove it.
    ownControl: control === 'valid' && !showsControl ? 'indeterminate' : control,
    signatureFixed,
    contentFixed: signatureFixed === 'invalid' ? 'invalid' : content,
    because: {
      ...(hasCertificate ? {} : { ownData: 'signer_certificate_missing' }),
      ...(control === 'valid' && !showsControl ? { ownControl: 'not_shown_by_file' } : {}),
      ...because,
    },
  };
}
