/** Lists of trusted services: ETSI TS 119 612, folders of certificates, a domestic template. */

export { domesticFormat } from './domestic.ts';
export { trustlistFaults } from './faults.ts';
export type { ListSignature } from './list-signature.ts';
export { checkListSignature } from './list-signature.ts';
export { readTrust } from './read.ts';
export type {
  ListNotice,
  ServiceKind,
  ServicePeriod,
  TrustedList,
  TrustedService,
} from './service.ts';
export { isGrantedAt, servicesAt } from './service.ts';
