/** The refusals of the write-once store. */
export const objectsFaults = [
  'objects.altered',
  'objects.exists_differently',
  'objects.missing',
  'objects.name_malformed',
  'objects.refused',
  'objects.store_closed',
  'objects.too_large',
  'objects.unreachable',
] as const;
