/** Why a back-up is refused. */
export const backupFaults = [
  'backup.altered',
  'backup.contents_differ',
  'backup.extended',
  'backup.head_malformed',
  'backup.key_refused',
  'backup.key_unknown',
  'backup.section_malformed',
  'backup.truncated',
] as const;
