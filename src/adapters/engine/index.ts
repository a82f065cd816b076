/** The cryptographic engine of the server (node:crypto, zlib) and keys kept in software. */
export { cipherSuites } from './cipher-suites.ts';
export { engineFaults } from './faults.ts';
export { createNodeEngine, nodeEngine } from './node-engine.ts';
export { scryptPasswords } from './passwords.ts';
export { type KeyFile, openPkcs12 } from './pkcs12.ts';
export { sm2Signer } from './sm2-signer.ts';
export {
  createKeyFile,
  generateSoftKey,
  openKeyFile,
  openKeyFileIfThere,
  softKeyFromDer,
  softKeyFromPem,
} from './soft-key.ts';
export { softSigner } from './soft-signer.ts';
