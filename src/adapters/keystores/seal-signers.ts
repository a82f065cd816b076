/**
 * Where the keys of the institutions' seals are: in files of the key store's folder, in a token, or
 * at an external signing service. `seal-keys.json` in that folder says which; without it, in files.
 *
 *   {"kind":"token","module":"/usr/lib/vendor.so","token":"LABEL","v":1}      the PIN in token.pin
 *   {"address":"https://…","kind":"service","v":1}                    the secret in service.secret
 *
 * A seal's key bears the name TENANT/SEAL there. It is made by whoever runs token or service, in a
 * ceremony of their own; from files alone a key is made here.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyFile, openKeyFileIfThere, softSigner } from '#adapters/engine';
import { readIfThere } from '#adapters/objects';
import { fromUtf8 } from '#base/bytes';
import { type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Signer } from '#formats/crypto';
import { ServiceKeys } from './service-keys.ts';
import { TokenKeys } from './token-keys.ts';

const settingsFile = 'seal-keys.json';

/** The one thing that differs between the places: who signs for a name. */
export interface SealSigners {
  /** `path` is the key's file below the folder, `name` its name elsewhere. */
  signer(key: { readonly path: string; readonly name: string }): Promise<Signer | undefined>;
  /** The same where the key may have to be made first. */
  make(key: { readonly path: string; readonly name: string }): Promise<Signer>;
}

/** Refuses with keystores.file_malformed settings that say nothing known. */
export async function sealSigners(
  folder: string,
  { simulatorsAllowed }: { readonly simulatorsAllowed: boolean },
): Promise<SealSigners> {
  const settings = await readIfThere(join(folder, settingsFile));
  if (settings === undefined) return keyFiles;
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
    return elsewhere((name) => keys.signer(name));
  }
  if (kind !== 'service') throw malformed('kind');
  const secret = await secretIn(folder, 'service.secret');
  const keys = new ServiceKeys({ address: text('address'), secret, simulatorsAllowed });
  return elsewhere((name) => keys.signer(name));
}

/** Keys in files of mode 0600, each made here. */
export const keyFiles: SealSigners = {
  async signer({ path }) {
    const key = await openKeyFileIfThere(path);
    return key && softSigner(key);
  },
  make: async ({ path }) => softSigner(await createKeyFile(path, 'p256')),
};

function elsewhere(ask: (name: string) => Promise<Signer>): SealSigners {
  // A name has one key for as long as this process lives; who changes it starts anew.
  const known = new Map<string, Signer>();
  const signer = async ({ name }: { readonly name: string }): Promise<Signer> => {
    const found = known.get(name) ?? (await ask(name));
    known.set(name, found);
    // The house's own contracts are judged by a strict profile that knows one algorithm.
    if (found.algorithm !== 'ecdsa-sha256') {
      throw new Fault('keystores.token_key_unsuitable', { key: name, why: found.algorithm });
    }
    return found;
  };
  return { signer, make: signer };
}

function membersIn(bytes: Uint8Array): ReadonlyMap<string, Json> {
  const members = new Map(Object.entries<Json>(Object(parseCanonical(bytes))));
  if (members.get('v') !== 1) throw malformed('v');
  return members;
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
