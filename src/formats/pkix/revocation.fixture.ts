/**
 * Lists and responses of every kind, written for tests.
 */
import { nodeEngine } from '#adapters/engine';
import { fromHex } from '#base/bytes';
import type { Instant } from '#base/clock';
import type { Signer } from '#formats/crypto';
import {
  bitString,
  certificateTime,
  contextConstructed,
  contextPrimitive,
  generalizedTime,
  integer,
  integerFromBytes,
  octetString,
  oid,
  sequence,
} from '#formats/der';
import {
  type Certificate,
  type Extension,
  extensionOid,
  hashAlgorithmDer,
  type Name,
  publicKeyBits,
  signatureAlgorithmDer,
} from '#formats/x509';

/** An entry of a list: who, since when, and with which extensions. */
export interface EntryDraft {
  readonly serial: string;
  readonly from: Instant;
  readonly extensions?: readonly Extension[];
}

export interface ListDraft {
  readonly issuer: Name;
  readonly signer: Signer;
  readonly thisUpdate: Instant;
  readonly nextUpdate?: Instant;
  readonly number?: number;
  readonly entries?: readonly EntryDraft[];
  /** The content of revokedCertificates as it is, in place of `entries`. */
  readonly entriesDer?: Uint8Array;
  readonly extensions?: readonly Extension[];
}

export async function writeList(draft: ListDraft): Promise<Uint8Array> {
  const algorithm = signatureAlgorithmDer(draft.signer.algorithm);
  const entries = (draft.entries ?? []).map(({ serial, from, extensions = [] }) =>
    sequence(
      integerFromBytes(fromHex(serial)),
      certificateTime(from),
      ...(extensions.length === 0 ? [] : [listOf(extensions)]),
    ),
  );
  const number = extension(extensionOid.crlNumber, integer(draft.number ?? 1));
  const tbs = sequence(
    integer(1),
    algorithm,
    draft.issuer.der,
    certificateTime(draft.thisUpdate),
    ...(draft.nextUpdate === undefined ? [] : [certificateTime(draft.nextUpdate)]),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...(draft.entriesDer === undefined ? [] : [sequence(draft.entriesDer)]),
    contextConstructed(0, listOf([number, ...(draft.extensions ?? [])])),
  );
  return sequence(tbs, algorithm, bitString(await draft.signer.sign(tbs)));
}

export interface ResponseDraft {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly signer: Signer;
  /** By key unless a name is given. */
  readonly responder?: Name;
  readonly enclosed?: readonly Certificate[];
  readonly producedAt: Instant;
  readonly thisUpdate?: Instant;
  readonly nextUpdate?: Instant;
  /** Or its encoding as it is to stand there. */
  readonly status?:
    | 'good'
    | 'unknown'
    | { readonly from: Instant; readonly reason: number }
    | Uint8Array;
  readonly nonce?: Uint8Array;
  readonly extensions?: readonly Extension[];
  /** Of the answer about the certificate, not of the whole response. */
  readonly answerExtensions?: readonly Extension[];
  /** More answers about the same certificate, behind the first. */
  readonly also?: readonly Pick<ResponseDraft, 'status' | 'thisUpdate' | 'nextUpdate'>[];
}

export async function writeResponse(draft: ResponseDraft): Promise<Uint8Array> {
  const { certificate, issuer, signer } = draft;
  const name = await nodeEngine.digest('sha256', certificate.issuer.der);
  const key = await nodeEngine.digest('sha256', publicKeyBits(issuer.publicKey));
  const id = sequence(
    hashAlgorithmDer('sha256'),
    octetString(name),
    octetString(key),
    integerFromBytes(fromHex(certificate.serial)),
  );
  const singles = [draft, ...(draft.also ?? [])].map((one) =>
    sequence(
      id,
      statusDer(one.status ?? 'good'),
      generalizedTime(one.thisUpdate ?? draft.producedAt),
      ...(one.nextUpdate === undefined
        ? []
        : [contextConstructed(0, generalizedTime(one.nextUpdate))]),
      ...(one !== draft || draft.answerExtensions === undefined
        ? []
        : [contextConstructed(1, listOf(draft.answerExtensions))]),
    ),
  );
  const keyHash = await nodeEngine.digest('sha1', publicKeyBits(signer.publicKey));
  const nonce = draft.nonce === undefined ? [] : [extension(nonceOid, octetString(draft.nonce))];
  const extensions = [...nonce, ...(draft.extensions ?? [])];
  const tbs = sequence(
    draft.responder === undefined
      ? contextConstructed(2, octetString(keyHash))
      : contextConstructed(1, draft.responder.der),
    generalizedTime(draft.producedAt),
    sequence(...singles),
    ...(extensions.length === 0 ? [] : [contextConstructed(1, listOf(extensions))]),
  );
  const basic = sequence(
    tbs,
    signatureAlgorithmDer(signer.algorithm),
    bitString(await signer.sign(tbs)),
    ...(draft.enclosed === undefined
      ? []
      : [contextConstructed(0, sequence(...draft.enclosed.map((one) => one.der)))]),
  );
  const bytes = sequence(oid('1.3.6.1.5.5.7.48.1.1'), octetString(basic));
  return sequence(Uint8Array.of(0x0a, 1, 0), contextConstructed(0, bytes));
}

/** RFC 6960 §4.2.1: a responder that gives no answer. */
export function errorResponse(status: number): Uint8Array {
  return sequence(Uint8Array.of(0x0a, 1, status));
}

const nonceOid = '1.3.6.1.5.5.7.48.1.2';

export function extension(name: string, value: Uint8Array, critical = false): Extension {
  return { oid: name, critical, value };
}

export function reasonCode(reason: number): Extension {
  return extension(extensionOid.reasonCode, Uint8Array.of(0x0a, 1, reason));
}

/** The issuing distribution point with its fields as they are encoded. */
export function issuingPoint(...fields: readonly Uint8Array[]): Extension {
  return extension(extensionOid.issuingDistributionPoint, sequence(...fields), true);
}

/** A distribution point name with one URI. */
export function pointName(uri: string): Uint8Array {
  const name = contextPrimitive(6, new TextEncoder().encode(uri));
  return contextConstructed(0, contextConstructed(0, name));
}

function statusDer(status: NonNullable<ResponseDraft['status']>): Uint8Array {
  if (status instanceof Uint8Array) return status;
  if (status === 'good') return contextPrimitive(0, new Uint8Array());
  if (status === 'unknown') return contextPrimitive(2, new Uint8Array());
  const reason = contextConstructed(0, Uint8Array.of(0x0a, 1, status.reason));
  return contextConstructed(1, generalizedTime(status.from), reason);
}

function listOf(extensions: readonly Extension[]): Uint8Array {
  return sequence(
    ...extensions.map(({ oid: name, critical, value }) =>
      sequence(oid(name), ...(critical ? [Uint8Array.of(1, 1, 0xff)] : []), octetString(value)),
    ),
  );
}
