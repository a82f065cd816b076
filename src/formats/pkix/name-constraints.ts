/**
 * Which names the authorities of a path permit below them (RFC 5280 §4.2.1.10, §6.1.3 (b), (c)).
 *
 * Excluded subtrees add up, permitted ones narrow down with each authority. A form without a
 * permitted subtree is free. What cannot be compared is refused, not overlooked.
 */
import { equal } from '#base/bytes';
import {
  type Certificate,
  extensionOid,
  type GeneralName,
  type Name,
  type NameConstraints,
  relativeKeys,
} from '#formats/x509';
import type { Budget } from './limits.ts';
import { isDnsName, isLooseDns, isWithin, mailboxOf, uriHostOf, withoutWildcard } from './names.ts';
import type { PathCode } from './verdict.ts';

/** How a name of a certificate lies to the subtrees above it; undefined means within. */
export interface NameObjection {
  readonly code: PathCode;
  readonly detail: string;
}

type Form = 'dns' | 'ip' | 'email' | 'uri' | 'directory' | 'registered' | 'other';
const emailAddressOid = '1.2.840.113549.1.9.1';

/** The subtrees in force at one place of a path. */
export class NameSpace {
  readonly #layers: NameConstraints[] = [];

  narrow(constraints: NameConstraints): void {
    this.#layers.push(constraints);
  }

