/**
 * Everything that is counted for a tenant; `bytes` are bytes of sealed documents and packages.
 */
export const metered = ['contracts', 'entries', 'stamps', 'packages', 'bytes', 'sms'] as const;

/** One thing that is counted. */
export type Metered = (typeof metered)[number];
