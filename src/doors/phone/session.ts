/**
 * One signing session: shown documents, one intent, one key, one certificate, one signature each.
 *
 * Law 2 at work: the phone confirms the digest of the bytes it fetched, and before it signs it
 * checks the prepared revision itself: base plus nothing but other parties' signatures and its own
 * field, attributes over exactly those bytes, its own certificate. Only then is the key asked.
 */
import { equal, fromBase64, toBase64, toHex, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { Fault, faultCode } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import { buildCsr, buildName } from '#formats/x509';
import { checkBeforeSigning, parseTicket } from '#trust/signing';
import { bornKey } from './key.ts';
import { type Line, textIn } from './line.ts';
import type { Handset, Pocket } from './pocket.ts';

export interface PhoneParts {
  readonly line: Line;
  readonly pocket: Pocket;
  readonly handset: Handset;
  readonly engine: Engine;
  /** SHA-256 (hex) of the program that shows and signs; law 1 puts it into the record. */
  readonly build: string;
}

/** A document as this phone fetched it. */
export interface Held {
  readonly id: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

const codeTriesMax = 200;
const codePauseMs = 50;
const sessionsMax = 3;
const ticketsMax = 20;
/** After these the person is asked again, with a fresh key. */
const sessionOver = new Set([
  'contract.intent_expired',
  'signing.attempt_void',
  'signing.certificate_expired',
  'ca.attestation_expired',
]);

export class SigningSession {
  readonly #parts: PhoneParts;

  constructor(parts: PhoneParts) {
    this.#parts = parts;
  }

  /** Signs every document of the set, in order, under one intent. */
  async sign(documents: readonly Held[]): Promise<void> {
    for (let session = 1; ; session += 1) {
      try {
        return await this.#signOnce(documents);
      } catch (thrown) {
        const over = sessionOver.has(faultCode(thrown) ?? '');
        if (!over || session === sessionsMax) throw thrown;
      }
    }
  }

  async #signOnce(documents: readonly Held[]): Promise<void> {
    const intent = await this.#intend(documents);
    const key = await bornKey();
    const certificate = await this.#enrol(intent, key);
    for (const document of documents)
      await this.#signDocument(document, { intent, key, certificate });
  }

  async #intend(documents: readonly Held[]): Promise<string> {
    const { line, handset, build } = this.#parts;
    const first = documents[0];
    if (first === undefined) throw new Fault('phone.nothing_to_sign');
    const shown = documents.map(({ id, sha256 }) => ({ id, sha256 }));
    const asked = await line.post(`/v1/contracts/${first.id}/intents`, { documents: shown });
    const intent = textIn(asked, 'intent');
    for (let tries = 0; tries < codeTriesMax; tries += 1) {
      const code = await handset.code(intent);
      if (code !== undefined) {
        await line.post(`/v1/intents/${intent}/confirm`, { code, build });
        return intent;
      }
      await line.sleep(codePauseMs);
    }
    throw new Fault('phone.code_missing', { intent });
  }

  /** The certificate for the key that was just born; its receipt is kept before the key is used. */
  async #enrol(intent: string, key: Signer): Promise<Uint8Array> {
    const { line, pocket } = this.#parts;
    const csr = await buildCsr(buildName([['commonName', intent]]), key);
    const issued = await line.post('/v1/certificates', { intent, csr: toBase64(csr) });
    await pocket.keep(`receipts/${intent}.json`, canonicalBytes(issued['receipt'] ?? null));
    return fromBase64(textIn(issued, 'certificate'));
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
