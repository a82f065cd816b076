/** A person's CMS with its stamp, made in memory, for the tests of this room. */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { addSeconds, type Instant, instantFromMs } from '#base/clock';
import { buildSignedData, signedAttributes } from '#formats/cms';
import type { Signer } from '#formats/crypto';
import {
  basicConstraints,
  buildCertificate,
  buildName,
  type Certificate,
  type Extension,
  extendedKeyUsage,
  keyUsage,
  purposeOid,
} from '#formats/x509';
import { buildToken } from './index.ts';

export const signedAt: Instant = instantFromMs(1_795_000_000_000);
export const content: Uint8Array = utf8('借款合同 5,000.00 元');

const authoritySigner = softSigner(generateSoftKey('p256'));
const authorityName = buildName([['commonName', 'TEST CA – NOT LICENSED']]);

async function issue(
  name: string,
  publicKey: Uint8Array,
  extensions: readonly Extension[],
): Promise<Certificate> {
  const subject = buildName([['commonName', name]]);
  return buildCertificate(
    {
      serial: Uint8Array.of(name.length),
      issuer: authorityName,
      subject,
      notBefore: signedAt,
      notAfter: addSeconds(signedAt, 86_400 * 365),
      publicKey,
      extensions,
    },
    authoritySigner,
  );
}

export interface Party {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

export async function rootParty(): Promise<Party> {
  const certificate = await issue('TEST CA – NOT LICENSED', authoritySigner.publicKey, [
    basicConstraints(true),
    keyUsage('keyCertSign', 'cRLSign'),
  ]);
  return { certificate, signer: authoritySigner };
}

export async function person(): Promise<Party> {
  const signer = softSigner(generateSoftKey('p256'));
  const certificate = await issue('王芳', signer.publicKey, [
    basicConstraints(false),
    keyUsage('digitalSignature', 'contentCommitment'),
    extendedKeyUsage(false, purposeOid.documentSigning, purposeOid.emailProtection),
  ]);
  return { certificate, signer };
}

export async function stampAuthority(purpose: string = purposeOid.timeStamping): Promise<Party> {
  const signer = softSigner(generateSoftKey('p256'));
  const certificate = await issue('TEST TSA', signer.publicKey, [
    basicConstraints(false),
    keyUsage('digitalSignature'),
    extendedKeyUsage(true, purpose),
  ]);
  return { certificate, signer };
}

export async function stampOver(bytes: Uint8Array, by: Party): Promise<Uint8Array> {
  return buildToken(
    {
      policy: '1.3.6.1.4.1.99999.1.1',
      imprint: { hash: 'sha256', digest: await nodeEngine.digest('sha256', bytes) },
      serial: '7f0102',
      time: addSeconds(signedAt, 5),
      accuracyMs: 1_500,
      ordering: true,
      nonce: 0x8899n,
    },
    { ...by, engine: nodeEngine },
  );
}

export async function stampedSignature(parties: {
  person: Party;
  tsa: Party;
}): Promise<Uint8Array> {
  const { certificate, signer } = parties.person;
  const attributes = signedAttributes({
    messageDigest: await nodeEngine.digest('sha256', content),
    certificateSha256: await nodeEngine.digest('sha256', certificate.der),
  });
  const signature = await signer.sign(attributes);
  const timestampToken = await stampOver(signature, parties.tsa);
  return buildSignedData({ certificate, signedAttributes: attributes, signature, timestampToken });
}
