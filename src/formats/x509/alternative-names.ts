/**
 * Names of computers in certificates: subjectAltName and nameConstraints (RFC 5280 §4.2.1.6, .10).
 *
 * Written only: the house makes certificates for its own TLS face and lets TLS itself judge them.
 */
import { fromLatin1 } from '#base/bytes';
import { contextConstructed, contextPrimitive, sequence } from '#formats/der';
import type { Extension } from './extensions.ts';
import { extensionOid } from './oids.ts';

/** A DNS name in ASCII, or an address of 4 or 16 octets (twice that with a mask: a range). */
export type GeneralName = { readonly dns: string } | { readonly ip: Uint8Array };

const dnsNameTag = 2;
const ipAddressTag = 7;

/** Which computers a certificate is for. */
export function subjectAltName(names: readonly GeneralName[]): Extension {
  const value = sequence(...names.map(generalName));
  return { oid: extensionOid.subjectAltName, critical: false, value };
}

/** What an authority may certify at all; ranges are address and mask in one. */
export function nameConstraints(permitted: readonly GeneralName[]): Extension {
  const subtrees = permitted.map((name) => sequence(generalName(name)));
  const value = sequence(contextConstructed(0, ...subtrees));
  return { oid: extensionOid.nameConstraints, critical: true, value };
}

function generalName(name: GeneralName): Uint8Array {
  return 'dns' in name
    ? contextPrimitive(dnsNameTag, fromLatin1(name.dns))
    : contextPrimitive(ipAddressTag, name.ip);
}
