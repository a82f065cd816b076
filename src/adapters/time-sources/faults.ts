/** Why a server of time is not believed. */
export const timeSourcesFaults = [
  'time_sources.answer_wrong',
  'time_sources.file_malformed',
  'time_sources.silent',
] as const;
