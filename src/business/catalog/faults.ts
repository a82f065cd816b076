/** The codes with which the catalogue refuses. */
export const catalogFaults = [
  'catalog.file_missing',
  'catalog.file_malformed',
  'catalog.rule_missing',
  'catalog.product_unlawful',
  'catalog.template_unknown',
  'catalog.clause_missing',
  'catalog.notice_incomplete',
  'catalog.over_collection',
  'catalog.not_assessed',
  'catalog.field_missing',
  'catalog.field_malformed',
  'catalog.glyph_missing',
  'catalog.font_differs',
  'catalog.typesetting_failed',
] as const;
