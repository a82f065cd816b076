/** The codes with which the HTTP door itself refuses, before or after any room was asked. */
export const httpFaults = [
  'http.answer_late',
  'http.body_too_large',
  'http.headers_too_large',
  'http.host_unknown',
  'http.media_type_unsupported',
  'http.method_unknown',
  'http.pages_unbuilt',
  'http.request_late',
  'http.url_malformed',
] as const;
