/** Tenants: who they are, under whom they stand, what they use, where their documents lie. */
export { tenancyFaults } from './faults.ts';
export { type Metered, metered } from './metered.ts';
export { ObjectSweep } from './object-sweep.ts';
export { type OrganisationType, OrganisationTypes } from './organisation.ts';
export type {
  Ancestor,
  DocumentObjects,
  NamedObjects,
  ObjectName,
  ObjectPlace,
  SweptObjects,
  TenantDirectory,
  TenantRow,
  TenantStore,
  UsageStore,
  UsageSums,
} from './ports.ts';
export {
  type Lender,
  normalHost,
  parseTenantRecord,
  printTenantRecord,
  type TenantRecord,
  type TenantState,
  tenantMoves,
} from './tenant.ts';
export { type TenantRegister, Tenants, type TenantView } from './tenants.ts';
export {
  type Bill,
  type Meter,
  Metering,
  type Prices,
  parsePrices,
  sumsJson,
} from './usage.ts';
