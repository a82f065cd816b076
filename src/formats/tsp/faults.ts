/** Why a time-stamp request, answer or token is refused when it is read or made. */
export const tspFaults = ['tsp.malformed', 'tsp.unsuitable'] as const;