  /** The first name of the certificate that lies outside; `limit` when the budget is spent. */
  objection(certificate: Certificate, budget: Budget): NameObjection | undefined {
    if (this.#layers.length === 0) return undefined;
    const { malformed } = certificate.extensions;
    if (malformed.some((one) => one.oid === extensionOid.subjectAltName)) {
      return { code: 'name_not_permitted', detail: 'names that cannot be read' };
    }
    for (const name of namesOf(certificate)) {
      for (const layer of this.#layers) {
        const found = objectionTo(name, layer, budget);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
}

/** §4.2.1.10: alternative names, a subject, and its mail addresses if there are no others. */
function namesOf(certificate: Certificate): readonly GeneralName[] {
  const { subject, extensions } = certificate;
  const names: GeneralName[] = [...(extensions.subjectAltName ?? [])];
  if (subject.attributes.length > 0) names.push({ directory: subject });
  if (!names.some((name) => 'email' in name)) {
    const addresses = subject.attributes.filter((one) => one.oid === emailAddressOid);
    names.push(...addresses.map((one) => ({ email: one.value })));
  }
  return names;
}

function objectionTo(
  name: GeneralName,
  { permitted, excluded, hasDistance }: NameConstraints,
  budget: Budget,
): NameObjection | undefined {
  const form = formOf(name);
  const refusing = excluded.filter((one) => formOf(one) === form);
  const allowing = permitted.filter((one) => formOf(one) === form);
  if (refusing.length + allowing.length === 0) return undefined;
  if (!budget.spend((refusing.length + allowing.length) * weightOf(name))) {
    return { code: 'limit', detail: 'comparisons of names' };
  }
  if (hasDistance || form === 'other' || form === 'registered') {
    return { code: 'name_constraint_unsupported', detail: form };
  }
  for (const one of [...refusing, ...allowing]) {
    if (!isSubtree(one)) return { code: 'name_constraint_malformed', detail: textOf(one) };
  }
  if (!isComparable(name))
    return { code: 'name_not_permitted', detail: `malformed ${textOf(name)}` };
  if (refusing.some((one) => lies(name, one, 'perhaps'))) {
    return { code: 'name_excluded', detail: textOf(name) };
  }
  if (allowing.length > 0 && !allowing.some((one) => lies(name, one, 'surely'))) {
    return { code: 'name_not_permitted', detail: textOf(name) };
  }
  return undefined;
}

/** Every part of a directory name is compared, so a long one counts for more. */
function weightOf(name: GeneralName): number {
  return 'directory' in name ? Math.max(1, name.directory.relative.length) : 1;
}

/** A name that only looks like one of its form could lie anywhere. */
function isComparable(name: GeneralName): boolean {
  if ('dns' in name) return isLooseDns(name.dns.toLowerCase());
  if ('ip' in name) return name.ip.length === 4 || name.ip.length === 16;
  if ('email' in name) return mailboxOf(name.email) !== undefined;
  if ('uri' in name) return uriHostOf(name.uri) !== undefined;
  return true;
}

/** Is a subtree what §4.2.1.10 allows for its form? */
export function isSubtree(base: GeneralName): boolean {
  if ('dns' in base) return base.dns === '' || isDnsName(trimmed(base.dns));
  if ('ip' in base) return isRange(base.ip);
  if ('email' in base) {
    const { email } = base;
    return email === '' || (email.includes('@') ? mailboxOf(email) !== undefined : isHost(email));
  }
  if ('uri' in base) return base.uri === '' || isHost(base.uri);
  return true;
}

function isHost(text: string): boolean {
  return isDnsName(trimmed(text));
}

/**
 * Some write DNS subtrees with a leading dot, as for e-mail and URI: then only what is below is
 * permitted, but the domain itself is excluded too, whichever was meant.
 */
function trimmed(domain: string): string {
  return domain.toLowerCase().replace(/^\./, '');
}

/** Address and mask of the same family, the mask's ones all in front. */
function isRange(range: Uint8Array): boolean {
  if (range.length !== 8 && range.length !== 32) return false;
  const bits = [...range.subarray(range.length / 2)]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return /^1*0*$/.test(bits);
}

function lies(name: GeneralName, base: GeneralName, how: 'surely' | 'perhaps'): boolean {
  if ('dns' in name && 'dns' in base) return dnsLies(name.dns.toLowerCase(), base.dns, how);
  if ('ip' in name && 'ip' in base) return ipLies(name.ip, base.ip);
  if ('email' in name && 'email' in base) return emailLies(name.email, base.email);
  if ('uri' in name && 'uri' in base) return hostLies(uriHostOf(name.uri) ?? '', base.uri);
  return 'directory' in name && 'directory' in base && isBelow(name.directory, base.directory);
}

function dnsLies(name: string, base: string, how: 'surely' | 'perhaps'): boolean {
  const domain = trimmed(base);
  if (isWithin(name, domain)) return how === 'perhaps' || !base.startsWith('.') || name !== domain;
  // A wildcard stands for each name one label deeper, the excluded one perhaps among them.
  const parent = withoutWildcard(name);
  return how === 'perhaps' && parent !== name && domain.slice(domain.indexOf('.') + 1) === parent;
}

function ipLies(address: Uint8Array, range: Uint8Array): boolean {
  if (range.length !== 2 * address.length) return false;
  const masked = (of: Uint8Array): Uint8Array =>
    of.map((byte, at) => byte & (range[address.length + at] ?? 0));
  return equal(masked(address), masked(range.subarray(0, address.length)));
}

function emailLies(address: string, base: string): boolean {
  const mailbox = mailboxOf(address);
  if (mailbox === undefined) return false;
  if (!base.includes('@')) return hostLies(mailbox.host, base);
  const wanted = mailboxOf(base);
  return wanted?.host === mailbox.host && wanted.local === mailbox.local;
}

/** §4.2.1.10 for e-mail and URI: `host` is that host alone, `.domain` what is below. */
function hostLies(host: string, base: string): boolean {
  const wanted = base.toLowerCase();
  if (wanted === '') return true;
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted;
}

function isBelow(name: Name, base: Name): boolean {
  const own = relativeKeys(name);
  return relativeKeys(base).every((key, at) => own[at] === key);
}

function formOf(name: GeneralName): Form {
  if ('dns' in name) return 'dns';
  if ('ip' in name) return 'ip';
  if ('email' in name) return 'email';
  if ('uri' in name) return 'uri';
  if ('directory' in name) return 'directory';
  return 'registered' in name ? 'registered' : 'other';
}

function textOf(name: GeneralName): string {
  if ('dns' in name) return name.dns;
  if ('ip' in name) return name.ip.join('.');
  if ('email' in name) return name.email;
  if ('uri' in name) return name.uri;
  if ('directory' in name) return name.directory.text;
  return 'registered' in name ? name.registered : name.other;
}
