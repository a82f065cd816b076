/** Every code this room refuses with. */
export const tilesFaults = ['tiles.malformed', 'tiles.absent', 'tiles.range_malformed'] as const;
