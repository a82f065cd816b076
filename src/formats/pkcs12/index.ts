/** Key files in which a person keeps a key with its certificates (PKCS#12, RFC 7292). */
export { type PasswordCipher, pkcs12BytesMax, pkcs12IterationsMax } from './ciphers.ts';
export { pkcs12Faults } from './faults.ts';
export {
  type Pkcs12,
  type Pkcs12Bag,
  type Pkcs12Mac,
  readBags,
  readPkcs12,
  readSealedKey,
  type SealedBytes,
} from './pfx.ts';
