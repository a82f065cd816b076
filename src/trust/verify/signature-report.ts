/**
 * One signature's line of the report: its verdict, and the four conditions of article 13 of the
 * Electronic Signature Law (电子签名法) as they follow from what was found.
 */
import { verdictOf } from './findings.ts';
import type { FlawCode } from './flaws.ts';
import type { Is, Law13, Report, SignatureReport } from './report.ts';
import type { JudgedSignature } from './signature.ts';

const contentCodes: readonly FlawCode[] = [
  'digest_differs',
  'change_forbidden',
  'face_out_of_place',
  'face_forbidden',
  'byte_range_wrong',
  'pdf_malformed',
];
const signatureCodes: readonly FlawCode[] = [
  'signature_wrong',
  'signer_certificate_differs',
  'cms_malformed',
  'cms_not_strict',
  'contents_not_strict',
  'stamp_wrong',
  'stamp_malformed',
  'stamp_missing',
];
const dataCodes: readonly FlawCode[] = [
  'chain_broken',
  'chain_not_found',
  'issuance_not_logged',
  'issued_to_another_key',
  'phone_not_the_applicants',
  'applicant_not_shown',
  'seal_unknown',
  'signer_role_wrong',
  'certificate_revoked',
  'certificate_not_for_signing',
  'stamped_outside_certificate',
];
const controlCodes: readonly FlawCode[] = [
  'intent_not_attested',
  'intent_time_wrong',
  'intent_not_shown',
  'issued_to_another_key',
  'issuance_not_logged',
];

export function signatureReport(judged: JudgedSignature, kind: Report['kind']): SignatureReport {
  return { ...judged.report, ...verdictOf(judged.findings.flaws), law13: law13Of(judged, kind) };
}

function law13Of(judged: JudgedSignature, kind: Report['kind']): Law13 {
  const answer = (codes: readonly FlawCode[]): Is =>
    verdictOf(judged.findings.flaws.filter(({ code }) => codes.includes(code))).is;
  const fixed = answer(signatureCodes);
  // A PDF alone shows no log, and no file shows how an institution guards its seal.
  const shownByFile: Is =
    kind === 'package' && judged.holder === 'person' ? 'valid' : 'indeterminate';
  const control = answer(controlCodes);
  return {
    ownData: judged.certificate === undefined ? 'invalid' : answer(dataCodes),
    ownControl: control === 'valid' ? shownByFile : control,
    signatureFixed: fixed,
    contentFixed: fixed === 'invalid' ? 'invalid' : answer(contentCodes),
  };
}
