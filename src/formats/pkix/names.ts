/**
 * The syntax of names that constraints and clients compare: DNS names, mailboxes, hosts of URIs.
 *
 * Comparison ignores letter case (RFC 4343); a name that is not well-formed matches nothing.
 */

const dnsCharactersMax = 253;
/** RFC 1034 §3.5 and RFC 1123 §2.1: letters, digits, inner hyphens, at most 63. */
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const dnsName = new RegExp(`^${label}(?:\\.${label})*$`);
/** As found in the field: an underscore in a label (RFC 8552 §1.1). */
const looseLabel = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const looseDnsName = new RegExp(`^${looseLabel}(?:\\.${looseLabel})*$`);

/** Preferred name syntax (RFC 5280 §4.2.1.6), in lower case; an all-numeric end is an address. */
export function isDnsName(name: string): boolean {
  return name.length <= dnsCharactersMax && dnsName.test(name) && !/(?:^|\.)\d+$/.test(name);
}

/** A name a certificate may present: DNS, perhaps with a wildcard as its whole first label. */
export function isPresentedDns(name: string): boolean {
  return isDnsName(withoutWildcard(name));
}

/** The same, with underscores as the field writes them. */
export function isLooseDns(name: string): boolean {
  const bare = withoutWildcard(name);
  return bare.length <= dnsCharactersMax && looseDnsName.test(bare);
}

export function withoutWildcard(name: string): string {
  return name.startsWith('*.') ? name.slice(2) : name;
}

/** Is `name` the domain itself or below it? Both in lower case, without a dot at the ends. */
export function isWithin(name: string, domain: string): boolean {
  return domain === '' || name === domain || name.endsWith(`.${domain}`);
}

/** The sides of a mailbox (RFC 5321 §4.1.2), the host in lower case; undefined if it is none. */
export function mailboxOf(address: string): { local: string; host: string } | undefined {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const host = address.slice(at + 1).toLowerCase();
  const isLocal = plainLocal.test(local) || /^".+"$/.test(local);
  return at > 0 && isLocal && isDnsName(host) ? { local: unquoted(local), host } : undefined;
}

const plainLocal = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/;

/** RFC 5321 §4.1.2: quotes that nothing needs name the same mailbox. */
function unquoted(local: string): string {
  const inside = /^"(.*)"$/.exec(local)?.[1]?.replaceAll(/\\(.)/g, '$1');
  return inside !== undefined && plainLocal.test(inside) ? inside : local;
}

/**
 * The host of an absolute URI (RFC 3986 §3.2.2) in lower case; undefined without a DNS host. A
 * backslash is no letter of a user's name: browsers end the host there.
 */
export function uriHostOf(uri: string): string | undefined {
  const authority =
    /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[\w.~!$&'()*+,;=:%-]*@)?([^/?#@:[\]]+)(?::\d*)?(?:[/?#]|$)/;
  const host = authority.exec(uri)?.[1]?.toLowerCase();
  return host !== undefined && isDnsName(host) ? host : undefined;
}
