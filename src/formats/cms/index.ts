/** CMS signatures (RFC 5652) in the form of PAdES (ETSI EN 319 142-1). */

export { parseSignedAttributes, signedAttributes } from './attributes.ts';
export type { CmsFlaw } from './check.ts';
export { checkStrictness, verifySignedData } from './check.ts';
export { smallerTwin } from './ecdsa-twin.ts';
export { cmsFaults } from './faults.ts';
export { cmsOid } from './oids.ts';
export type { SignedData } from './signed-data.ts';
export { buildSignedData, parseSignedData } from './signed-data.ts';
