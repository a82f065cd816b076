/** SM2 signatures (GB/T 32918.2-2016) checked over whole numbers. Public values only. */
export { sm2DefaultId, sm2PublicKey, verifySm2 } from './sm2.ts';
