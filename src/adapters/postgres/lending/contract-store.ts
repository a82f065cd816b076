/**
 * Rows of documents, of what was shown, of intents and of certificates.
 */
import type { Generated } from 'kysely';
import type { Json } from '#base/canonical';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import {
  type CaseReadingEvent,
  type Clause,
  type ConfirmedClause,
  type DocumentRecord,
  type DocumentStore,
  documentKinds,
  type EventCertificate,
  type Intent,
  type IntentStore,
  type ReadingEvent,
  type Shown,
  type Slot,
} from '#business/contract';
import { type Attestation, attestationJson, parseAttestation } from '#formats/entry';
import type { CipherPlace } from '#trust/signing';
import { txOf } from '../database.ts';

interface DocumentColumns {
  tenant: string;
  id: string;
  case_id: string;
  kind: string;
  title: string;
  template: string;
  template_sha256: string;
  pages: number;
  seconds_min: number;
  base_bytes: number;
  base_sha256: string;
  base_sm3: string;
  slots: string;
  clauses: string;
  drafted_at: bigint;
  read_at: bigint | null;
}

interface Tables {
  document: DocumentColumns;
  reading_event: {
    tenant: string;
    document: string;
    page: number;
    at: bigint;
    aloud: boolean;
    seq: Generated<bigint>;
  };
  clause_confirmation: { tenant: string; document: string; clause: string; at: bigint };
  intent: {
    tenant: string;
    id: string;
    case_id: string;
    documents: string;
    sent_at: bigint;
    entry: string | null;
    attestation: string | null;
  };
  event_certificate: {
    tenant: string;
    intent: string;
    case_id: string;
    der: Uint8Array;
    receipt: string;
    issued_at: bigint;
    entry: string;
  };
}

export class PostgresDocuments implements DocumentStore {
  async add(unit: Unit, document: DocumentRecord): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('document')
      .values({
        tenant: unit.tenant,
        id: document.id,
        case_id: document.caseId,
        kind: document.kind,
        title: document.title,
        template: document.template,
        template_sha256: document.templateSha256,
        pages: document.pages,
        seconds_min: document.secondsMin,
        base_bytes: document.base.bytes,
        base_sha256: document.base.sha256,
        base_sm3: document.base.sm3,
        slots: JSON.stringify(document.slots),
        clauses: JSON.stringify(document.clauses),
        drafted_at: BigInt(document.draftedAt),
        read_at: null,
      })
      .execute();
  }

  async find(unit: Unit, id: string): Promise<DocumentRecord | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('document')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? undefined : documentOf(row);
  }

  async ofCase(unit: Unit, caseId: string): Promise<readonly DocumentRecord[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('document')
      .selectAll()
      .where('case_id', '=', caseId)
      .orderBy('drafted_at')
      .orderBy('id')
      .execute();
    return rows.map(documentOf);
  }

  async shown(unit: Unit, document: string, event: ReadingEvent): Promise<void> {
    const { page, at, aloud = false } = event;
    await txOf<Tables>(unit)
      .insertInto('reading_event')
      .values({ tenant: unit.tenant, document, page, at: BigInt(at), aloud })
      .execute();
  }

  async readingsOf(unit: Unit, caseId: string): Promise<readonly CaseReadingEvent[]> {
    const rows = await txOf<Tables>(unit)
      .selectFrom('reading_event')
      .innerJoin('document', 'document.id', 'reading_event.document')
      .select(['reading_event.document', 'page', 'at', 'aloud'])
      .where('document.case_id', '=', caseId)
      .orderBy('at')
      .orderBy('seq')
      .execute();
    return rows.map(({ at, ...row }) => ({ ...row, at: instantFromMs(Number(at)) }));
  }

  async confirmClause(
    unit: Unit,
    { document, clause, at }: { document: string; clause: string; at: Instant },
  ): Promise<boolean> {
    const done = await txOf<Tables>(unit)
      .insertInto('clause_confirmation')
      .values({ tenant: unit.tenant, document, clause, at: BigInt(at) })
      .onConflict((clash) => clash.doNothing())
      .executeTakeFirst();
    return done.numInsertedOrUpdatedRows === 1n;
  }

  async confirmedClauses(unit: Unit, caseId: string): Promise<readonly ConfirmedClause[]> {
    return txOf<Tables>(unit)
      .selectFrom('clause_confirmation')
      .innerJoin('document', 'document.id', 'clause_confirmation.document')
      .select(['clause_confirmation.document', 'clause'])
      .where('document.case_id', '=', caseId)
      .orderBy('clause')
      .execute();
  }

  async markRead(unit: Unit, document: string, at: Instant): Promise<void> {
    await txOf<Tables>(unit)
      .updateTable('document')
      .set({ read_at: BigInt(at) })
      .where('id', '=', document)
      .execute();
  }
}

