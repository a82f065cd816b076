/** The stores of the vault: values, the epochs of its keys, and what is found again by a digest. */
export { PostgresVaultEpochs } from './vault-epoch-store.ts';
export { PostgresVaultIndex } from './vault-index-store.ts';
export { PostgresVault } from './vault-store.ts';
