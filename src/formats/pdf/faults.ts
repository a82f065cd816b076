/**
 * The refusals of this room. What is to be signed is never repaired: two readers that repair
 * differently see two documents, and only one of them was signed.
 */
export const pdfFaults = [
  'pdf.attachment_malformed',
  'pdf.certificate_space_small',
  'pdf.duplicate_key',
  'pdf.encrypted',
  'pdf.encrypted_password',
  'pdf.encrypted_recipient',
  'pdf.encrypted_unsupported',
  'pdf.field_malformed',
  'pdf.field_missing',
  'pdf.field_taken',
  'pdf.field_unsupported',
  'pdf.filter_unsupported',
  'pdf.header_missing',
  'pdf.limit',
  'pdf.object_misplaced',
  'pdf.page_missing',
  'pdf.range_malformed',
  'pdf.reference_circular',
  'pdf.stream_malformed',
  'pdf.syntax',
  'pdf.tail_malformed',
  'pdf.tree_malformed',
  'pdf.trailer_malformed',
  'pdf.unreadable',
  'pdf.xref_malformed',
] as const;
