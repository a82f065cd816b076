/**
 * Where the keys of the institutions' seals are: in files of the key store's folder, in a token, or
 * at an external signing service. `seal-keys.json` in that folder says which; without it, in files.
 *
 *   {"kind":"token","module":"/usr/lib/vendor.so","token":"LABEL","v":1}      the PIN in token.pin
 *   {"address":"https://…","kind":"service","v":1}                    the secret in service.secret
 *
 * A seal's key bears the name TENANT/SEAL there. It is made by whoever runs token or service, in a
 * ceremony of their own. Made here are keys in files, and keys in the token that the ceremony of a
 * seal names (`fubie seal make --pkcs11`): then `<seal>.token.json`, written as above, and
 * `<seal>.token.pin` lie where a key file would lie.
 */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createKeyFile, openKeyFileIfThere, softSigner } from '#adapters/engine';
import { readIfThere } from '#adapters/objects';
import { fromUtf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Signer } from '#formats/crypto';
import { destroyFile, isAbsent } from './key-files.ts';
import { ServiceKeys } from './service-keys.ts';
import { TokenKeys, type TokenPlace } from './token-keys.ts';

const settingsFile = 'seal-keys.json';
export const keyFileEnd = '.key.pem';
export const pinFileEnd = '.token.pin';

/** A key's file, whole path, and its name where keys are not files. */
export interface SealKeyName {
  readonly path: string;
  readonly name: string;
}

/** The one thing that differs between the places: who signs for a name. */
export interface SealSigners {
  signer(key: SealKeyName): Promise<Signer | undefined>;
  /** The same where the key may have to be made first. */
  make(key: SealKeyName): Promise<Signer>;
  /** Ends a key that was made here; one that others keep is theirs to destroy. */
  destroy(key: SealKeyName): Promise<void>;
}

/** Refuses with keystores.file_malformed settings that say nothing known. */
export async function sealSigners(
  folder: string,
  { simulatorsAllowed }: { readonly simulatorsAllowed: boolean },
): Promise<SealSigners> {
  const settings = await readIfThere(join(folder, settingsFile));
  if (settings === undefined) return withOwnTokens(keyFiles);
  const members = membersIn(settings);
  const text = (name: string): string => {
    const member = members.get(name);
    if (typeof member !== 'string' || member === '') throw malformed(name);
    return member;
  };
  const kind = text('kind');
  if (kind === 'token') {
    const pin = await secretIn(folder, 'token.pin');
    const keys = new TokenKeys({ module: text('module'), token: text('token'), pin });
    return withOwnTokens(elsewhere((name) => keys.signer(name)));
  }
  if (kind !== 'service') throw malformed('kind');
  const secret = await secretIn(folder, 'service.secret');
  const keys = new ServiceKeys({ address: text('address'), secret, simulatorsAllowed });
  return withOwnTokens(elsewhere((name) => keys.signer(name)));
}

/** Keys in files of mode 0600, each made here. */
export const keyFiles: SealSigners = {
  async signer({ path }) {
    const key = await openKeyFileIfThere(path);
    return key && softSigner(key);
  },
  make: async ({ path }) => softSigner(await createKeyFile(path, 'p256')),
  async destroy({ path }) {
    await destroyFile(dirname(path), basename(path)).catch((thrown: unknown) => {
      if (!isAbsent(thrown)) throw thrown;
    });
  },
};

/** The files that say that a seal's key is in a token of its own. */
export function ownTokenFiles(path: string): { readonly place: string; readonly pin: string } {
  const stem = path.slice(0, -keyFileEnd.length);
  return { place: `${stem}.token.json`, pin: `${stem}${pinFileEnd}` };
}

/** Asks the token that was named for a seal when it was made, and `others` for the rest. */
function withOwnTokens(others: SealSigners): SealSigners {
  const known = new Map<string, TokenKeys>();
  const own = async ({ path }: SealKeyName): Promise<TokenKeys | undefined> => {
    const files = ownTokenFiles(path);
    const settings = await readIfThere(files.place);
    if (settings === undefined) return undefined;
    const place = ownTokenIn(settings);
    const pin = await secretIn(dirname(files.pin), basename(files.pin));
    const name = JSON.stringify([place, pin]);
    const keys = known.get(name) ?? new TokenKeys({ ...place, pin });
    known.set(name, keys);
    return keys;
  };
  return {
    async signer(key) {
      const keys = await own(key);
      return keys === undefined
        ? others.signer(key)
        : suitable(key.name, await keys.signer(key.name));
    },
    async make(key) {
      const keys = await own(key);
      if (keys === undefined) return others.make(key);
      return suitable(key.name, await keys.make(key.name, 'p256'));
    },
    async destroy(key) {
      const keys = await own(key);
      await (keys === undefined ? others.destroy(key) : keys.destroy(key.name));
    },
  };
}

function ownTokenIn(settings: Uint8Array): Omit<TokenPlace, 'pin'> {
  const members = membersIn(settings);
  const [module, token] = ['module', 'token'].map((name) => members.get(name));
  if (members.get('kind') !== 'token') throw malformed('kind');
  if (typeof module !== 'string' || typeof token !== 'string') throw malformed('token');
  return { module, token };
}

function elsewhere(ask: (name: string) => Promise<Signer>): SealSigners {
  // A name has one key for as long as this process lives; who changes it starts anew.
  const known = new Map<string, Signer>();
  const signer = async ({ name }: SealKeyName): Promise<Signer> => {
    const found = known.get(name) ?? (await ask(name));
    known.set(name, found);
    return suitable(name, found);
  };
  return { signer, make: signer, destroy: () => Promise.resolve() };
}

/** The house's own contracts are judged by a strict profile that knows one algorithm. */
function suitable(key: string, signer: Signer): Signer {
  if (signer.algorithm === 'ecdsa-sha256') return signer;
  throw new Fault('keystores.token_key_unsuitable', { key, why: signer.algorithm });
}

/** A person wrote it: in any order of members, with the line's end that editors put behind. */
function membersIn(bytes: Uint8Array): ReadonlyMap<string, Json> {
  const members = new Map(Object.entries<Json>(Object(written(bytes))));
  if (members.get('v') !== 1) throw malformed('v');
  return members;
}

function written(bytes: Uint8Array): Json {
  try {
    return JSON.parse(fromUtf8(bytes)) as Json;
  } catch (cause) {
    throw new Fault('keystores.file_malformed', { name: settingsFile }, { cause });
  }
}

/** Of a file that nobody but its owner may read. */
async function secretIn(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const secret = await readIfThere(path);
  if (secret === undefined) throw malformed(name);
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) throw new Fault('crypto.key_exposed', { mode: mode.toString(8) });
  return fromUtf8(secret).trim();
}

function malformed(name: string): Fault {
  return new Fault('keystores.file_malformed', { name });
}
