/**
 * Personal values as ciphertext under a key per person: the room's face.
 */
export {
  asksPerQuestionMax,
  foundCountMax,
  tokenBytes,
  tokensPerQuestionMax,
} from './blind-index.ts';
export {
  EpochChange,
  type EpochChangeParts,
  type EpochRecorder,
  type EpochStanding,
  epochSecondsMax,
} from './epoch-change.ts';
export { vaultFaults } from './faults.ts';
export type { Place } from './place.ts';
export type {
  EpochOrders,
  EpochStore,
  EpochTokens,
  IndexHit,
  IndexKind,
  IndexRow,
  IndexStore,
  OwnedKey,
  StoredPlace,
  StoredValue,
  SubjectRow,
  TokenAsk,
  TokenPurpose,
  VaultStore,
  WrapKeys,
  WrappedKey,
} from './ports.ts';
export type { CipherSuite, KeyedSuite, SuiteName } from './suite.ts';
export { type IndexedFields, type Purpose, Vault, type VaultParts } from './vault.ts';
