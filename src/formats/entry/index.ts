/** The entry format: print, parse, check signatures, openings and case chains. Pure. */
export {
  type Attestation,
  attest,
  attestationExtensionOid,
  attestationJson,
  attestationMessage,
  isAttestationExtension,
  isAttestedBy,
  parseAttestation,
  type Statement,
} from './attestation.ts';
export { type CaseFlaw, caseFlaws, isSeal, sealOf } from './case-chain.ts';
export { type EntryFlaw, type Opened, openEntry, signatureFlaw } from './checks.ts';
export { enrolmentDigest, enrolmentMessage, shownDigestLetters } from './enrolment.ts';
export type { ChainPlace, Entry, NewerEntry, Original, UnsignedEntry } from './entry.ts';
export {
  caseTagBytes,
  entryBytesMax,
  entryHash,
  entryMessage,
  parseEntry,
  parseNewerEntry,
  printEntry,
  signedEntry,
} from './entry.ts';
export {
  type EntryType,
  entryTypes,
  entryVersionMax,
  isEntryType,
  versionOf,
} from './entry-types.ts';
export { entryFaults } from './faults.ts';
export {
  type Absence,
  addedSlotsIn,
  fillSlots,
  printSlots,
  readAddedSlot,
  readSlots,
  type SlotDocument,
  type SlotLine,
  type SlotState,
  slotDigest,
} from './slots.ts';
export { batchMessage, isBlind, type SourceRecord, sourceLeaf, sourceMessage } from './source.ts';
export { type SourceMix, sourceClassOf, sourceMix } from './source-class.ts';
export {
  isPartyStatement,
  partyEntryOf,
  type SourceClass,
  type StatedPlace,
  type StatementRule,
  statedPlace,
  statementFlaw,
  statementRules,
  statementRulesOf,
} from './statements.ts';
export { orderFlaws, type Stage, type StageTime, stages, stageTimesOf } from './time-order.ts';
