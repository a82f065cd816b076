/** Every code this room refuses with. */
export const judicialFaults = [
  /** There is no package of that name for this tenant. */
  'judicial.package_unknown',
  /** The case lacks something that a package must hold; `what` names it. */
  'judicial.material_missing',
  /** The chain cannot be closed; `missing` lists what it lacks. */
  'judicial.links_missing',
  'judicial.chain_closed',
  'judicial.slot_unknown',
  /** A slot of that word stands already, or there are too many. */
  'judicial.slot_taken',
  /** No case of this tenant has that number or entry. */
  'judicial.reference_unknown',
] as const;
