/**
 * The law of the house: which floor stands on which, and which rooms of one floor know each other.
 *
 * Arrows go down. A room may use every lower floor its own floor stands on; another room of the
 * same floor only if `neighbours` says so, and a neighbour named here but not used is struck out.
 * Ports belong to the room that needs them, therefore adapters may name rooms above formats, but no
 * room names an adapter: only src/main brings the two together (docs/decisions/0001).
 */
export type Floor = 'base' | 'formats' | 'trust' | 'business' | 'adapters' | 'doors' | 'main';

/** What each floor stands on. `main` is the composition root: it alone sees everything. */
export const floors: Readonly<Record<Floor, readonly Floor[]>> = {
  base: [],
  formats: ['base'],
  trust: ['base', 'formats'],
  business: ['base', 'formats', 'trust'],
  adapters: ['base', 'formats', 'trust', 'business'],
  doors: ['base', 'formats', 'trust', 'business'],
  main: ['base', 'formats', 'trust', 'business', 'adapters', 'doors'],
};

/** Rooms that stand apart: they may use these floors only, whatever their own floor may use. */
export const apart: Readonly<Record<string, readonly Floor[]>> = {
  // Law 8: a verifier is a separate house, so that it can be checked and shipped by itself.
  'trust/verify': ['base', 'formats'],
};

/** Which rooms of its own floor a room may use; a line nobody uses is struck out. */
export const neighbours: Readonly<Record<string, readonly string[]>> = {
  'adapters/engine': ['adapters/objects'],
  'adapters/evm': ['adapters/objects'],
  'adapters/gateways': ['adapters/wire'],
  'adapters/keystores': ['adapters/engine', 'adapters/objects', 'adapters/wire'],
  'adapters/tiles': ['adapters/objects'],
  'adapters/trust-centre': ['adapters/engine', 'adapters/objects', 'adapters/wire'],
  'adapters/witnesses': ['adapters/objects', 'adapters/wire'],
  'base/bytes': ['base/fault'],
  'base/canonical': ['base/bytes', 'base/fault'],
  'base/clock': ['base/fault'],
  'base/id': ['base/bytes', 'base/clock', 'base/random'],
  'base/money': ['base/fault'],
  'business/archive': [
    'business/contract',
    'business/deposit',
    'business/identity',
    'business/judicial',
    'business/lending',
    'business/tenancy',
  ],
  'business/deposit': ['business/tenancy'],
  'business/desk': ['business/access', 'business/lending'],
  'business/lending': [
    'business/access',
    'business/catalog',
    'business/consent',
    'business/contract',
    'business/identity',
    'business/tenancy',
  ],
  'business/privacy': [
    'business/catalog',
    'business/consent',
    'business/contract',
    'business/lending',
  ],
  'business/regulator': [
    'business/access',
    'business/contract',
    'business/desk',
    'business/lending',
    'business/tenancy',
  ],
  'business/signer': [
    'business/access',
    'business/catalog',
    'business/consent',
    'business/contract',
    'business/lending',
    'business/tenancy',
  ],
  'doors/cli': ['doors/phrases'],
  'doors/http': ['doors/phrases'],
  'formats/bundle': ['formats/crypto'],
  'formats/cms': ['formats/crypto', 'formats/der', 'formats/sm2', 'formats/x509'],
  'formats/disclosure': ['formats/crypto'],
  'formats/entry': ['formats/crypto', 'formats/disclosure'],
  'formats/ers': ['formats/crypto', 'formats/der', 'formats/tsp', 'formats/x509'],
  'formats/httpsig': ['formats/crypto', 'formats/der', 'formats/sm2'],
  'formats/ocsp': ['formats/crypto', 'formats/der', 'formats/x509'],
  'formats/ofd': [
    'formats/cms',
    'formats/crypto',
    'formats/ses',
    'formats/sm2',
    'formats/x509',
    'formats/xml',
    'formats/zip',
  ],
  'formats/pdf': ['formats/crypto'],
  'formats/pkcs12': ['formats/crypto', 'formats/der'],
  'formats/pkix': ['formats/crypto', 'formats/ocsp', 'formats/x509'],
  'formats/rsa': ['formats/crypto', 'formats/der'],
  'formats/ses': ['formats/cms', 'formats/crypto', 'formats/der', 'formats/x509'],
  'formats/shard': ['formats/crypto', 'formats/tlog'],
  'formats/sm2': ['formats/crypto', 'formats/der'],
  'formats/tiles': ['formats/crypto', 'formats/tlog'],
  'formats/tlog': ['formats/crypto'],
  'formats/trustlist': ['formats/crypto', 'formats/der', 'formats/x509', 'formats/xml'],
  'formats/tsp': ['formats/cms', 'formats/crypto', 'formats/der', 'formats/x509'],
  'formats/twin': ['formats/crypto', 'formats/tlog'],
  'formats/witness': ['formats/crypto', 'formats/shard', 'formats/tlog'],
  'formats/x509': ['formats/crypto', 'formats/der'],
  'formats/zip': ['formats/bundle', 'formats/crypto'],
  'trust/evidence': ['trust/receipt', 'trust/witness'],
  'trust/receipt': ['trust/evidence'],
  'trust/witness': ['trust/evidence'],
};

/** Rooms whose code also runs in a page: no node:, no Buffer, no process. */
export function runsInPage(room: string): boolean {
  return (
    room.startsWith('base/') ||
    room.startsWith('formats/') ||
    room === 'trust/verify' ||
    room in pagePackages
  );
}

/** What a room that runs in a page may take from npm; the others take nothing. */
export const pagePackages: Readonly<Record<string, RegExp>> = {
  'adapters/page-engine': /^@noble\/(?:curves|hashes)\//,
};

/** May `room` use `other`? Undefined means yes; otherwise the sentence that says why not. */
export function objection(room: string, other: string): string | undefined {
  const from = floorOf(room);
  const to = floorOf(other);
  if (from === undefined || to === undefined) return 'one of them is on no floor';
  if (from === 'main') return undefined;
  if (from === to) {
    if (neighbours[room]?.includes(other) === true) return undefined;
    return `tools/law.ts does not list it as a neighbour`;
  }
  const allowed = apart[room] ?? floors[from];
  if (allowed.includes(to)) return undefined;
  return apart[room] === undefined
    ? `${from} does not stand on ${to}`
    : `${room} stands apart and uses ${allowed.join(' and ')} only`;
}

export function floorOf(room: string): Floor | undefined {
  const name = room.split('/')[0] ?? '';
  return name in floors ? (name as Floor) : undefined;
}

/**
 * The storeys of rooms too large for one folder, from below: each folder uses its own and lower
 * ones. What lies beside the folders (faults, options) is the lowest, but for the room's face.
 */
export const storeysOf: Readonly<Record<string, readonly string[]>> = {
  main: ['estate', 'rooms', 'log', 'copies', 'provision', 'signing', 'house', 'verbs'],
  'formats/pdf': ['file', 'drawing', 'fields', 'signatures', 'text', 'revisions'],
};
