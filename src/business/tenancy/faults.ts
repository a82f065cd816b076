/** The refusals of the tenancy. */
export const tenancyFaults = [
  'tenancy.export_unfinished',
  'tenancy.exists_differently',
  'tenancy.host_taken',
  'tenancy.leaving',
  'tenancy.month_malformed',
  'tenancy.not_a_lender',
  'tenancy.parent_refused',
  'tenancy.parent_unknown',
  'tenancy.prices_malformed',
  'tenancy.product_not_offered',
  'tenancy.quota_exceeded',
  'tenancy.record_malformed',
  'tenancy.tenant_unknown',
  'tenancy.type_unknown',
  'tenancy.types_malformed',
] as const;
