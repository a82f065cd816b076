/** The refusals of the database adapter; its stores add those of the rooms they serve. */
export const postgresFaults = [
  'postgres.binaries_absent',
  'postgres.conflict',
  'postgres.dump_blind',
  'postgres.load_form_differs',
  'postgres.load_not_empty',
  'postgres.migration_changed',
  'postgres.not_ready',
  'postgres.password_refused',
  'postgres.role_absent',
  'postgres.row_malformed',
  'postgres.socket_path_too_long',
  'postgres.timeout',
  'postgres.unavailable',
] as const;
