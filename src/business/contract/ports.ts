/**
 * What the contract room asks of others, with their promises.
 */
import type { Json } from '#base/canonical';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import type { Beginning } from '#formats/crypto';
import type { Attestation } from '#formats/entry';
import type { Clause, ConfirmedClause, DocumentKind, DocumentRecord, Slot } from './document.ts';
import type { Intent } from './intent.ts';
import type { CaseReadingEvent, ReadingEvent } from './reading.ts';

/** Rows of documents and of what was shown. Everything is seen within the unit's tenant only. */
export interface DocumentStore {
  add(unit: Unit, document: DocumentRecord): Promise<void>;
  /** Undefined when the tenant has no such document. */
  find(unit: Unit, id: string): Promise<DocumentRecord | undefined>;
  ofCase(unit: Unit, caseId: string): Promise<readonly DocumentRecord[]>;
  /** Adds what is on the screen now. */
  shown(unit: Unit, document: string, event: ReadingEvent): Promise<void>;
  /** All events of a case's documents, in order of arrival. */
  readingsOf(unit: Unit, caseId: string): Promise<readonly CaseReadingEvent[]>;
  markRead(unit: Unit, document: string, at: Instant): Promise<void>;
  /** Once for each clause; answers whether it was new. */
  confirmClause(
    unit: Unit,
    at: { document: string; clause: string; at: Instant },
  ): Promise<boolean>;
  /** Ids of the clauses of a case that stand confirmed, by document. */
  confirmedClauses(unit: Unit, caseId: string): Promise<readonly ConfirmedClause[]>;
}

export interface IntentStore {
  add(unit: Unit, intent: Intent): Promise<void>;
  /** Locks the row until the unit ends, so that one intent is confirmed and used once. */
  lock(unit: Unit, id: string): Promise<Intent | undefined>;
  confirm(unit: Unit, intent: Intent): Promise<void>;
  /** The newest intent of a case, unlocked, and whether it has its certificate. */
  newest(unit: Unit, caseId: string): Promise<{ intent: Intent; certified: boolean } | undefined>;
  /** A certificate carries its holder's name: it is kept as ciphertext under the subject's key. */
  certify(unit: Unit, certificate: EventCertificate, subject: string): Promise<void>;
  certificate(
    unit: Unit,
    held: { intent: string; subject: string },
  ): Promise<EventCertificate | undefined>;
}

/** The event certificate of one intent, and the receipt that the phone keeps. */
export interface EventCertificate {
  readonly intent: string;
  readonly caseId: string;
  readonly der: Uint8Array;
  readonly receipt: Attestation;
  readonly issuedAt: Instant;
  /** Hash of the certificate.issued entry. */
  readonly entry: string;
}

/** Sets a document from its template: deterministic, complete, refused when a glyph is missing. */
export interface Press {
  print(order: PrintOrder): Promise<Printed>;
  /** Refuses a text that no document could carry: blank, or with a character without a glyph. */
  requireSettable(texts: { readonly [field: string]: string }): void;
}

export interface PrintOrder {
  readonly kind: DocumentKind;
  readonly inputs: { readonly [name: string]: Json };
  readonly at: Instant;
}

export interface Printed {
  readonly pdf: Uint8Array;
  readonly title: string;
  readonly pages: number;
  readonly characters: number;
  readonly template: string;
  readonly templateSha256: string;
  readonly slots: readonly Slot[];
  readonly clauses: readonly Clause[];
}

/** Keeps the base revision, readable only with the subject's key. Durable once it resolves. */
export interface Originals {
  keep(
    unit: Unit,
    /** The beginning is of these bytes, where they were gone through already. */
    place: { document: string; subject: string; beginning?: Beginning },
    pdf: Uint8Array,
  ): Promise<void>;
}

/** The SMS gateway: it makes the code, checks it, and signs what was confirmed. */
export interface CodeGateway {
  /** Sends a one-time code that names the documents. Asking twice for one intent sends once. */
  sendCode(order: CodeOrder): Promise<void>;
  /** The gateway's signed statement; a wrong or expired code is the gateway's refusal. */
  confirm(intent: string, code: string): Promise<Attestation>;
}

export interface CodeOrder {
  readonly intent: string;
  readonly phone: string;
  readonly salt: string;
  /** SHA-256 of each base revision, standard base64. */
  readonly documents: readonly string[];
  /** base64 SHA-256 of the phone's enrolment key: on it alone the certificate can be had. */
  readonly enrolment: string;
}

/** The certification authority, which checks both gateways' statements itself before it issues. */
export interface Issuer {
  issue(order: CertificateHolder & CertificateKeys & { attestation: Attestation }): Promise<{
    certificate: Uint8Array;
    receipt: Attestation;
  }>;
}

/** What the phone brings: the request for its key, proved by its enrolment key. */
export interface CertificateKeys {
  readonly csr: Uint8Array;
  /** DER SubjectPublicKeyInfo. */
  readonly enrolmentKey: Uint8Array;
  /** The enrolment key's signature over the request. */
  readonly proof: Uint8Array;
}

/** Whose name the certificate bears, and on whose word. */
export interface CertificateHolder {
  readonly name: string;
  /** The salt under which the identity gateway's statement commits to the name, base64url. */
  readonly nameSalt: string;
  /** The identity gateway's statement; without it the authority refuses. */
  readonly identity: Attestation | undefined;
}
