/** Products, templates, law and texts of the house, as dated data. */
export { faceFields } from './assessment.ts';
export { Catalog, type CatalogProduct, type ConsentRow, type ProductWords } from './catalog.ts';
export type { NoticeNames, NoticeParty } from './consent-notice.ts';
export type { Consent, ConsentWords } from './consent-texts.ts';
export type { RequiredEvidence } from './evidence-list.ts';
export { catalogFaults } from './faults.ts';
export { type Groups, type Shape, selectFields } from './fields.ts';
export { LawOfDay, type LawRule, type LawTable, ruleAt } from './law.ts';
export type { AskedCapture, CollectedField, Minimisation } from './minimisation.ts';
export type { EnglishWords } from './product.ts';
export type { CatalogReader } from './reader.ts';
export type {
  DocumentTemplate,
  PrintedDocument,
  PrintOrder,
  SignaturePlace,
} from './template.ts';
