/** A strict, small reader of XML 1.0 with namespaces; no document types, no entities. */

export { canonicalXml, hasInstructions } from './canonical.ts';
export { xmlFaults } from './faults.ts';
export { xmlBytesMax } from './limits.ts';
export { readXml } from './reader.ts';
export type { XmlAttribute, XmlElement, XmlText } from './tree.ts';
export { attributeOf, elementAt, elementOf, elementsOf, textIn } from './tree.ts';
