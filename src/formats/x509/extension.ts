/**
 * One extension of a certificate, request or list (RFC 5280 §4.2): identifier, criticality, value.
 */
import { boolean, type Der, DerReader, octetString, oid, oidOf, sequence, tag } from '#formats/der';

export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** The DER inside the OCTET STRING. */
  readonly value: Uint8Array;
}

export function extensionDer(extension: Extension): Uint8Array {
  const parts = [oid(extension.oid), octetString(extension.value)];
  if (extension.critical) parts.splice(1, 0, boolean(true));
  return sequence(...parts);
}

export function parseExtension(value: Der): { extension: Extension; hasWrittenDefault: boolean } {
  const reader = new DerReader(value, tag.sequence);
  const name = oidOf(reader.next(tag.oid));
  const flag = reader.optional(tag.boolean);
  const content = reader.next(tag.octetString).content;
  reader.end();
  // BER also writes TRUE as another octet than 0xff.
  const critical = flag !== undefined && flag.content[0] !== 0;
  // DEFAULT FALSE: DER leaves it out, so a FALSE that is written is a second spelling.
  const hasWrittenDefault = flag !== undefined && !critical;
  return { extension: { oid: name, critical, value: content }, hasWrittenDefault };
}
