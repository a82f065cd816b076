/**
 * The revocation lists that certificates name (RFC 5280 §4.2.1.13), asked for over plain HTTP.
 *
 * A certificate inside a document was chosen by whoever made the document: what it names is asked
 * for in the public network alone unless the person at this computer says otherwise. Each name is
 * resolved once and what is connected to is what was looked at; nothing is followed elsewhere.
 */
import { lookup as lookupByName } from 'node:dns';
import { get, type IncomingMessage } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { certificateIfReadable } from '#formats/x509';
import { listsFrom } from './given-files.ts';
import { isPublicAddress } from './public-addresses.ts';

const answerBytesMax = 16 * 1024 * 1024;
const answerMsMax = 10_000;
const listsMax = 16;

/** How far a document may send whoever raises it. */
export const listReaches = ['public', 'any', 'none'] as const;
export type ListReach = (typeof listReaches)[number];

/** Certificates by who brought them. */
export interface NamingCertificates {
  /** By the person who asks: asked wherever they say. */
  readonly given: readonly Uint8Array[];
  /** In the document. */
  readonly found: readonly Uint8Array[];
}

/** What was had, and what a document named and was not asked. */
export interface NamedLists {
  readonly lists: readonly Uint8Array[];
  readonly withheld: readonly string[];
}

/** An address that a document named and that is not in the public network. */
class InsideAddress extends Error {}

/** What does not answer is left out, and then missed. `lookup` is the system's own unless given. */
export async function namedLists(
  { given, found }: NamingCertificates,
  reach: ListReach,
  lookup: typeof lookupByName = lookupByName,
): Promise<NamedLists> {
  const own = new Set(given.flatMap(listAddresses));
  const addresses = [...new Set([...own, ...found.flatMap(listAddresses)])];
  const asked = addresses.slice(0, listsMax).map(async (address): Promise<NamedLists> => {
    const isFree = own.has(address) || reach === 'any';
    if (!isFree && reach === 'none') return { lists: [], withheld: [address] };
    try {
      const answer = await fetched(new URL(address), isFree ? undefined : publicOnly(lookup));
      return { lists: listsFrom(answer), withheld: [] };
    } catch (thrown) {
      return { lists: [], withheld: thrown instanceof InsideAddress ? [address] : [] };
    }
  });
  const answers = await Promise.all(asked);
  return {
    lists: answers.flatMap(({ lists }) => lists),
    withheld: answers.flatMap(({ withheld }) => withheld),
  };
}

function listAddresses(der: Uint8Array): readonly string[] {
  const points = certificateIfReadable(der)?.extensions.crlDistributionPoints ?? [];
  const names = points.flatMap(({ name }) => name?.full ?? []);
  return names.flatMap((name) =>
    'uri' in name && URL.canParse(name.uri) && name.uri.startsWith('http:') ? [name.uri] : [],
  );
}

/** The system's answer, unless a part of it leads inside. */
function publicOnly(lookup: typeof lookupByName): LookupFunction {
  return (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const isInside = addresses.some(({ address }) => !isPublicAddress(address));
      if (isInside) return callback(new InsideAddress(host), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** `lookup` is set where the address was named by a stranger. */
async function fetched(url: URL, lookup: LookupFunction | undefined): Promise<Uint8Array> {
  // What is an address already is looked up by nobody.
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (lookup !== undefined && isIP(host) !== 0 && !isPublicAddress(host)) {
    throw new InsideAddress(host);
  }
  const signal = AbortSignal.timeout(answerMsMax);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // No shared agent: neither an open connection nor a proxy of the environment answers instead.
    const how = { agent: false, signal, ...(lookup === undefined ? {} : { lookup }) };
    get(url, how, resolve).once('error', reject);
  });
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    if (answer.statusCode !== 200) throw new Error(`${url.host}: ${answer.statusCode}`);
    for await (const part of answer as AsyncIterable<Buffer>) {
      total += part.length;
      if (total > answerBytesMax) throw new Error(`${url.host}: more than ${answerBytesMax} bytes`);
      parts.push(part);
    }
  } finally {
    answer.destroy();
  }
  return Buffer.concat(parts);
}
