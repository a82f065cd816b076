/**
 * Key stores: keys in files of the key-store process, in tokens, at signing services, and the
 * client of that process.
 */

export { BackupKeysClient } from './backup-client.ts';
export { KeystoreClient } from './client.ts';
export { keystoresFaults } from './faults.ts';
export { destroyFile } from './key-files.ts';
export { isOrderSecret, orderSecret } from './order-key.ts';
export { type SealSigners, sealSigners } from './seal-signers.ts';
export { ServiceKeys, simulatorMark } from './service-keys.ts';
export { SoftBackupKeys, type WrappedDataKey } from './soft-backup-keys.ts';
export {
  createSealRequest,
  destroySeal,
  destroySeals,
  installAuthorisation,
  installOwnToken,
  installSeal,
  type SealName,
  SoftSeals,
  sealKeyFile,
  sealKeyName,
  sealPublicKey,
} from './soft-seals.ts';
export { SoftWrapKeys, type TokenLimits, tokenLimits } from './soft-wrap-keys.ts';
export { TokenKeys, type TokenPlace } from './token-keys.ts';
