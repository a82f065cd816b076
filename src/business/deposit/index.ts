/** Evidence of other systems: schemas, records, files, their chains; attached without contracts. */
export { Closing, type ClosingParts, type Completeness, type Outcome } from './closing.ts';
export {
  type DefinitionParts,
  Definitions,
  type Held,
  type ShownDefinition,
} from './definitions.ts';
export {
  DepositDesk,
  type DepositParts,
  itemsPerDepositMax,
} from './deposit-desk.ts';
export { depositFaults } from './faults.ts';
export { instantOf, unknownWord, valueOf } from './field-values.ts';
export {
  FileDesk,
  type FileOrder,
  type FileParts,
  fileBytesMax,
  type OpenFile,
  partBytes,
} from './file-desk.ts';
export { Keeping, type KeepingParts } from './keeping.ts';
export {
  type ChunkRow,
  type DefinitionRow,
  type DefinitionStore,
  type DepositFilter,
  type DepositHold,
  type DepositRow,
  type DepositStore,
  type DepositTerms,
  depositAuthorities,
  type FileRow,
  type ItemRow,
  type RunningDigests,
  type SourceKeys,
} from './ports.ts';
export { checkRecord } from './record.ts';
export {
  type ItemReceipt,
  type RecordBatch,
  RecordDesk,
  recordsPerBatchMax,
} from './record-desk.ts';
export type { RecordOrder } from './record-drafts.ts';
export type { DepositOrder } from './required-list.ts';
export { type Definition, readDefinition, type Scenario, type ScenarioSlot } from './scenario.ts';
export {
  type EvidenceSchema,
  type FieldKind,
  type SchemaField,
  type Sensitivity,
} from './schema.ts';
export type { Deposit } from './sealed-facts.ts';
export { SlotDesk } from './slot-desk.ts';
export { type GivenSignature, type Source } from './source-signature.ts';
