/**
 * The refusals of formats/bundle. A reader that gets one knows the file is not such a package.
 */
export const bundleFaults = [
  /** The bytes cannot be read as a ZIP of our profile at all; `at` is the byte, `why` the rule. */
  'bundle.zip_malformed',
  /** A file may not have this name in a package. */
  'bundle.name_malformed',
  /** More files, longer names or more bytes than a package may have. */
  'bundle.limit_exceeded',
] as const;
