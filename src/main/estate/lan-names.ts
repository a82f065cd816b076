/**
 * Under which names and addresses this computer is reached from its own network.
 *
 * Only what belongs to a private network: the TEST root certifies nothing that stands in the open
 * internet, so that a stolen root key opens no bank of anybody's telephone.
 */
import { hostname, networkInterfaces } from 'node:os';
import { assert } from '#base/fault';
import type { GeneralName } from '#formats/x509';

const addressesMax = 16;
const hostPattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
/** RFC 6761, RFC 6762, RFC 8375: names that mean this computer or this network only. */
const privateNames = ['localhost', 'local', 'lan', 'home.arpa', 'internal'];
/** RFC 1122, 1918, 3927, 6598, 4193, 4291: address and mask, hexadecimal. */
const privateRanges = [
  '7f000000ff000000',
  '0a000000ff000000',
  'ac100000fff00000',
  'c0a80000ffff0000',
  'a9fe0000ffff0000',
  '64400000ffc00000',
  `${'0'.repeat(31)}1${'f'.repeat(32)}`,
  `fc${'0'.repeat(30)}fe${'0'.repeat(30)}`,
  `fe8${'0'.repeat(29)}ffc${'0'.repeat(29)}`,
];

/** `localhost`, the computer's own name, its addresses, and the hosts of its tenants. */
export function lanNames(hosts: readonly string[]): readonly string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((lines) => lines ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
  const own = hostname().toLowerCase();
  const names = [
    'localhost',
    '127.0.0.1',
    '::1',
    own,
    ...addresses.slice(0, addressesMax),
    ...hosts,
  ];
  // A host in a URL has brackets around an IPv6 address; a name in a certificate has none.
  const bare = names.map((name) => name.replace(/^\[(.*)\]$/, '$1'));
  return [...new Set(bare)].filter((name) => isPrivate(name, own)).toSorted();
}

/** The addresses among names that another computer can reach. */
export function reachable(names: readonly string[]): readonly string[] {
  const addresses = names.filter((name) => addressBytes(name) !== undefined);
  return addresses.filter((name) => name !== '127.0.0.1' && name !== '::1');
}

/** What the TEST root may certify: private names and addresses, and this computer's own name. */
export function permittedNames(): readonly GeneralName[] {
  const names = [...privateNames, hostname().toLowerCase()];
  return [
    ...names.filter((name) => hostPattern.test(name)).map((dns) => ({ dns })),
    ...privateRanges.map((hex) => ({ ip: new Uint8Array(Buffer.from(hex, 'hex')) })),
  ];
}

export function generalNameOf(name: string): GeneralName {
  const ip = addressBytes(name);
  return ip === undefined ? { dns: name } : { ip };
}

function isPrivate(name: string, own: string): boolean {
  const ip = addressBytes(name);
  if (ip !== undefined) return privateRanges.some((range) => isInside(ip, range));
  if (!hostPattern.test(name)) return false;
  return name === own || privateNames.some((suffix) => `.${name}`.endsWith(`.${suffix}`));
}

function isInside(ip: Uint8Array, range: string): boolean {
  const bytes = Buffer.from(range, 'hex');
  if (bytes.length !== 2 * ip.length) return false;
  return ip.every((byte, at) => (byte & (bytes[ip.length + at] ?? 0)) === bytes[at]);
}

/** The octets of an IPv4 or IPv6 address; undefined for a name. */
export function addressBytes(text: string): Uint8Array | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').split('%')[0] ?? '';
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(bare)) return Uint8Array.from(bare.split('.').map(Number));
  if (!bare.includes(':')) return undefined;
  const [head = '', tail] = bare.split('::');
  const front = groupsOf(head);
  const back = groupsOf(tail ?? '');
  const zeros = Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0);
  const groups = tail === undefined ? front : [...front, ...zeros, ...back];
  assert(groups.length === 8, 'an IPv6 address has eight groups');
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
