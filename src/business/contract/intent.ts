/**
 * An intent: one person, one set of documents, one code, at most one certificate.
 *
 * Law 1: what is attested from outside is the digest of exactly the bytes that were shown. The
 * server cannot make the attestation, it can only carry the code that the person typed.
 */
import { addSeconds, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Attestation } from '#formats/entry';
import type { ConfirmedClause, DocumentRecord } from './document.ts';

/** From the code's dispatch to the certificate; the certificate itself lives no longer either. */
export const intentSecondsMax = 600;
/** The gateway takes the code for so long; requirements C.6. */
export const codeSecondsMax = 300;
export const documentsPerIntentMax = 16;

/** A document as the person saw it: which, and the SHA-256 (hex) of the bytes the page rendered. */
export interface Shown {
  readonly id: string;
  readonly sha256: string;
}

export interface Intent {
  readonly id: string;
  readonly caseId: string;
  readonly documents: readonly Shown[];
  readonly sentAt: Instant;
  /** Hash of the intent.confirmed entry, once confirmed. */
  readonly entry: string | undefined;
  readonly attestation: Attestation | undefined;
}

/**
 * Every document of the set is one of this case, was read, and is byte for byte what was shown.
 * Refuses with contract.reading_unfinished, contract.clause_unconfirmed, contract.digest_differs or
 * contract.document_unknown.
 */
export function requireShown(
  documents: readonly DocumentRecord[],
  shown: readonly Shown[],
  confirmed: readonly ConfirmedClause[],
): void {
  if (shown.length === 0 || shown.length > documentsPerIntentMax) {
    throw new Fault('contract.document_unknown', { count: shown.length });
  }
  for (const { id, sha256 } of shown) {
    const document = documents.find((candidate) => candidate.id === id);
    if (document === undefined) throw new Fault('contract.document_unknown', { document: id });
    if (document.readAt === undefined) {
      throw new Fault('contract.reading_unfinished', { document: id });
    }
    const left = clausesLeft(document, confirmed);
    if (left.length > 0) {
      throw new Fault('contract.clause_unconfirmed', { document: id, clauses: left.join(' ') });
    }
    if (document.base.sha256 !== sha256) {
      throw new Fault('contract.digest_differs', { document: id });
    }
  }
}

/** Ids of the clauses of a document that are still to be confirmed, in their order. */
export function clausesLeft(
  document: Pick<DocumentRecord, 'id' | 'clauses'>,
  confirmed: readonly ConfirmedClause[],
): readonly string[] {
  const done = confirmed.filter((one) => one.document === document.id);
  return document.clauses
    .map(({ id }) => id)
    .filter((id) => done.every(({ clause }) => clause !== id));
}

/** The intent is confirmed and still young enough to sign with. */
export function requireUsable(
  intent: Intent,
  now: Instant,
): Intent & { entry: string; attestation: Attestation } {
  const { entry, attestation } = intent;
  if (entry === undefined || attestation === undefined) {
    throw new Fault('contract.intent_unconfirmed', { intent: intent.id });
  }
  if (now > addSeconds(intent.sentAt, intentSecondsMax)) {
    throw new Fault('contract.intent_expired', { intent: intent.id });
  }
  return { ...intent, entry, attestation };
}
