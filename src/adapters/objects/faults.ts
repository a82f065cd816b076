/** The refusals of the write-once store. */
export const objectsFaults = [
  'objects.exists_differently',
  'objects.name_malformed',
  'objects.too_large',
] as const;
