/**
 * One signing session: shown documents, one intent, one key, one certificate, one signature each.
 *
 * Law 2 at work: the phone confirms the digest of the bytes it fetched, and before it signs it
 * checks the prepared revision itself: base plus nothing but other parties' signatures and its own
 * field, attributes over exactly those bytes, its own certificate. Only then is the key asked.
 */
import { equal, fromBase64, fromHex, toBase64, toHex, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault, faultCode } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import {
  type Attestation,
  attestationJson,
  enrolmentDigest,
  enrolmentMessage,
  isAttestedBy,
  parseAttestation,
} from '#formats/entry';
import { buildCsr, buildName, parseCertificate } from '#formats/x509';
import { checkBeforeSigning, parseTicket } from '#trust/signing';
import { codeFor } from './code-message.ts';
import { bornKey } from './key.ts';
import { type Line, textIn } from './line.ts';
import type { Handset, Pocket } from './pocket.ts';

export interface PhoneParts {
  readonly line: Line;
  readonly pocket: Pocket;
  readonly handset: Handset;
  readonly engine: Engine;
  /** The authority's public key (SPKI): whose receipts count. */
  readonly authority: Uint8Array;
  /** SHA-256 (hex) of the program that shows and signs; law 1 puts it into the record. */
  readonly build: string;
  /** How long the house's own steps, such as its seal, are waited for. */
  readonly waitMsMax?: number;
}

/** A document as this phone fetched it. */
export interface Held {
  readonly id: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/** A gateway that is down comes back; the code itself lives for minutes. */
const codeMsMax = 60_000;
const codePauseMs = 50;
const sessionsMax = 3;
const ticketsMax = 20;
/** After these the person is asked again, with a fresh key. */
const sessionOver = new Set([
  'contract.intent_expired',
  'signing.attempt_void',
  'signing.certificate_expired',
  'ca.attestation_stale',
  'sms.code_expired',
]);

export class SigningSession {
  readonly #parts: PhoneParts;

  constructor(parts: PhoneParts) {
    this.#parts = parts;
  }

  /**
   * Signs every document of the set, in order, under one intent. Asked again, she is asked for what
   * is still unsigned only.
   */
  async sign(documents: readonly Held[]): Promise<void> {
    const unsigned = [...documents];
    for (let session = 1; ; session += 1) {
      try {
        return await this.#signOnce(unsigned);
      } catch (thrown) {
        const over = sessionOver.has(faultCode(thrown) ?? '');
        if (!over || session === sessionsMax) throw thrown;
      }
    }
  }

  /** Takes each document from the list once the house has it signed. */
  async #signOnce(unsigned: Held[]): Promise<void> {
    // Before the code is asked for: what is attested names this key, and nobody else holds it.
    const enrolment = await bornKey();
    const intent = await this.#intend(unsigned, enrolment);
    const key = await bornKey();
    const certificate = await this.#enrol(intent, key, enrolment);
    for (let next = unsigned[0]; next !== undefined; next = unsigned[0]) {
      await this.#signDocument(next, { intent, key, certificate });
      unsigned.shift();
    }
  }

