/** Why an XML text is refused: not well-formed, a doctype, an encoding, too much of it. */
export const xmlFaults = [
  'xml.malformed',
  'xml.doctype_refused',
  'xml.encoding_unsupported',
  'xml.limit',
] as const;
