/** What one XML text may cost; hostile input costs no more than its length. */

/** The trusted lists of the largest states are below 10 MiB. */
export const xmlBytesMax = 32 * 1024 * 1024;
export const xmlDepthMax = 100;
/** Elements, texts and attributes together. */
export const xmlNodesMax = 1_000_000;
export const xmlAttributesMax = 256;
export const xmlNameCharactersMax = 1_000;
/** Prefixes in force at one place: each element that declares one copies them. */
export const xmlPrefixesMax = 64;
