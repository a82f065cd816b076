/**
 * Where a person signs, and where the lender's seal does: intent, certificate, ticket, seal.
 *
 * The order of laws 1 and 5 stands here as a table of contents; each step checks in the state table
 * whose turn it is (S2-37), so nothing is intended, certified or prepared out of order.
 */
import { toHex, utf8 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, TenantId, Unit } from '#base/unit';
import type {
  CertificateHolder,
  CertificateKeys,
  DocumentRecord,
  EventCertificate,
  Intent,
  Shown,
  Slot,
} from '#business/contract';
import type { OutlineSource } from '#formats/pdf';
import {
  openPdf,
  parseStrokes,
  readSignatures,
  sealInside,
  signerLines,
  signerStrokes,
} from '#formats/pdf';
import type { Redemption, RevisionName, RevisionShelf, Sealer, SealFace } from '#trust/signing';
import type { HeadOf } from './assessment.ts';
import type { Conclusion } from './conclusion.ts';
import type { LoanFile } from './file.ts';
import type { LoanParts } from './parts.ts';
import type { ChosenSeal, LenderSeal, Loan } from './ports.ts';

export interface SigningDeskParts {
  readonly loan: LoanParts;
  readonly file: LoanFile;
  readonly conclusion: Conclusion;
  readonly sealer: Sealer;
  readonly shelf: RevisionShelf;
  readonly lenderSeal: LenderSeal;
  readonly outlines: OutlineSource;
}

/** Under which name of her record her handwriting stands, where she drew it. */
export const handwritingField = 'handwriting';

/** What of a document a seal has to know. */
type SealedKind = Pick<DocumentRecord, 'id' | 'slots'> & { readonly kind: string };

interface Step {
  readonly tenant: TenantId;
  readonly caseId: string;
}

export class SigningDesk {
  readonly #parts: SigningDeskParts;

  constructor(parts: SigningDeskParts) {
    this.#parts = parts;
  }

  /** She has seen these bytes and wants to sign them: the gateway sends a code. */
  async ask(step: Step & { shown: readonly Shown[]; enrolment: string }): Promise<Commit<Intent>> {
    const { loan, file, conclusion } = this.#parts;
    const first = step.shown[0]?.id ?? '';
    const { phone, salt } = await loan.units.run(step.tenant, async (unit) => {
      const turn = { caseId: step.caseId, document: first, party: 'borrower' } as const;
      const { loan: held } = await conclusion.requireTurn(unit, turn);
      await this.#requireAgreed(unit, held);
      const { phone: number } = await file.person(unit, held);
      return { phone: number, salt: (await file.salts(unit, held)).phone };
    });
    const commit = await loan.intents.ask({ ...step, phone, salt });
    return async (unit) => {
      const intent = await commit(unit);
      await loan.tenancy.messageSent(unit);
      return intent;
    };
  }

  async confirm(
    step: Step & { intent: string; code: string; build: string },
  ): Promise<Commit<Intent>> {
    const { subject } = await this.#own(step, step.intent);
    return this.#parts.loan.intents.confirm({ ...step, subject });
  }

  async certify(
    step: Step & { intent: string; keys: CertificateKeys },
  ): Promise<Commit<EventCertificate>> {
    const { subject, holder } = await this.#own(step, step.intent);
    return this.#parts.loan.intents.certify({ ...step, subject, holder });
  }

  /** The prepared revision and what her key is asked to sign; her device checks both first. */
  async ticket(step: Step & { document: string; intent: string }) {
    const { loan, conclusion, sealer, file } = this.#parts;
    const turn = { caseId: step.caseId, document: step.document, party: 'borrower' } as const;
    const ready = await loan.units.run(step.tenant, async (unit) => {
      const { loan: held, document } = await conclusion.requireTurn(unit, turn);
      await this.#requireAgreed(unit, held);
      const covered = await loan.intents.covering(unit, { ...step, subject: held.subject });
      const hers = { subject: held.subject, field: handwritingField };
      const drawn = await loan.persons.get(unit, hers);
      return { ...covered, document, person: await file.person(unit, held), drawn };
    });
    const { certificate, intent, document, person, drawn } = ready;
    const order = {
      tenant: step.tenant,
      caseId: step.caseId,
      document: document.id,
      kind: document.kind,
      face: this.#signerFace(document, person.name, drawn),
      certificate: certificate.der,
      refs: { intent: intent.entry, certificate: certificate.entry },
    };
    const prepared = await sealer.prepareInTurn(order, {
      locks: step.caseId,
      before: async (unit) => {
        await conclusion.requireTurn(unit, turn);
      },
    });
    return { ticket: prepared.json, revision: prepared.revision };
  }

  /** Takes her signature; the case moves in the same unit in which the document gets it. */
  async seal(step: Step & { document: string; ticket: string; signature: Uint8Array }) {
    return this.#finish(step, { redemption: step, party: 'borrower' });
  }

  /** The lender's contract seal on the contract of a case; the case moves in the same unit. */
  async sealAsLender(order: { tenant: TenantId; loan: Loan; document: DocumentRecord }) {
    const { tenant, document } = order;
    const step = { tenant, caseId: order.loan.id, document: document.id };
    const redemption = await this.#signByTicket(step, document);
    return this.#finish(step, { redemption, party: 'lender' });
  }

  /** The lender's seal on a document that is no step of a loan, such as the report. */
  async sealDocument(order: Step & { document: SealedKind }): Promise<RevisionName> {
    const { tenant, document } = order;
    const step = { tenant, caseId: order.caseId, document: document.id };
    const redemption = await this.#signByTicket(step, document);
    return (await this.#parts.sealer.sealInTurn(redemption)).revision;
  }

  /** Nothing is signed electronically by who took the agreement to it back (电子签名法 3). */
  async #requireAgreed(unit: Unit, held: Loan): Promise<void> {
    const { loan, file } = this.#parts;
    await loan.consents.requireAccepted(unit, held.id, ['esign-agreement']);
    await file.requireConsents(unit, held, ['evidence-deposit']);
  }

