/** Evidence of other systems: schemas, records, files, their chains; attached without contracts. */
export { Closing, type ClosingParts, type Completeness, completenessOf } from './closing.ts';
export {
  type DefinitionParts,
  Definitions,
  type Held,
  type ShownDefinition,
} from './definitions.ts';
export {
  DepositDesk,
  type DepositOrder,
  type DepositParts,
  type ItemReceipt,
  itemsPerDepositMax,
  type RecordOrder,
  recordsPerBatchMax,
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
export type {
  ChunkRow,
  DefinitionRow,
  DepositRow,
  DepositSeal,
  DepositStore,
  FileRow,
  ItemRow,
  RunningDigests,
  SourceKeys,
} from './ports.ts';
export { type CheckedRecord, checkRecord } from './record.ts';
export { type Definition, readDefinition, type Scenario, type ScenarioSlot } from './scenario.ts';
export {
  type EvidenceSchema,
  type FieldKind,
  type SchemaField,
  type Sensitivity,
} from './schema.ts';
export type { ScenarioLine } from './slot-lines.ts';
export { type GivenSignature, type Source } from './source-signature.ts';
