/**
 * The TLS face for the local network: a TEST root of its own and a certificate for this computer.
 *
 * The root stands apart from the house's TEST CA: who trusts it for TLS on a telephone says nothing
 * about signatures. Its key never leaves the installer's folder; it may certify private names only
 * (RFC 5280 §4.2.1.10). The certificate is renewed at a start when it is soon over or when this
 * computer's addresses have changed; the root stays, so that nobody has to trust again.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createKeyFile, nodeEngine, softSigner } from '#adapters/engine';
import { addSeconds, type Clock, type Instant, instantFromMs } from '#base/clock';
import type { Random } from '#base/random';
import type { Signer } from '#formats/crypto';
import {
  authorityKeyIdentifier,
  basicConstraints,
  buildCertificate,
  buildName,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  type Name,
  nameConstraints,
  parseCertificate,
  purposeOid,
  readOnePem,
  readPem,
  subjectAltName,
  subjectKeyIdentifier,
  writePem,
} from '#formats/x509';
import { type Estate, processFolder } from '../estate/estate.ts';
import { generalNameOf, lanNames, permittedNames } from '../estate/lan-names.ts';
import { textIn, writeText } from '../estate/secrets.ts';

const daySeconds = 86_400;
const rootSeconds = 5 * 365 * daySeconds;
/** Browsers take no more than 398 days; telephones with an own root no more than 825. */
const leafSeconds = 90 * daySeconds;
const renewBeforeSeconds = 30 * daySeconds;
const serialBytes = 16;
const publicMode = 0o644;

const rootName: Name = buildName([
  ['country', 'CN'],
  ['organization', 'Fubie'],
  ['commonName', 'Fubie TEST TLS ROOT – NOT LICENSED'],
]);

/** What `serve` reads from its own folder. */
export const tlsFiles = {
  key: 'tls-key.pem',
  chain: 'tls-chain.pem',
  /** Written by the installer; the names the certificate is for. */
  names: 'tls-names.json',
  /** Written by `serve`: the port it listens on. */
  port: 'tls-port',
} as const;

interface Parts {
  readonly clock: Clock;
  readonly random: Random;
}

/** Where people find the root that their telephones have to trust. */
export function tlsRootFile(estate: Estate): string {
  return join(estate.root, 'fubie-test-tls-root.crt');
}

/** Makes or renews what is needed; asked again it changes nothing. */
export async function makeTls(
  estate: Estate,
  hosts: readonly string[],
  parts: Parts,
): Promise<readonly string[]> {
  const names = lanNames(hosts);
  const folder = processFolder(estate, 'serve');
  const root = await openRoot(estate, parts);
  const key = softSigner(await createKeyFile(join(folder, tlsFiles.key), 'p256'));
  const chain = join(folder, tlsFiles.chain);
  const told = JSON.stringify(names);
  const held = await readFile(join(folder, tlsFiles.names), 'utf8').catch(() => '');
  const isFresh = held === told && (await serves(chain, root.certificate, parts.clock.now()));
  if (!isFresh) {
    const leaf = await makeLeaf(root, { names, publicKey: key.publicKey }, parts);
    await writeText(chain, writePem('CERTIFICATE', leaf.der, root.certificate.der));
    // Last: a crash before this line makes the certificate once more.
    await writeText(join(folder, tlsFiles.names), told);
  }
  return names;
}

interface Root {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

async function openRoot(estate: Estate, parts: Parts): Promise<Root> {
  const folder = join(estate.root, 'tls-root');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const signer = softSigner(await createKeyFile(join(folder, 'key.pem'), 'p256'));
  const pem = await textIn(join(folder, 'root.pem'), async () => {
    const extensions = [
      basicConstraints(true),
      keyUsage('keyCertSign', 'cRLSign'),
      nameConstraints(permittedNames()),
      subjectKeyIdentifier(await keyIdentifier(signer.publicKey, nodeEngine)),
    ];
    const draft = {
      subject: rootName,
      publicKey: signer.publicKey,
      seconds: rootSeconds,
      extensions,
    };
    return writePem('CERTIFICATE', (await certify(draft, signer, parts)).der);
  });
  await writeText(tlsRootFile(estate), pem, publicMode);
  return { certificate: parseCertificate(readOnePem('CERTIFICATE', pem)), signer };
}

async function makeLeaf(
  root: Root,
  of: { readonly names: readonly string[]; readonly publicKey: Uint8Array },
  parts: Parts,
): Promise<Certificate> {
  const { names, publicKey } = of;
  const issuer = await keyIdentifier(root.signer.publicKey, nodeEngine);
  const extensions = [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    extendedKeyUsage(false, purposeOid.serverAuth),
    subjectAltName(names.map(generalNameOf)),
    subjectKeyIdentifier(await keyIdentifier(publicKey, nodeEngine)),
    authorityKeyIdentifier(issuer),
  ];
  const subject = buildName([
    ['organization', 'Fubie'],
    ['commonName', 'Fubie TEST'],
  ]);
  return certify({ subject, publicKey, seconds: leafSeconds, extensions }, root.signer, parts);
}

async function certify(
  draft: {
    readonly subject: Name;
    readonly publicKey: Uint8Array;
    readonly seconds: number;
    readonly extensions: readonly Extension[];
  },
  by: Signer,
  { clock, random }: Parts,
): Promise<Certificate> {
  const serial = random.bytes(serialBytes);
  // Positive in every reading: the first bit is zero and the first octet is not.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const { subject, publicKey, extensions } = draft;
  const notBefore = instantFromMs(Math.floor(clock.now() / 1000) * 1000);
  const notAfter = addSeconds(notBefore, draft.seconds);
  const life = { notBefore, notAfter };
  return buildCertificate(
    { serial, issuer: rootName, subject, ...life, publicKey, extensions },
    by,
  );
}

/** Does the chain on the disk still come from this root, for long enough? */
async function serves(path: string, root: Certificate, now: Instant): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return false;
  const [leaf, issuer] = readPem('CERTIFICATE', text).map(parseCertificate);
  if (leaf === undefined || issuer === undefined) return false;
  const isOurs = Buffer.from(issuer.der).equals(root.der);
  return isOurs && leaf.notAfter > addSeconds(now, renewBeforeSeconds);
}
