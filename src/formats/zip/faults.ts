/** Why an archive is refused. */
export const zipFaults = ['zip.malformed', 'zip.unsupported', 'zip.limit'] as const;