  /** Sealed already is no error: prepare, ticket and seal may all come twice. */
  async #signByTicket(
    step: Step & { document: string },
    document: SealedKind,
  ): Promise<Redemption> {
    const { sealer, lenderSeal } = this.#parts;
    const { tenant } = step;
    const { kind } = document;
    // One seal from here on: what is prepared for one certificate no other key may sign.
    const seal = await lenderSeal.chosen(tenant, kind);
    const { certificate } = seal;
    const face = this.#sealFace(seal, document);
    const order = { ...step, kind, face, certificate, refs: {} };
    const { ticket, json, intention } = await sealer.prepareInTurn(order);
    const signature = await seal.sign(json, { kind, intention });
    return { tenant, ticket: ticket.id, signature };
  }

  /** The bytes of a revision of a document of this case; 0 is the base. */
  async revision(tenant: TenantId, at: { caseId: string; document: string; n: number }) {
    const { loan, shelf } = this.#parts;
    return loan.units.run(tenant, async (unit) => {
      const document = await loan.contracts.document(unit, at.document);
      if (document.caseId !== at.caseId) throw new Fault('contract.document_unknown');
      return (await shelf.read(unit, at.document, at.n)).bytes;
    });
  }

  async #finish(
    step: Step & { document: string },
    done: { redemption: Redemption; party: 'borrower' | 'lender' },
  ): Promise<{ revision: number; sha256: string }> {
    const { sealer, conclusion, file } = this.#parts;
    const { revision } = await sealer.sealInTurn(done.redemption, {
      // Every step of a case locks the case first and its chain later, or two would wait for ever.
      locks: step.caseId,
      before: async (unit) => {
        await file.lock(unit, step.caseId);
      },
      async after(unit, sealed) {
        requireDocument(sealed.revision, step);
        // A ticket redeemed before moved the case then; the second call only gets its answer.
        if (sealed.isNew) await conclusion.signed(unit, { ...step, party: done.party });
      },
    });
    requireDocument(revision, step);
    return { revision: revision.number, sha256: toHex(revision.sha256) };
  }

  /** The intent belongs to this case; answers whose it is and on whose word. */
  async #own(
    step: Step,
    intentId: string,
  ): Promise<{ subject: string; holder: CertificateHolder }> {
    const { loan, file } = this.#parts;
    return loan.units.run(step.tenant, async (unit: Unit) => {
      const held = await file.lock(unit, step.caseId);
      const intent = await loan.intents.intent(unit, intentId);
      if (intent.caseId !== step.caseId) throw new Fault('contract.intent_unknown');
      const { name } = await file.person(unit, held);
      const nameSalt = (await file.salts(unit, held)).name;
      const identity = await file.identity(unit, held);
      return { subject: held.subject, holder: { name, nameSalt, identity } };
    });
  }

  /** Her handwriting where she drew it, beside who and when; the look of a signature only. */
  #signerFace(document: DocumentRecord, name: string, drawn: string | undefined): SealFace {
    const slot = slotOf(document, 'borrower');
    const at = formatInstant(this.#parts.loan.clock.now()).slice(0, 19).replace('T', ' ');
    const [left, bottom, right, top] = slot.rect;
    const wish = {
      lines: [`签署人：${name}`, `时间：${at}`],
      width: right - left,
      height: top - bottom,
      outlines: this.#parts.outlines,
    };
    const appearance =
      drawn === undefined
        ? signerLines(wish)
        : signerStrokes({ ...wish, drawn: parseStrokes(utf8(drawn)) });
    return { ...place(slot), appearance, signerName: name, label: '借款人电子签名' };
  }

  #sealFace({ words, figure }: ChosenSeal, document: SealedKind): SealFace {
    const slot = slotOf(document, 'lender');
    const [left, bottom, right, top] = slot.rect;
    const size = { width: right - left, height: top - bottom };
    const { organisation, kind } = words;
    return {
      ...place(slot),
      appearance: sealInside(figure, size, this.#parts.outlines),
      signerName: organisation,
      label: `${organisation}${kind}`,
    };
  }
}

/**
 * Whose signatures a document carries, and what it was when the last of them was made: what comes
 * behind it for the long term changes neither, so that an order that is repeated stays the same.
 */
export function headOfShelf(parts: Pick<SigningDeskParts, 'loan' | 'shelf'>): HeadOf {
  const { loan, shelf } = parts;
  return (tenant, document) =>
    loan.units.run(tenant, async (unit) => {
      const { bytes } = await shelf.read(unit, document);
      const found = readSignatures(await openPdf(bytes, loan.engine));
      const signatures = found.filter(({ kind }) => kind === 'signature');
      const signed = bytes.subarray(0, signatures.at(-1)?.revisionEnd ?? bytes.length);
      return {
        sha256: toHex(await loan.engine.digest('sha256', signed)),
        signedFields: signatures.map(({ field }) => field),
      };
    });
}

function requireDocument(revision: RevisionName, step: { document: string }): void {
  if (revision.document !== step.document) throw new Fault('contract.document_unknown');
}

function slotOf(document: Pick<DocumentRecord, 'slots'>, field: Slot['field']): Slot {
  const slot = document.slots.find((one) => one.field === field);
  if (slot === undefined) throw new Fault('contract.slot_unknown', { party: field });
  return slot;
}

function place(slot: Slot): Pick<SealFace, 'field' | 'page' | 'rect'> {
  return { field: slot.field, page: slot.page, rect: slot.rect };
}
