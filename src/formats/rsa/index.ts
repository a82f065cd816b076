/** RSA signatures (RFC 8017) checked over whole numbers. Public values only. */
export { verifyRsa } from './rsa.ts';
