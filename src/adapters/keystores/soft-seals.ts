/**
 * Seals in the key store's folder, each tenant's in a folder of its own: a certificate each, a
 * P-256 key where keys are files (`seal-signers.ts`), and the written standing authorisations.
 * Installed by whoever sets the house up.
 *
 *   seals/<tenant>/<name>.key.pem  seals/<tenant>/<name>.crt.der  authorisations/<tenant>/<id>.json
 *   <name>.2.crt.der, <id>.2.json  the same after the first renewal, and so on: the newest counts
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '#adapters/objects';
import { equal, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
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
import {
  keyFileEnd,
  keyFiles,
  ownTokenFiles,
  pinFileEnd,
  type SealSigners,
} from './seal-signers.ts';
import type { TokenPlace } from './token-keys.ts';

/** Lies in the folder of a tenant that has left. */
const leftMark = 'left';
const certificateEnd = '.crt.der';
const paperEnd = '.json';
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
    const certificate = (
      await everyPaper(join(files.folder, files.certificate), certificateEnd)
    ).at(-1);
    const left = await readIfThere(join(files.folder, leftMark));
    const gone = await readIfThere(join(files.folder, files.gone));
    if (certificate === undefined || left !== undefined || gone !== undefined) return undefined;
    const signer = await this.#signers.signer(keyIn(files, { tenant, seal }));
    // Of a tenant that has left, the certificate is still there and the key is not.
    return signer && { certificate, signer };
  }

  async authorisation(tenant: string, id: string): Promise<Uint8Array | undefined> {
    const place = join(this.#folder, 'authorisations', checkName(tenant));
    const papers = await everyPaper(join(place, `${checkName(id)}${paperEnd}`), paperEnd);
    return papers.at(-1);
  }
}

/**
 * Destroys every seal key of a tenant that is a file, and what opens its tokens, and never asks for
 * the others again; its certificates and papers stay, they are public. Keys in a token or at a
 * service are destroyed by whoever runs it.
 */
export async function destroySeals(folder: string, tenant: string): Promise<void> {
  const place = join(folder, 'seals', checkName(tenant));
  const names = await readdir(place).catch((thrown: unknown) => {
    if (isAbsent(thrown)) return [];
    throw thrown;
  });
  if (names.length > 0) await createOnce(place, leftMark, new Uint8Array());
  for (const name of names.filter(isSecret)) {
    await destroyFile(place, name);
  }
}

function isSecret(file: string): boolean {
  return file.endsWith(keyFileEnd) || file.endsWith(pinFileEnd);
}

/**
 * Ends one seal: its key is destroyed if it was made here, and it is not opened again wherever its
 * key is. Answers its certificates, which stay, the oldest first. Repeating it changes nothing.
 */
export async function destroySeal(
  folder: string,
  name: SealName,
  signers: SealSigners = keyFiles,
): Promise<readonly Uint8Array[]> {
  const files = sealFiles(folder, name);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  await createOnce(files.folder, files.gone, new Uint8Array());
  await signers.destroy(keyIn(files, name));
  return everyPaper(join(files.folder, files.certificate), certificateEnd);
}

/**
 * Says that this seal's key is made in a token, before it is: from here on the token is asked. What
 * was said before stays, and another word is objects.exists_differently.
 */
export async function installOwnToken(
  folder: string,
  name: SealName,
  { module, token, pin }: TokenPlace,
): Promise<void> {
  const files = sealFiles(folder, name);
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  // A key file that is there already is this seal's key, and a certificate may speak of it.
  if ((await readIfThere(join(files.folder, files.key))) !== undefined) {
    throw new Fault('objects.exists_differently', { name: files.key });
  }
  const own = ownTokenFiles(files.key);
  await createOnce(files.folder, own.pin, utf8(`${pin}\n`));
  await createOnce(files.folder, own.place, canonicalBytes({ v: 1, kind: 'token', module, token }));
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

/**
 * Keeps the certificate that was issued for the seal's key; another one later is refused, unless it
 * is the next of its papers.
 */
export async function installSeal(
  folder: string,
  issued: SealName & { readonly certificate: Uint8Array; readonly paper?: number },
  signers: SealSigners = keyFiles,
): Promise<void> {
  const { certificate } = issued;
  const files = sealFiles(folder, issued);
  const file = numbered(files.certificate, certificateEnd, issued.paper);
  const held = await readIfThere(join(files.folder, file));
  // A token that is out need not come back for what is there.
  if (held !== undefined && equal(held, certificate)) return;
  const signer = await signers.signer(keyIn(files, issued));
  if (signer === undefined || !equal(parseCertificate(certificate).publicKey, signer.publicKey)) {
    throw new Fault('keys.certificate_differs');
  }
  await createOnce(files.folder, file, certificate);
}

export async function installAuthorisation(
  folder: string,
  authorisation: StandingAuthorisation,
  paper?: number,
): Promise<void> {
  const place = join(folder, 'authorisations', checkName(authorisation.tenant));
  await mkdir(place, { recursive: true, mode: 0o700 });
  const file = numbered(`${checkName(authorisation.id)}${paperEnd}`, paperEnd, paper);
  await createOnce(place, file, printAuthorisation(authorisation));
}

/** The first has no number; `a.crt.der` becomes `a.2.crt.der`. */
function numbered(file: string, end: string, paper = 1): string {
  return paper === 1 ? file : `${file.slice(0, -end.length)}.${paper}${end}`;
}

/** All that were installed under this name, the newest last; each begins where one ends. */
async function everyPaper(path: string, end: string): Promise<readonly Uint8Array[]> {
  const papers: Uint8Array[] = [];
  for (let paper = 1; ; paper += 1) {
    const found = await readIfThere(numbered(path, end, paper));
    if (found === undefined) return papers;
    papers.push(found);
  }
}

async function createOnce(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const held = await readIfThere(join(folder, name));
  if (held === undefined) await createFile(folder, name, bytes);
  else if (!equal(held, bytes)) throw new Fault('objects.exists_differently', { name });
}

/** Where the key of a seal lies below the key store's folder. */
export function sealKeyFile({ tenant, seal }: SealName): string {
  return join('seals', checkName(tenant), `${checkName(seal)}${keyFileEnd}`);
}

/** What the key of a seal is called where keys are not files. */
export function sealKeyName({ tenant, seal }: SealName): string {
  return `${checkName(tenant)}/${checkName(seal)}`;
}

function keyIn(
  files: { readonly folder: string; readonly key: string },
  name: SealName,
): { readonly path: string; readonly name: string } {
  return { path: join(files.folder, files.key), name: sealKeyName(name) };
}

function sealFiles(
  folder: string,
  { tenant, seal }: SealName,
): Readonly<Record<'folder' | 'key' | 'certificate' | 'gone', string>> {
  const name = checkName(seal);
  return {
    folder: join(folder, 'seals', checkName(tenant)),
    key: `${name}${keyFileEnd}`,
    certificate: `${name}${certificateEnd}`,
    gone: `${name}.gone`,
  };
}

function checkName(name: string): string {
  if (!namePattern.test(name)) throw new Fault('keystores.name_malformed');
  return name;
}