/** Seals and opens bytes under a subject's key in the vault, each in its own place. */
interface SubjectCipher {
  seal(unit: Unit, place: CipherPlace, bytes: Uint8Array): Promise<Uint8Array>;
  open(unit: Unit, place: CipherPlace, sealed: Uint8Array): Promise<Uint8Array>;
}

export class PostgresIntents implements IntentStore {
  readonly #cipher: SubjectCipher;

  constructor(cipher: SubjectCipher) {
    this.#cipher = cipher;
  }

  async add(unit: Unit, intent: Intent): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('intent')
      .values({
        tenant: unit.tenant,
        id: intent.id,
        case_id: intent.caseId,
        documents: JSON.stringify(intent.documents),
        sent_at: BigInt(intent.sentAt),
        entry: null,
        attestation: null,
      })
      .execute();
  }

  async lock(unit: Unit, id: string): Promise<Intent | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('intent')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row === undefined ? undefined : intentOf(row);
  }

  async newest(unit: Unit, caseId: string) {
    const row = await txOf<Tables>(unit)
      .selectFrom('intent')
      .leftJoin('event_certificate', 'event_certificate.intent', 'intent.id')
      .selectAll('intent')
      .select('event_certificate.intent as certified')
      .where('intent.case_id', '=', caseId)
      .orderBy('sent_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && { intent: intentOf(row), certified: row.certified !== null };
  }

  async confirm(unit: Unit, intent: Intent): Promise<void> {
    const { attestation } = intent;
    await txOf<Tables>(unit)
      .updateTable('intent')
      .set({
        entry: intent.entry ?? null,
        attestation: attestation === undefined ? null : textOf(attestation),
      })
      .where('id', '=', intent.id)
      .execute();
  }

  async certify(unit: Unit, certificate: EventCertificate, subject: string): Promise<void> {
    await txOf<Tables>(unit)
      .insertInto('event_certificate')
      .values({
        tenant: unit.tenant,
        intent: certificate.intent,
        case_id: certificate.caseId,
        der: await this.#cipher.seal(
          unit,
          certificatePlace(certificate.intent, subject),
          certificate.der,
        ),
        receipt: textOf(certificate.receipt),
        issued_at: BigInt(certificate.issuedAt),
        entry: certificate.entry,
      })
      .execute();
  }

  async certificate(
    unit: Unit,
    held: { intent: string; subject: string },
  ): Promise<EventCertificate | undefined> {
    const row = await txOf<Tables>(unit)
      .selectFrom('event_certificate')
      .selectAll()
      .where('intent', '=', held.intent)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    return {
      intent: row.intent,
      caseId: row.case_id,
      der: await this.#cipher.open(unit, certificatePlace(row.intent, held.subject), row.der),
      receipt: attestationOf(row.receipt),
      issuedAt: instantFromMs(Number(row.issued_at)),
      entry: row.entry,
    };
  }
}

/** Where the certificate of an intent belongs in her record. */
export function certificatePlace(intent: string, subject: string): CipherPlace {
  return { subject, field: `certificate:${intent}` };
}

function intentOf(row: Tables['intent']): Intent {
  return {
    id: row.id,
    caseId: row.case_id,
    documents: row.documents as unknown as readonly Shown[],
    sentAt: instantFromMs(Number(row.sent_at)),
    entry: row.entry ?? undefined,
    attestation: row.attestation === null ? undefined : attestationOf(row.attestation),
  };
}

function documentOf(row: DocumentColumns): DocumentRecord {
  const kind = documentKinds.find((known) => known === row.kind);
  if (kind === undefined) throw new Fault('postgres.row_malformed', { kind: row.kind });
  return {
    id: row.id,
    caseId: row.case_id,
    kind,
    title: row.title,
    template: row.template,
    templateSha256: row.template_sha256,
    pages: row.pages,
    secondsMin: row.seconds_min,
    base: { bytes: row.base_bytes, sha256: row.base_sha256, sm3: row.base_sm3 },
    slots: row.slots as unknown as readonly Slot[],
    clauses: row.clauses as unknown as readonly Clause[],
    draftedAt: instantFromMs(Number(row.drafted_at)),
    readAt: row.read_at === null ? undefined : instantFromMs(Number(row.read_at)),
  };
}

// jsonb goes in as text and comes back parsed: the column's type here is what goes in.
function textOf(attestation: Attestation): string {
  return JSON.stringify(attestationJson(attestation));
}

function attestationOf(column: unknown): Attestation {
  return parseAttestation(column as Json);
}
