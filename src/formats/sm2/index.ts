/** SM2 signatures (GB/T 32918.2-2016) checked over whole numbers. Public values only. */
export { order as sm2Order } from './curve.ts';
export { Sm2Memory } from './memory.ts';
export { signatureToDer, sm2SignatureFromDer } from './signature-value.ts';
export type { Sm2Check } from './sm2.ts';
export {
  holdsWithoutIdentity,
  identityBlock,
  sm2DefaultId,
  sm2PublicKey,
  sm2PublicKeyDer,
  verifySm2,
} from './sm2.ts';
