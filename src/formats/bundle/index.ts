/**
 * The evidence package as a file: a ZIP with one spelling, a closed list of names, a manifest.
 */
export { crc32 } from './crc32.ts';
export { bundleFaults } from './faults.ts';
export type { Place } from './layout.ts';
export {
  borderName,
  digestName,
  documentName,
  numbered,
  packageFormMax,
  placeOf,
  requiredNames,
} from './layout.ts';
export { bundleBytesMax, bundleFilesMax } from './limits.ts';
export type { FileDigest } from './manifest.ts';
export { digestsOf, manifestOf } from './manifest.ts';
export type { BundleFile, Difference, OpenedBundle } from './zip.ts';
export { openZip, writeZip } from './zip.ts';
