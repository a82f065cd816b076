/** How objects in a token are named and described (PKCS #11 §4.4 to §4.9). */
import { utf8 } from '#base/bytes';
import type { TokenAttribute, TokenModule } from './token-module.ts';

/** A token in which somebody is logged in. */
export interface OpenToken {
  readonly module: TokenModule;
  readonly slot: number;
  readonly session: number;
}

export const attribute = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  sign: 0x108,
  verify: 0x10a,
  modulus: 0x120,
  modulusBits: 0x121,
  publicExponent: 0x122,
  extractable: 0x162,
  local: 0x163,
  neverExtractable: 0x164,
  ecParams: 0x180,
  ecPoint: 0x181,
};
export const publicKeyClass = 2;
export const privateKeyClass = 3;

export function classIs(kind: number): TokenAttribute {
  return { type: attribute.class, value: ulongValue(kind) };
}

/** The private key of that label, wherever it came from. */
export function privateKeyNamed(label: string): readonly TokenAttribute[] {
  return [classIs(privateKeyClass), { type: attribute.label, value: utf8(label) }];
}

/** CK_ULONG: eight octets, the smallest first, as on Linux and macOS. */
export function ulongValue(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
