/**
 * How large a package may be. A reader refuses beyond these before it spends work.
 */
export const bundleBytesMax = 64 * 1024 * 1024;
export const bundleFilesMax = 2_000;
export const nameBytesMax = 100;
