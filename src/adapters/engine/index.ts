/** The cryptographic engine of the server (node:crypto, zlib) and keys kept in software. */
export { engineFaults } from './faults.ts';
export { nodeEngine } from './node-engine.ts';
export { createKeyFile, generateSoftKey, openKeyFile, softKeyFromPem } from './soft-key.ts';
export { softSigner } from './soft-signer.ts';
