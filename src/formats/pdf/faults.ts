/**
 * The refusals of this room. A file that is refused is not repaired: two readers that repair
 * differently see two documents, and only one of them was signed.
 */
export const pdfFaults = [
  'pdf.attachment_malformed',
  'pdf.certificate_space_small',
  'pdf.duplicate_key',
  'pdf.encrypted',
  'pdf.field_malformed',
  'pdf.field_taken',
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
  'pdf.xref_malformed',
] as const;
