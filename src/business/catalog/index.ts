/** Products, templates, law and texts of the house, as dated data. */
export { Catalog, type CatalogProduct, type ProductWords } from './catalog.ts';
export type { Consent, ConsentWords } from './consent-texts.ts';
export type { RequiredEvidence } from './evidence-list.ts';
export { catalogFaults } from './faults.ts';
export { type Groups, type Shape, selectFields } from './fields.ts';
export type { Institution } from './institution.ts';
export { LawOfDay, type LawRule, type LawTable, ruleAt } from './law.ts';
export type { CatalogReader } from './reader.ts';
export type {
  DocumentTemplate,
  PrintedDocument,
  PrintOrder,
  SignaturePlace,
} from './template.ts';
