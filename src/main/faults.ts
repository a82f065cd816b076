/** The refusals of the composition itself and of the settings it reads. */
export const mainFaults = [
  'config.file_malformed',
  'config.mode_unknown',
  'config.port_malformed',
  'main.usage',
  'main.already_running',
  'main.database_url_malformed',
  'main.simulator_refused',
  'main.socket_folder_foreign',
  'main.process_unknown',
  'main.process_not_ready',
  'main.phone_failed',
  'main.file_unreadable',
] as const;
