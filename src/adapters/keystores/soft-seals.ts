/**
 * Seals in the key store's folder, each tenant's in a folder of its own: a certificate each, a
 * P-256 key where keys are files (`seal-signers.ts`), and the written standing authorisations.
 * Installed by whoever sets the house up.
 *
 *   seals/<tenant>/<name>.key.pem  seals/<tenant>/<name>.crt.der  authorisations/<tenant>/<id>.json
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
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
import { keyFiles, type SealSigners } from './seal-signers.ts';

/** Lies in the folder of a tenant that has left. */
const leftMark = 'left';
const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** One seal of one tenant. */
export interface SealName {
  readonly tenant: string;
  readonly seal: string;
}

export class SoftSeals implements SealStore, AuthorisationStore {
  readonly #folder: string;
  readonly #signers: SealSigners;

  constructor(folder: string, signers: SealSigners = keyFiles) {
    this.#folder = folder;
    this.#signers = signers;
  }

  async open(tenant: string, seal: string): Promise<HeldSeal | undefined> {
    const files = sealFiles(this.#folder, { tenant, seal });
    const certificate = await readIfThere(join(files.folder, files.certificate));
    const left = await readIfThere(join(files.folder, leftMark));
    const gone = await readIfThere(join(files.folder, files.gone));
    if (certificate === undefined || left !== undefined || gone !== undefined) return undefined;
    const signer = await this.#signers.signer(keyIn(files, { tenant, seal }));
    // Of a tenant that has left, the certificate is still there and the key is not.
    return signer && { certificate, signer };
  }

  authorisation(tenant: string, id: string): Promise<Uint8Array | undefined> {
    const place = join(this.#folder, 'authorisations', checkName(tenant));
    return readIfThere(join(place, `${checkName(id)}.json`));
  }
}

/**
 * Destroys every seal key of a tenant that is a file, and never asks for the others again; its
 * certificates and papers stay, they are public. Keys in a token or at a service are destroyed by
 * whoever runs it.
 */
export async function destroySeals(folder: string, tenant: string): Promise<void> {
  const place = join(folder, 'seals', checkName(tenant));
  const names = await readdir(place).catch((thrown: unknown) => {
    if (isAbsent(thrown)) return [];
    throw thrown;
  });
  if (names.length > 0) await createOnce(place, leftMark, new Uint8Array());
  for (const name of names.filter((one) => one.endsWith('.key.pem'))) {
    await destroyFile(place, name);
  }
}

/**
 * Ends one seal: its key file is destroyed, and it is not opened again wherever its key is. Answers
 * the certificate, which stays, if there ever was one. Repeating it changes nothing.
 */
export async function destroySeal(folder: string, name: SealName): Promise<Uint8Array | undefined> {
  const files = sealFiles(folder, name);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  await createOnce(files.folder, files.gone, new Uint8Array());
  await destroyFile(files.folder, files.key).catch((thrown: unknown) => {
    if (!isAbsent(thrown)) throw thrown;
  });
  return readIfThere(join(files.folder, files.certificate));
}

/** The public key of a seal; a key file is made if there is none. */
export async function sealPublicKey(
  folder: string,
  name: SealName,
  signers: SealSigners = keyFiles,
): Promise<Uint8Array> {
  const files = sealFiles(folder, name);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  return (await signers.make(keyIn(files, name))).publicKey;
}

/** A certificate request (PKCS #10) for the seal's key; a key file is made if there is none. */
export async function createSealRequest(
  folder: string,
  asked: SealName & { readonly commonName: string },
  signers: SealSigners = keyFiles,
): Promise<Uint8Array> {
  const files = sealFiles(folder, asked);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  const signer = await signers.make(keyIn(files, asked));
  return buildCsr(buildName([['commonName', asked.commonName]]), signer);
}

/** Keeps the certificate that was issued for the seal's key; another one later is refused. */
export async function installSeal(
  folder: string,
  issued: SealName & { readonly certificate: Uint8Array },
  signers: SealSigners = keyFiles,
): Promise<void> {
  const { certificate } = issued;
  const files = sealFiles(folder, issued);
  const signer = await signers.signer(keyIn(files, issued));
  if (signer === undefined || !equal(parseCertificate(certificate).publicKey, signer.publicKey)) {
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

function keyIn(
  files: { readonly folder: string; readonly key: string },
  { tenant, seal }: SealName,
): { readonly path: string; readonly name: string } {
  return { path: join(files.folder, files.key), name: `${tenant}/${seal}` };
}

function sealFiles(
  folder: string,
  { tenant, seal }: SealName,
): Readonly<Record<'folder' | 'key' | 'certificate' | 'gone', string>> {
  const name = checkName(seal);
  return {
    folder: join(folder, 'seals', checkName(tenant)),
    key: `${name}.key.pem`,
    certificate: `${name}.crt.der`,
    gone: `${name}.gone`,
  };
}

function checkName(name: string): string {
  if (!namePattern.test(name)) throw new Fault('keystores.name_malformed');
  return name;
}
