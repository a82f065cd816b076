/** Strict DER (ITU-T X.690), one encoding for one value, read and written; BER read only. */

export { derFaults } from './faults.ts';
export { DerReader } from './reader.ts';
export { contextTag, tag } from './tags.ts';
export {
  certificateTime,
  generalizedTime,
  looseTimeOf,
  preciseTimeOf,
  timeOf,
} from './time.ts';
export type { Ber, Der } from './tree.ts';
export { definite, derLike, parseBer, parseDer } from './tree.ts';
export {
  bitStringOf,
  booleanOf,
  integerOf,
  oidOf,
  smallIntegerOf,
  textOf,
} from './values.ts';
export {
  bitString,
  boolean,
  contextConstructed,
  contextPrimitive,
  ia5String,
  integer,
  integerFromBytes,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  signedInteger,
  tlv,
  utf8String,
} from './writer.ts';
