/**
 * What OCSP responses say about one certificate (RFC 6960 §3.2, §4.2.2).
 */
import { equal } from '#base/bytes';
import type { HashName } from '#formats/crypto';
import type { OcspAnswer, SingleResponse } from '#formats/ocsp';
import { type Certificate, certificateIfReadable, publicKeyBits, purposeOid } from '#formats/x509';
import { isSameName } from './issuing.ts';
import {
  algorithmOf,
  aside,
  type Heard,
  isFresh,
  type RevocationQuestion,
  timeDoubt,
} from './revocation-ask.ts';
import { type RevocationSource, revokedBy } from './revocation-verdict.ts';
import { isCertifiedByIssuer, signerOf } from './signer.ts';

/** Digests of the issuer's name and key are remembered by hash: a response names a few. */
type IssuerDigests = Map<HashName, Promise<readonly [Uint8Array, Uint8Array]>>;

/** What each response says, in the order given; one may say several things of a certificate. */
export async function judgeResponses(
  ask: RevocationQuestion,
): Promise<readonly (readonly Heard[])[]> {
  const digests: IssuerDigests = new Map();
  const heard: (readonly Heard[])[] = [];
  for (const der of ask.ocsps) heard.push(await judgeResponse(ask, der, digests));
  return heard;
}

async function judgeResponse(
  ask: RevocationQuestion,
  der: Uint8Array,
  digests: IssuerDigests,
): Promise<readonly Heard[]> {
  const response = ask.memory.responses.of(der);
  if (response === undefined) return [aside('malformed')];
  if (response.is === 'error') return [aside('response_error', response.why)];
  const singles = await singlesFor(ask, response, digests);
  if (singles.length === 0) return [aside('other_certificate')];
  const critical = criticalIn(response);
  if (critical !== undefined) return [aside('critical_unknown', critical)];
  if (ask.nonce !== undefined && !equal(response.nonce ?? new Uint8Array(), ask.nonce)) {
    return [aside('nonce_differs')];
  }
  const verdict = await signerOf(ask, response, await candidatesFor(ask, response));
  if (verdict.is === 'none') return [aside(verdict.because)];
  const { signer } = verdict;
  const objection = await objectionTo(ask, signer, response);
  if (objection !== undefined) return [objection];
  return singles.map((single) =>
    statementOf(ask, single, sourceOf(ask, { response, single, signer })),
  );
}

function criticalIn({ extensions }: Pick<OcspAnswer, 'extensions'>): string | undefined {
  return extensions.all.find((one) => one.critical)?.oid;
}

/**
 * RFC 6960 §3.2 (1): the answers about this certificate. Where one of them says revoked and
 * another good, both are heard, as if each had come in a response of its own.
 */
async function singlesFor(
  ask: RevocationQuestion,
  response: OcspAnswer,
  digests: IssuerDigests,
): Promise<readonly SingleResponse[]> {
  const found: SingleResponse[] = [];
  for (const single of response.responses) {
    const { hash, serial, issuerName, issuerKey } = single.id;
    if (hash === undefined || serial !== ask.certificate.serial) continue;
    const known = digests.get(hash) ?? issuerDigests(ask, hash);
    digests.set(hash, known);
    const [name, key] = await known;
    if (!equal(name, issuerName) || !equal(key, issuerKey)) continue;
    found.push(single);
  }
  return found;
}

async function issuerDigests(
  { certificate, issuer, engine }: RevocationQuestion,
  hash: HashName,
): Promise<readonly [Uint8Array, Uint8Array]> {
  return Promise.all([
    engine.digest(hash, certificate.issuer.der),
    engine.digest(hash, publicKeyBits(issuer.publicKey)),
  ]);
}

/** Those whom the response names as its responder (§4.2.1), by name or by SHA-1 of the key. */
async function candidatesFor(
  ask: RevocationQuestion,
  { responder, certificates }: OcspAnswer,
): Promise<readonly Certificate[]> {
  const enclosed = certificates.flatMap((der) => certificateIfReadable(der) ?? []);
  const all = [ask.issuer, ...enclosed, ...(ask.pool ?? [])];
  if ('name' in responder) return all.filter((one) => isSameName(one.subject, responder.name));
  const found: Certificate[] = [];
  for (const one of all) {
    const keyHash = await ask.engine.digest('sha1', publicKeyBits(one.publicKey));
    if (equal(keyHash, responder.keyHash)) found.push(one);
  }
  return found;
}

/** §4.2.2.2: the issuer itself, one it certified for this, or one trusted by decree. */
async function objectionTo(
  ask: RevocationQuestion,
  signer: Certificate,
  { producedAt }: OcspAnswer,
): Promise<Heard | undefined> {
  if (equal(signer.publicKey, ask.issuer.publicKey)) return undefined;
  if ((ask.anchors ?? []).some(({ certificate }) => equal(certificate.der, signer.der))) {
    return undefined;
  }
  const { extendedKeyUsage, keyUsage } = signer.extensions;
  if (extendedKeyUsage?.includes(purposeOid.ocspSigning) !== true) {
    return aside('signer_unsuitable', 'no id-kp-OCSPSigning');
  }
  if (
    keyUsage?.some((one) => one === 'digitalSignature' || one === 'contentCommitment') === false
  ) {
    return aside('signer_unsuitable', 'key usage');
  }
  if (producedAt < signer.notBefore || producedAt > signer.notAfter) {
    return aside('signer_unsuitable', 'outside its validity');
  }
  if (await isCertifiedByIssuer(ask, signer, producedAt)) return undefined;
  return aside('signer_unknown', signer.subject.text);
}

function statementOf(
  ask: RevocationQuestion,
  single: SingleResponse,
  source: RevocationSource,
): Heard {
  const { status, thisUpdate, archiveCutoff } = single;
  const critical = criticalIn(single);
  if (critical !== undefined) return aside('critical_unknown', critical);
  if (status.is === 'unknown') return aside('answer_unknown');
  if (status.is === 'revoked') {
    return { statement: revokedBy(source, { ...status, invalidFrom: undefined }) };
  }
  const doubt = timeDoubt(ask, { thisUpdate, since: archiveCutoff });
  return doubt === undefined ? { statement: { says: 'good', source } } : aside(doubt);
}

function sourceOf(
  ask: RevocationQuestion,
  of: {
    readonly response: OcspAnswer;
    readonly single: SingleResponse;
    readonly signer: Certificate;
  },
): RevocationSource {
  const { response, single, signer } = of;
  const { thisUpdate, nextUpdate } = single;
  const isIssuer = equal(signer.publicKey, ask.issuer.publicKey);
  return {
    kind: 'ocsp',
    der: response.der,
    delta: undefined,
    thisUpdate,
    nextUpdate,
    producedAt: response.producedAt,
    signer,
    signerMustBeChecked: !isIssuer && !signer.extensions.ocspNoCheck,
    algorithm: algorithmOf('ocsp', response, signer),
    isFresh: isFresh(ask, { thisUpdate, nextUpdate }),
  };
}
