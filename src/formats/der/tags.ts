/**
 * Identifier octets (ITU-T X.690 §8.1.2) that the house reads and writes: class, form and number
 * in one byte.
 */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

export const classMask = 0xc0;
export const constructedBit = 0x20;
export const numberMask = 0x1f;
const contextClass = 0x80;

/** `[number]`, constructed for an explicit or structured value, primitive for an implicit one. */
export function contextTag(number: number, form: 'primitive' | 'constructed'): number {
  return contextClass | (form === 'constructed' ? constructedBit : 0) | number;
}
