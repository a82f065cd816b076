/** RSA (RFC 8017) and DSA (FIPS 186-4) checked over whole numbers. Public values only. */
export { verifyDsa } from './dsa.ts';
export { verifyRsa } from './rsa.ts';
