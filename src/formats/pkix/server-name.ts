/**
 * Does a certificate name the server a client means? (RFC 9525 §6: subjectAltName only, the common
 * name never; one wildcard, as the whole left-most label.)
 */
import { equal } from '#base/bytes';
import type { Certificate } from '#formats/x509';
import { isDnsName, isPresentedDns } from './names.ts';

/** Whom a client means: a DNS name in ASCII, the octets of an address, or a mailbox. */
export type ServerName =
  | { readonly dns: string }
  | { readonly ip: Uint8Array }
  | { readonly email: string };

export function bearsName(certificate: Certificate, wanted: ServerName): boolean {
  const presented = certificate.extensions.subjectAltName ?? [];
  return presented.some((name) => {
    if ('dns' in wanted) return 'dns' in name && dnsMatches(name.dns, wanted.dns);
    if ('ip' in wanted) return 'ip' in name && equal(name.ip, wanted.ip);
    return 'email' in name && mailMatches(name.email, wanted.email);
  });
}

/** RFC 9525 §6.3: label by label; a wildcard stands for one whole label under at least two. */
export function dnsMatches(presented: string, wanted: string): boolean {
  const pattern = presented.toLowerCase();
  const host = wanted.toLowerCase().replace(/\.$/, '');
  if (!isDnsName(host) || !isPresentedDns(pattern)) return false;
  if (!pattern.startsWith('*.')) return pattern === host;
  const parent = pattern.slice(2);
  return parent.includes('.') && host.slice(host.indexOf('.') + 1) === parent && host !== parent;
}

/** RFC 5321 §2.4: the local part is its host's own business, letter case included. */
function mailMatches(presented: string, wanted: string): boolean {
  return foldedHost(presented) === foldedHost(wanted);
}

function foldedHost(address: string): string {
  const at = address.lastIndexOf('@');
  return address.slice(0, at) + address.slice(at).toLowerCase();
}
