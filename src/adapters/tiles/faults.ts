/** Every code this room refuses with, besides those of the rooms whose ports it fills. */
export const tilesFaults = ['tiles.unwritable'] as const;
