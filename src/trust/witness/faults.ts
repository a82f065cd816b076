/** Every code this room refuses with. */
export const witnessFaults = ['witness.mirror_differs', 'witness.mirror_incomplete'] as const;
