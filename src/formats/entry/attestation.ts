/**
 * A statement signed by a party outside the house: the SMS gateway's intent, the bureau's answer,
 * the certificate authority's enrolment receipt.
 *
 * `{ statement, by, sig }`, where the signature is over a domain line and the canonical statement
 * (RFC 8785), so that it can never be taken for a signature over an entry or a checkpoint.
 */
import { concat, fromBase64, toBase64, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine, SignatureAlgorithm, Signer } from '#formats/crypto';

const domainLine = utf8('fubie/attestation/v1\n');
const nameLettersMax = 64;
const signatureBytesMax = 1024;

/**
 * Where an event certificate carries the statement it was issued on: a non-critical extension (an
 * ITU-T X.667 arc of the house) whose UTF8String is the canonical JSON of the attestation.
 */
export const attestationExtensionOid = '2.25.710829015';

/** The arc of before needs more than 31 bits, and such a certificate opens in no program in Go. */
const formerExtensionOid = '2.25.7108290153';

/** Is this where a certificate of any age carries its statement? */
export function isAttestationExtension(oid: string): boolean {
  return oid === attestationExtensionOid || oid === formerExtensionOid;
}

export type Statement = { readonly [key: string]: Json };

export interface Attestation {
  readonly statement: Statement;
  /** The name of the key: `sms`, `identity`, `bureau`, `core-banking`, `ca`. */
  readonly by: string;
  /** base64. */
  readonly sig: string;
}

/** What a party outside signs. */
export function attestationMessage(statement: Statement): Uint8Array {
  return concat(domainLine, canonicalBytes(statement));
}

export async function attest(
  statement: Statement,
  by: string,
  signer: Signer,
): Promise<Attestation> {
  const signature = await signer.sign(attestationMessage(statement));
  return { statement, by, sig: toBase64(signature) };
}

/** Is this statement signed by this key? Who the key belongs to is the caller's trust list. */
export async function isAttestedBy(
  attestation: Attestation,
  key: { algorithm: SignatureAlgorithm; publicKey: Uint8Array },
  engine: Engine,
): Promise<boolean> {
  return engine.verify({
    ...key,
    signature: fromBase64(attestation.sig),
    message: attestationMessage(attestation.statement),
  });
}

export function attestationJson(attestation: Attestation): Json {
  return { statement: attestation.statement, by: attestation.by, sig: attestation.sig };
}

/** Refuses any member too many, too few or of another kind. */
export function parseAttestation(json: Json | undefined): Attestation {
  const fields = membersOf(json, ['by', 'sig', 'statement']);
  const { by, sig, statement } = fields;
  if (typeof by !== 'string' || by.length === 0 || by.length > nameLettersMax) {
    throw new Fault('entry.attestation_malformed', { why: 'by' });
  }
  if (typeof sig !== 'string' || !isSignatureText(sig)) {
    throw new Fault('entry.attestation_malformed', { why: 'sig' });
  }
  if (!isObject(statement)) throw new Fault('entry.attestation_malformed', { why: 'statement' });
  return { statement, by, sig };
}

function membersOf(json: Json | undefined, names: readonly string[]): Statement {
  if (!isObject(json) || Object.keys(json).toSorted().join() !== names.join()) {
    throw new Fault('entry.attestation_malformed', { why: 'members' });
  }
  return json;
}

function isObject(json: Json | undefined): json is Statement {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function isSignatureText(text: string): boolean {
  try {
    const bytes = fromBase64(text);
    return bytes.length > 0 && bytes.length <= signatureBytesMax;
  } catch {
    return false;
  }
}
