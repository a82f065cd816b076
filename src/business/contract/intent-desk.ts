/**
 * The way from "I want to sign this" to a certificate for a key that was born on the phone.
 *
 * Laws 1 and 5: the code is made and checked by the SMS gateway, which signs what it saw into the
 * record; the certificate is logged before it is handed out. Each step can be repeated: the gateway
 * and the authority give the first answer again for the same intent.
 */
import { fromHex, toBase64 } from '#base/bytes';
import { type Clock, formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { Commit, TenantId, Unit, Units } from '#base/unit';
import type { Evidence } from '#trust/evidence';
import {
  type Intent,
  intentSecondsMax,
  requireShown,
  requireUsable,
  type Shown,
} from './intent.ts';
import type {
  CertificateHolder,
  CertificateKeys,
  CodeGateway,
  DocumentStore,
  EventCertificate,
  IntentStore,
  Issuer,
} from './ports.ts';

export class IntentDesk {
  readonly #parts: IntentParts;

  constructor(parts: IntentParts) {
    this.#parts = parts;
  }

  /** Checks what was shown and has the gateway send a code that names the documents. */
  async ask(order: {
    tenant: TenantId;
    caseId: string;
    shown: readonly Shown[];
    phone: string;
    salt: string;
    enrolment: string;
  }): Promise<Commit<Intent>> {
    const { units, documents, gateway, clock } = this.#parts;
    const { known, confirmed } = await units.run(order.tenant, async (unit) => ({
      known: await documents.ofCase(unit, order.caseId),
      confirmed: await documents.confirmedClauses(unit, order.caseId),
    }));
    requireShown(known, order.shown, confirmed);
    const intent: Intent = {
      id: uuidv7(this.#parts),
      caseId: order.caseId,
      documents: order.shown,
      sentAt: clock.now(),
      entry: undefined,
      attestation: undefined,
    };
    await gateway.sendCode({
      intent: intent.id,
      phone: order.phone,
      salt: order.salt,
      documents: order.shown.map(({ sha256 }) => toBase64(fromHex(sha256))),
      enrolment: order.enrolment,
    });
    return async (unit) => {
      await this.#parts.intents.add(unit, intent);
      return intent;
    };
  }

  /** Carries the typed code to the gateway and records the gateway's own statement. */
  async confirm(order: {
    intent: string;
    code: string;
    /** Digest of the program that showed the documents; law 1 wants it in the record. */
    build: string;
    subject: string;
  }): Promise<Commit<Intent>> {
    const attestation = await this.#parts.gateway.confirm(order.intent, order.code);
    return async (unit) => {
      const intent = await this.#lock(unit, order.intent);
      if (intent.entry !== undefined) return intent;
      const entry = await this.#parts.evidence.record(unit, {
        caseId: intent.caseId,
        subject: order.subject,
        type: 'intent.confirmed',
        disclosures: [
          { name: 'intent', value: intent.id },
          { name: 'method', value: 'sms-code' },
          { name: 'build', value: order.build },
        ],
        of: [],
        att: attestation,
      });
      const confirmed: Intent = { ...intent, entry: entry.hash, attestation };
      await this.#parts.intents.confirm(unit, confirmed);
      return confirmed;
    };
  }

  /** One intent, one certificate. It is in the log before the phone holds it. */
  async certify(order: {
    tenant: TenantId;
    intent: string;
    keys: CertificateKeys;
    holder: CertificateHolder;
    subject: string;
  }): Promise<Commit<EventCertificate>> {
    const { units, issuer, clock } = this.#parts;
    const { usable, earlier } = await units.run(order.tenant, async (unit) => ({
      usable: requireUsable(await this.#lock(unit, order.intent), clock.now()),
      earlier: await this.#parts.intents.certificate(unit, order),
    }));
    if (earlier !== undefined) return async () => earlier;
    const issued = await issuer.issue({
      ...order.holder,
      ...order.keys,
      attestation: usable.attestation,
    });
    return async (unit) => {
      await this.#lock(unit, usable.id);
      const meanwhile = await this.#parts.intents.certificate(unit, order);
      if (meanwhile !== undefined) return meanwhile;
      const issuedAt = clock.now();
      const entry = await this.#parts.evidence.record(unit, {
        caseId: usable.caseId,
        subject: order.subject,
        type: 'certificate.issued',
        disclosures: [
          { name: 'intent', value: usable.id },
          { name: 'issuedAt', value: formatInstant(issuedAt) },
        ],
        of: [{ name: 'certificate', bytes: issued.certificate }],
        refs: { intent: usable.entry },
      });
      const certificate: EventCertificate = {
        intent: usable.id,
        caseId: usable.caseId,
        der: issued.certificate,
        receipt: issued.receipt,
        issuedAt,
        entry: entry.hash,
      };
      await this.#parts.intents.certify(unit, certificate, order.subject);
      return certificate;
    };
  }

  /** The confirmed intent that covers a document, with its certificate, or a coded refusal. */
  async covering(unit: Unit, use: { intent: string; document: string; subject: string }) {
    const intent = requireUsable(await this.#lock(unit, use.intent), this.#parts.clock.now());
    if (!intent.documents.some(({ id }) => id === use.document)) {
      throw new Fault('contract.intent_elsewhere', { intent: use.intent, document: use.document });
    }
    const certificate = await this.#parts.intents.certificate(unit, use);
    if (certificate === undefined)
      throw new Fault('contract.intent_unconfirmed', { intent: intent.id });
    return { intent, certificate };
  }

  async intent(unit: Unit, id: string): Promise<Intent> {
    return this.#lock(unit, id);
  }

  async #lock(unit: Unit, id: string): Promise<Intent> {
    const intent = await this.#parts.intents.lock(unit, id);
    if (intent === undefined) throw new Fault('contract.intent_unknown', { intent: id });
    return intent;
  }

  /** The newest intent of a case: what a page that was closed goes on with. */
  newest(unit: Unit, caseId: string): ReturnType<IntentStore['newest']> {
    return this.#parts.intents.newest(unit, caseId);
  }

  get secondsMax(): number {
    return intentSecondsMax;
  }
}

export interface IntentParts {
  readonly units: Units;
  readonly documents: DocumentStore;
  readonly intents: IntentStore;
  readonly gateway: CodeGateway;
  readonly issuer: Issuer;
  readonly evidence: Evidence;
  readonly clock: Clock;
  readonly random: Random;
}
