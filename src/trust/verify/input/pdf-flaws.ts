/**
 * What is wrong with how a signature sits in its PDF, as flaws of a judgement.
 */
import type { SignatureFlaw } from '#formats/pdf';
import type { FlawCode } from '../report/flaws.ts';

export const structureCodes: Readonly<Record<SignatureFlaw, FlawCode>> = {
  byte_range_malformed: 'byte_range_wrong',
  byte_range_start: 'byte_range_wrong',
  gap_differs: 'byte_range_wrong',
  contents_indirect: 'byte_range_wrong',
  contents_malformed: 'cms_malformed',
  contents_missing: 'cms_malformed',
  contents_not_hex: 'contents_not_strict',
  dictionary_malformed: 'pdf_malformed',
  inside_object_stream: 'pdf_malformed',
  key_repeated: 'pdf_malformed',
  revision_incomplete: 'bytes_uncovered',
  shared_by_fields: 'pdf_malformed',
};

/** Spellings that leave no room for another document; foreign signers have used them honestly. */
export const harmlessStructure: ReadonlySet<SignatureFlaw> = new Set(['contents_not_hex']);