  /** The message is read before the code is typed: it must speak of these bytes and this key. */
  async #intend(documents: readonly Held[], key: Signer): Promise<string> {
    const { line, handset, build, engine } = this.#parts;
    const first = documents[0];
    if (first === undefined) throw new Fault('phone.nothing_to_sign');
    const shown = documents.map(({ id, sha256 }) => ({ id, sha256 }));
    const enrolment = await enrolmentDigest(key.publicKey, engine);
    const asked = await line.post(`/v1/contracts/${first.id}/intents`, {
      documents: shown,
      enrolment,
    });
    const intent = textIn(asked, 'intent');
    for (let waitedMs = 0; waitedMs < codeMsMax; waitedMs += codePauseMs) {
      const message = await handset.message(intent);
      if (message !== undefined) {
        const code = codeFor({ document: toBase64(fromHex(first.sha256)), enrolment }, message);
        await line.post(`/v1/intents/${intent}/confirm`, { code, build });
        return intent;
      }
      await line.sleep(codePauseMs);
    }
    throw new Fault('phone.code_missing', { intent });
  }

  /**
   * The certificate for the key that was just born. Receipt and certificate must name that key and
   * this intent, and the receipt is kept, before the key is used.
   */
  async #enrol(intent: string, key: Signer, enrolment: Signer): Promise<Uint8Array> {
    const { line, pocket } = this.#parts;
    const csr = await buildCsr(buildName([['commonName', intent]]), key);
    const issued = await line.post('/v1/certificates', {
      intent,
      csr: toBase64(csr),
      enrolmentKey: toBase64(enrolment.publicKey),
      proof: toBase64(await enrolment.sign(enrolmentMessage(csr))),
    });
    const certificate = fromBase64(textIn(issued, 'certificate'));
    const receipt = parseAttestation(issued['receipt']);
    await this.#requireOwn({ intent, key, certificate }, receipt);
    await pocket.keep(`receipts/${intent}.json`, canonicalBytes(attestationJson(receipt)));
    return certificate;
  }

  async #requireOwn(
    own: { intent: string; key: Signer; certificate: Uint8Array },
    receipt: Attestation,
  ): Promise<void> {
    const { engine, authority } = this.#parts;
    const { publicKey } = own.key;
    const { statement } = receipt;
    const named =
      statement['intent'] === own.intent &&
      statement['key'] === toBase64(await engine.digest('sha256', publicKey)) &&
      statement['certificate'] === toBase64(await engine.digest('sha256', own.certificate)) &&
      equal(parseCertificate(own.certificate).publicKey, publicKey);
    const by = { algorithm: 'ecdsa-sha256', publicKey: authority } as const;
    if (!named || !(await isAttestedBy(receipt, by, engine))) {
      throw new Fault('phone.not_what_was_shown', { because: 'enrolment' });
    }
  }

  async #signDocument(
    document: Held,
    with_: { intent: string; key: Signer; certificate: Uint8Array },
  ): Promise<void> {
    const { line, pocket } = this.#parts;
    for (let tries = 1; ; tries += 1) {
      const prepared = await line.post(`/v1/contracts/${document.id}/tickets`, {
        intent: with_.intent,
      });
      const message = await this.#checked(document, prepared, with_.certificate);
      const signature = toBase64(await with_.key.sign(message.signedAttrs));
      try {
        const sealed = await line.post(`/v1/tickets/${message.ticket}/seal`, {
          document: document.id,
          signature,
        });
        await pocket.keep(`signed/${document.id}.json`, utf8(JSON.stringify(sealed)));
        return;
      } catch (thrown) {
        // Another revision landed first: the page prepares and signs again under the same intent.
        if (faultCode(thrown) !== 'signing.ticket_stale' || tries === ticketsMax) throw thrown;
      }
    }
  }

  async #checked(
    document: Held,
    prepared: { readonly [name: string]: Json },
    certificate: Uint8Array,
  ): Promise<{ ticket: string; signedAttrs: Uint8Array }> {
    const ticket = parseTicket(prepared['ticket'] ?? null);
    const revision = fromBase64(textIn(prepared, 'revision'));
    const verdict = await checkBeforeSigning(
      { base: document.bytes, prepared: revision, ticket, certificate, ownField: 'borrower' },
      this.#parts.engine,
    );
    if (verdict.is !== 'valid') {
      throw new Fault('phone.not_what_was_shown', { because: verdict.because });
    }
    return { ticket: ticket.id, signedAttrs: ticket.signedAttrs };
  }
}

/** Fetches a base revision and makes sure it is what the house says it is. */
export async function fetchShown(
  parts: Pick<PhoneParts, 'line' | 'engine'>,
  listed: { id: string; kind: string; sha256: string },
): Promise<Held> {
  const bytes = await parts.line.bytes(`/v1/contracts/${listed.id}/revisions/0`);
  const sha256 = toHex(await parts.engine.digest('sha256', bytes));
  if (!equal(utf8(sha256), utf8(listed.sha256))) {
    throw new Fault('phone.not_what_was_shown', { because: 'digest', document: listed.id });
  }
  return { id: listed.id, kind: listed.kind, bytes, sha256 };
}
