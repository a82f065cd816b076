/** The codes with which the integration room refuses. */
export const integrationFaults = ['integration.job_unknown', 'integration.job_broke'] as const;
