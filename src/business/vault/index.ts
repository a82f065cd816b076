/**
 * Personal values as ciphertext under a key per person: the room's face.
 */
export { vaultFaults } from './faults.ts';
export type { VaultStore, WrapKeys, WrappedKey } from './ports.ts';
export { type Place, Vault } from './vault.ts';
