/**
 * Seals in the key store's folder, each tenant's in a folder of its own: a P-256 key and a
 * certificate each, and the written standing authorisations. Installed by whoever sets the house
 * up.
 *
 *   seals/<tenant>/<name>.key.pem  seals/<tenant>/<name>.crt.der  authorisations/<tenant>/<id>.json
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyFile, openKeyFile, openKeyFileIfThere, softSigner } from '#adapters/engine';
import { readIfThere } from '#adapters/objects';
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import { buildCsr, buildName, parseCertificate } from '#formats/x509';
import {
  type AuthorisationStore,
  type HeldSeal,
  printAuthorisation,
  type SealStore,
  type StandingAuthorisation,
} from '#trust/keys';
import { createFile, destroyFile, isAbsent } from './key-files.ts';

const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** One seal of one tenant. */
export interface SealName {
  readonly tenant: string;
  readonly seal: string;
}

export class SoftSeals implements SealStore, AuthorisationStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(tenant: string, seal: string): Promise<HeldSeal | undefined> {
    const files = sealFiles(this.#folder, { tenant, seal });
    const certificate = await readIfThere(join(files.folder, files.certificate));
    const key = await openKeyFileIfThere(join(files.folder, files.key));
    // Of a tenant that has left, the certificate is still there and the key is not.
    if (certificate === undefined || key === undefined) return undefined;
    return { certificate, signer: softSigner(key) };
  }

  authorisation(tenant: string, id: string): Promise<Uint8Array | undefined> {
    const place = join(this.#folder, 'authorisations', checkName(tenant));
    return readIfThere(join(place, `${checkName(id)}.json`));
  }
}

/** Destroys every seal key of a tenant; its certificates and papers stay, they are public. */
export async function destroySeals(folder: string, tenant: string): Promise<void> {
  const place = join(folder, 'seals', checkName(tenant));
  const names = await readdir(place).catch((thrown: unknown) => {
    if (isAbsent(thrown)) return [];
    throw thrown;
  });
  for (const name of names.filter((one) => one.endsWith('.key.pem'))) {
    await destroyFile(place, name);
  }
}

/** A certificate request (PKCS #10) for the seal's key, which is made if there is none. */
export async function createSealRequest(
  folder: string,
  asked: SealName & { readonly commonName: string },
): Promise<Uint8Array> {
  const files = sealFiles(folder, asked);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  const signer = softSigner(await createKeyFile(join(files.folder, files.key), 'p256'));
  return buildCsr(buildName([['commonName', asked.commonName]]), signer);
}

/** Keeps the certificate that was issued for the seal's key; another one later is refused. */
export async function installSeal(
  folder: string,
  seal: SealName,
  certificate: Uint8Array,
): Promise<void> {
  const files = sealFiles(folder, seal);
  const signer = softSigner(await openKeyFile(join(files.folder, files.key)));
  if (!equal(parseCertificate(certificate).publicKey, signer.publicKey)) {
    throw new Fault('keys.certificate_differs');
  }
  await createOnce(files.folder, files.certificate, certificate);
}

export async function installAuthorisation(
  folder: string,
  authorisation: StandingAuthorisation,
): Promise<void> {
  const place = join(folder, 'authorisations', checkName(authorisation.tenant));
  await mkdir(place, { recursive: true, mode: 0o700 });
  await createOnce(place, `${checkName(authorisation.id)}.json`, printAuthorisation(authorisation));
}

async function createOnce(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const held = await readIfThere(join(folder, name));
  if (held === undefined) await createFile(folder, name, bytes);
  else if (!equal(held, bytes)) throw new Fault('objects.exists_differently', { name });
}

/** Where the key of a seal lies below the key store's folder. */
export function sealKeyFile({ tenant, seal }: SealName): string {
  return join('seals', checkName(tenant), `${checkName(seal)}.key.pem`);
}

function sealFiles(
  folder: string,
  { tenant, seal }: SealName,
): { readonly folder: string; readonly key: string; readonly certificate: string } {
  const name = checkName(seal);
  return {
    folder: join(folder, 'seals', checkName(tenant)),
    key: `${name}.key.pem`,
    certificate: `${name}.crt.der`,
  };
}

function checkName(name: string): string {
  if (!namePattern.test(name)) throw new Fault('keystores.name_malformed');
  return name;
}
