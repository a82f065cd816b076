/**
 * Key stores: keys in files of the key-store process, and the client of that process.
 */

export { KeystoreClient } from './client.ts';
export { keystoresFaults } from './faults.ts';
export { createSealRequest, installAuthorisation, installSeal, SoftSeals } from './soft-seals.ts';
export { SoftWrapKeys } from './soft-wrap-keys.ts';
