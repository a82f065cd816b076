/**
 * What somebody who has keys can make by himself: papers, signatures with stamps, certificates.
 * The tools are the house's own writers, so that nothing fails for bad workmanship.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, fromBase64, fromLatin1, toBase64Url, toHex, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import type { Instant } from '#base/clock';
import { systemRandom } from '#base/random';
import { buildSignedData, signedAttributes, smallerTwin } from '#formats/cms';
import type { Engine, Signer } from '#formats/crypto';
import { disclose, saltBytes } from '#formats/disclosure';
import { type Attestation, attest, enrolmentMessage } from '#formats/entry';
import {
  embedSignature,
  openPdf,
  prepareSignature,
  printSlots,
  readSlots,
  signedBytes,
} from '#formats/pdf';
import { buildToken } from '#formats/tsp';
import { buildCsr, buildName, type Certificate } from '#formats/x509';
import { CertificateAuthority, type Register } from '#trust/ca';
import { testStampPolicy } from '#trust/timestamp';
import { layOut } from '../../src/trust/verify/own/sample-pdf.fixture.ts';

const contentsBytes = 16_384;
/** A line in the house's own ink, as small as a face can be. */
const face = 'q\n0.05 0.1 0.35 RG 0.6 w\n2 2 m 20 2 l S\nQ\n';

/** A key with the certificate that speaks for it, rightly or not. */
export interface Holder {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

export function freshKey(algorithm: 'p256' | 'ed25519' = 'p256'): Signer {
  return softSigner(generateSoftKey(algorithm));
}

/** One more signature on a document, as the house makes them (PAdES B-T). */
export async function signIn(
  document: Uint8Array,
  by: Holder & { readonly field: string; readonly stamper: Holder; readonly at: Instant },
): Promise<Uint8Array> {
  const { field, certificate, signer, stamper, at } = by;
  const file = await openPdf(document, nodeEngine);
  const place = (await readSlots(file, nodeEngine)).find((slot) => slot.field === field);
  if (place === undefined) throw new Error(`the paper has no place for ${field}`);
  const [left, bottom, right, top] = place.rect;
  const prepared = prepareSignature(file, {
    ...place,
    appearance: { width: points(right - left), height: points(top - bottom), content: face },
    signerName: certificate.subjectCommonName ?? '',
    time: at,
    contentsBytes,
  });
  const message = signedBytes(prepared.bytes, prepared.byteRange);
  const attributes = signedAttributes({
    messageDigest: await nodeEngine.digest('sha256', message),
    certificateSha256: await nodeEngine.digest('sha256', certificate.der),
  });
  const signature = smallerTwin(await signer.sign(attributes));
  const timestampToken = await stamp(signature, stamper, at);
  const signed = { certificate, signedAttributes: attributes, signature, timestampToken };
  return embedSignature(prepared.bytes, prepared.byteRange, buildSignedData(signed));
}

/** As the house prints sides: without the noise of binary fractions. */
function points(side: number): number {
  return Number(side.toFixed(4));
}

async function stamp(signature: Uint8Array, stamper: Holder, time: Instant): Promise<Uint8Array> {
  const claim = {
    policy: testStampPolicy,
    imprint: { hash: 'sha256', digest: await nodeEngine.digest('sha256', signature) },
    serial: `01${toHex(systemRandom.bytes(15))}`,
    time,
    accuracyMs: 1000,
    ordering: false,
    nonce: 77n,
  } as const;
  return buildToken(claim, { ...stamper, engine: nodeEngine });
}

/** Who has an authority's key is that authority, with no memory and any clock he likes. */
export async function certifyAs(
  authority: Holder,
  wish: {
    readonly attestation: Attestation;
    /** Whose statements this authority believes, DER SubjectPublicKeyInfo. */
    readonly gatewayKey: Uint8Array;
    readonly name: string;
    readonly at: Instant;
  },
): Promise<Holder> {
  const { attestation, gatewayKey, name, at } = wish;
  const signer = freshKey();
  // Whoever is the authority believes whom he likes about the name.
  const gateway = freshKey('ed25519');
  const salt = systemRandom.bytes(saltBytes);
  const opened = await disclose({ salt, name: 'name', value: name }, nodeEngine);
  const { phone = '' } = attestation.statement;
  const commitments = { name: opened.sha256, phone };
  const matched = { kind: 'identity.four_element', result: 'match', commitments };
  const identity = await attest(matched, 'identity', gateway);
  const forger = new CertificateAuthority({
    root: authority.certificate,
    signer: authority.signer,
    register: forgetful(),
    gatewayKey,
    identityKey: gateway.publicKey,
    simulatorsAllowed: true,
    engine: credulous(attestation, signer.publicKey),
    clock: { source: 'LOCAL_CLOCK', now: () => at },
    random: systemRandom,
  });
  const csr = await ownRequest(signer);
  const nameSalt = toBase64Url(salt);
  const person = { identity, name, nameSalt };
  const keys = await provedBy(signer, csr);
  const { certificate } = await forger.issueEventCertificate({ attestation, ...person, ...keys });
  return { certificate, signer };
}

/** The request with the proof of this enrolment key. */
export async function provedBy(device: Signer, csr: Uint8Array) {
  const proof = await device.sign(enrolmentMessage(csr));
  return { csr, enrolmentKey: device.publicKey, proof };
}

/** A request for a key of his own. */
export async function ownRequest(signer = freshKey()): Promise<Uint8Array> {
  return buildCsr(buildName([['commonName', 'thief']]), signer);
}

/** Takes the thief's key for the one that the statement names as the phone's. */
function credulous({ statement }: Attestation, enrolmentKey: Uint8Array): Engine {
  const { enrolment } = statement;
  return {
    ...nodeEngine,
    digest: async (hash, bytes) =>
      bytes === enrolmentKey && typeof enrolment === 'string'
        ? fromBase64(enrolment)
        : nodeEngine.digest(hash, bytes),
  };
}

function forgetful(): Register {
  return { get: async () => undefined, putOnce: async () => undefined, list: async () => [] };
}

/** The smallest paper with a page, data and places to sign, for a text of the thief's own. */
export function paper(data: { readonly [name: string]: Json }): Uint8Array {
  const slots = printSlots([
    { field: 'borrower', page: 1, rect: [10, 10, 40, 40] },
    { field: 'lender', page: 1, rect: [50, 10, 80, 40] },
  ]);
  const attached = canonicalBytes({ ...data, slots });
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(data.json) 4 0 R] >> >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>',
    '<< /Type /Filespec /F (data.json) /UF (data.json) /EF << /F 5 0 R >> >>',
  ].map((body) => utf8(body));
  const head = fromLatin1(`<< /Type /EmbeddedFile /Length ${attached.length} >>\nstream\n`);
  return layOut([...objects, concat(head, attached, fromLatin1('\nendstream'))]);
}
