/**
 * Which addresses lie in the public network: who asks for what a stranger's file names must not be
 * led by it to the services of his own computer and house (IANA's registries of special-purpose
 * addresses, RFC 6890).
 */
import { BlockList, isIP } from 'node:net';

/** Of IPv4 all is public but these. */
const special = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private (RFC 1918)
  '100.64.0.0/10', // behind a provider (RFC 6598)
  '127.0.0.0/8', // this computer
  '169.254.0.0/16', // this link, and the cloud's own word on its machines
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocols
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays to IPv6, given up
  '192.168.0.0/16', // private
  '198.18.0.0/15', // measuring
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/3', // to many, kept for later, to all
];

/** Of IPv6 nothing is public but this, and not all of it. */
const unicast = ['2000::/3'];
const specialUnicast = [
  '2001::/23', // protocols, Teredo among them: an IPv4 address inside
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4: an IPv4 address inside
  '3fff::/20', // documentation
];

const [closed, open6, closed6] = [
  listOf(special, 'ipv4'),
  listOf(unicast, 'ipv6'),
  listOf(specialUnicast, 'ipv6'),
];

/** Of an address in numbers; a name is none. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed.check(address, 'ipv4');
  if (family === 6) return open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6');
  return false;
}

function listOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', bits] = range.split('/');
    list.addSubnet(net, Number(bits), family);
  }
  return list;
}
