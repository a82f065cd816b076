/**
 * The last look before a key signs (law 2): is this revision the base plus nothing but other
 * parties' signatures and this one field, each shown in the place that the base states for it, and
 * do the attributes bind exactly it and this certificate?
 *
 * Runs on the signer's device and can be repeated by any verifier from the final file. Whatever is
 * wrong with what it is handed is a verdict, never an exception.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import { parseSignedAttributes, parseSignedData, verifySignedData } from '#formats/cms';
import type { Engine } from '#formats/crypto';
import {
  compareRevisions,
  judgeFaces,
  openPdf,
  type PdfSignature,
  readSignatures,
  signedBytes,
} from '#formats/pdf';
import type { Ticket, TicketState } from './ticket.ts';

/** RFC 5652 §4: what a detached signature over a document is about. */
const idData = '1.2.840.113549.1.7.1';

export type BeforeSigningFlaw =
  | 'base_differs'
  | 'revision_differs'
  | 'change_forbidden'
  | 'field_differs'
  | 'face_out_of_place'
  | 'face_forbidden'
  | 'other_signature_broken'
  | 'range_differs'
  | 'certificate_differs'
  | 'digest_differs'
  | 'malformed';

export type BeforeSigningVerdict =
  | { readonly is: 'valid' }
  | { readonly is: 'invalid'; readonly because: BeforeSigningFlaw; readonly detail: string };

export interface BeforeSigning {
  /** The bytes that were shown and confirmed. */
  readonly base: Uint8Array;
  /** The prepared revision as it was handed over. */
  readonly prepared: Uint8Array;
  readonly ticket: Ticket;
  /** The DER of the certificate for the key that is about to sign. */
  readonly certificate: Uint8Array;
  readonly ownField: string;
}

export async function checkBeforeSigning(
  look: BeforeSigning,
  engine: Engine,
): Promise<BeforeSigningVerdict> {
  try {
    return (
      (await judgeStates(look, engine)) ??
      (await judgeChanges(look, engine)) ??
      (await judgeSignatures(look, engine)) ??
      (await judgeAttributes(look, engine)) ?? { is: 'valid' }
    );
  } catch (thrown) {
    if (thrown instanceof Fault) return invalid('malformed', thrown.code);
    throw thrown;
  }
}

type Objection = BeforeSigningVerdict | undefined;

/** The ticket speaks of these very bytes. */
async function judgeStates(look: BeforeSigning, engine: Engine): Promise<Objection> {
  const { base, prepared, ticket } = look;
  if (!(await isState(base, ticket.base, engine))) return invalid('base_differs');
  if (!(await isState(prepared, ticket.revision, engine))) return invalid('revision_differs');
  return equal(base, prepared.subarray(0, base.length)) ? undefined : invalid('base_differs');
}

/**
 * Nothing but signature fields came since the base, among them exactly this one; and each face
 * stands where the base that was confirmed says, drawn with nothing but our own means.
 */
async function judgeChanges(look: BeforeSigning, engine: Engine): Promise<Objection> {
  const prepared = await openPdf(look.prepared, engine);
  const change = await compareRevisions(look.base, prepared, engine);
  if (change.is !== 'permitted') {
    const why = change.changes.find(({ permitted }) => !permitted);
    return invalid('change_forbidden', why === undefined ? '' : `${why.object}: ${why.what}`);
  }
  const own = change.fields.filter((field) => field === look.ownField);
  if (own.length !== 1 || look.ticket.field !== look.ownField) return invalid('field_differs');
  const [face] = await judgeFaces({ base: look.base, later: prepared, change }, engine);
  return face && invalid(`face_${face.because}`, `${face.field}: ${face.detail}`);
}

/** Every other signature is whole; the own place is empty and is what the range leaves out. */
async function judgeSignatures(look: BeforeSigning, engine: Engine): Promise<Objection> {
  const signatures = readSignatures(await openPdf(look.prepared, engine));
  for (const signature of signatures.filter(({ field }) => field !== look.ownField)) {
    if (!(await isWhole(signature, look.prepared, engine))) {
      return invalid('other_signature_broken', signature.field);
    }
  }
  const own = signatures.find(({ field }) => field === look.ownField);
  const { byteRange } = look.ticket;
  const isPlace =
    own !== undefined &&
    own.flaws.every((flaw) => flaw === 'contents_malformed') &&
    own.contents.every((byte) => byte === 0) &&
    own.byteRange.every((number, at) => number === byteRange[at]) &&
    own.revisionEnd === look.prepared.length;
  return isPlace ? undefined : invalid('range_differs');
}

async function isWhole(
  signature: PdfSignature,
  bytes: Uint8Array,
  engine: Engine,
): Promise<boolean> {
  if (signature.flaws.length > 0) return false;
  const signed = parseSignedData(signature.contents);
  const covered = signedBytes(bytes, signature.byteRange);
  const contentDigest = await engine.digest(signed.signer.digestAlgorithm, covered);
  return (await verifySignedData(signed, { contentDigest }, engine)).is === 'valid';
}

/** What the key signs names this digest and this certificate, and nothing else. */
async function judgeAttributes(look: BeforeSigning, engine: Engine): Promise<Objection> {
  const { ticket, certificate, prepared } = look;
  const attributes = parseSignedAttributes(ticket.signedAttrs);
  const certificateSha256 = await engine.digest('sha256', certificate);
  const isBound = equal(attributes.certificateSha256, certificateSha256);
  if (!equal(ticket.certificate, certificate) || !isBound) return invalid('certificate_differs');
  const digest = await engine.digest('sha256', signedBytes(prepared, ticket.byteRange));
  const isDigest = equal(attributes.messageDigest, digest) && attributes.contentType === idData;
  return isDigest ? undefined : invalid('digest_differs');
}

async function isState(bytes: Uint8Array, state: TicketState, engine: Engine): Promise<boolean> {
  if (bytes.length !== state.bytes) return false;
  return equal(await engine.digest('sha256', bytes), state.sha256);
}

function invalid(because: BeforeSigningFlaw, detail = ''): BeforeSigningVerdict {
  return { is: 'invalid', because, detail };
}
