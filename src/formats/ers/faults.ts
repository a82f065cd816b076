/** Every code this room refuses with. */
export const ersFaults = ['ers.malformed', 'ers.unsuitable'] as const;
