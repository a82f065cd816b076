/** Why a list of trusted services is refused. */
export const trustlistFaults = [
  'trustlist.malformed',
  'trustlist.format_unknown',
  'trustlist.limit',
] as const;
