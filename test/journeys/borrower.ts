/**
 * A borrower who walks the main job step by step, with a device of her own, over HTTP only.
 *
 * Unlike `fubie phone` she does nothing by herself: the journey decides what comes next, and may
 * decide wrongly.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { readHandset, syntheticPaymentPassword } from '#adapters/gateways';
import { call } from '#adapters/wire';
import { fromBase64, toBase64, toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import type { Signer } from '#formats/crypto';
import { enrolmentDigest, enrolmentMessage } from '#formats/entry';
import { buildCsr, buildName } from '#formats/x509';
import { checkBeforeSigning, parseTicket } from '#trust/signing';
import { loanPlan } from '../../src/main/house/story.ts';
import type { Guest } from '../guest.ts';
import { Hand, type Said } from './hand.ts';
import type { Person } from './people.ts';

export const product = 'rural-loan-demo';
export const consentsToApply = loanPlan({ name: '', idNumber: '', card: '', phone: '' }).consents;
export const terms = { amountFen: '500000', termMonths: 12, purpose: 'farming' };
const build = '0'.repeat(64);
const waitMsMax = 20_000;
const pollMs = 50;

export interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly sha256: string;
  readonly pages: number;
  readonly clauses: readonly { readonly id: string }[];
}

/** What one intent gave her: the key that was born for it and its certificate. */
export interface Session {
  readonly intent: string;
  readonly key: Signer;
  readonly certificate: Uint8Array;
}

/** Where she applies and for what, when it is not the demo loan at the institution's root. */
export interface Errand {
  /** Speaks for her; another institution's host is the hand's matter. */
  readonly hand?: Hand;
  readonly product?: string;
  /** The code of an outlet. */
  readonly unit?: string;
  readonly termMonths?: number;
  readonly purpose?: string;
}

export class Borrower {
  readonly hand: Hand;
  readonly person: Person;
  readonly #world: Guest;
  readonly #errand: Errand;
  /** The key her device made before it asked for a code. */
  readonly #enrolment = softSigner(generateSoftKey('p256'));
  application = '';
  caseId = '';

  constructor(world: Guest, person: Person, errand: Errand = {}) {
    this.#world = world;
    this.#errand = errand;
    this.person = person;
    this.hand = errand.hand ?? new Hand(world.url, world.random);
  }

  async open(key?: string): Promise<Said> {
    const { unit, product: wanted = product } = this.#errand;
    const body = { product: wanted, ...(unit === undefined ? {} : { unit }) };
    const opened = await this.hand.post('/v1/applications', body, key ? { key } : {});
    this.hand.token = textIn(opened.body, 'token');
    this.application = textIn(opened.body, 'application');
    this.caseId = textIn(opened.body, 'case');
    return opened;
  }

  step(name: string, body: Json, key?: string): Promise<Said> {
    const path = `/v1/applications/${this.application}/${name}`;
    return this.hand.post(path, body, key ? { key } : {});
  }

  async consent(kind: string, accepted = true): Promise<Said> {
    const { body } = await this.hand.get(`/v1/consents/${kind}`);
    return this.step('consents', { kind, sha256: body['sha256'] ?? '', accepted });
  }

  submit(changed: Partial<Person> = {}): Promise<Said> {
    const { termMonths = terms.termMonths, purpose = terms.purpose } = this.#errand;
    const wanted = { ...terms, termMonths, purpose };
    return this.step('submission', { applicant: { ...this.person, ...changed }, terms: wanted });
  }

  assess(): Promise<Said> {
    return this.step('assessment', {});
  }

  pay(password: string = syntheticPaymentPassword): Promise<Said> {
    return this.step('payment-authorisations', { password });
  }

  /** The core system reports a repayment of hers, and an operator enters it. */
  async repay(number: number, paidOn: string): Promise<Said> {
    const token = await this.#world.operatorToken();
    return this.hand.post(`/v1/cases/${this.caseId}/repayments`, { number, paidOn }, { token });
  }

  async state(): Promise<string> {
    return textIn((await this.hand.get(`/v1/applications/${this.application}`)).body, 'state');
  }

  async documents(): Promise<readonly Listed[]> {
    const { body } = await this.hand.get(`/v1/applications/${this.application}`);
    return body['contracts'] as unknown as readonly Listed[];
  }

  /** The document of a kind; waits for one that is printed a moment after the step before. */
  async document(kind: string): Promise<Listed> {
    for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += pollMs) {
      const found = (await this.documents()).find((one) => one.kind === kind);
      if (found !== undefined) return found;
      await sleep(pollMs);
    }
    throw new Error(`no ${kind} came`);
  }

  async until(state: string): Promise<void> {
    for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += pollMs) {
      if ((await this.state()) === state) return;
      await sleep(pollMs);
    }
    throw new Error(`it never came to ${state}, but stands at ${await this.state()}`);
  }

  show(document: Listed, page: number): Promise<Said> {
    return this.hand.post(`/v1/contracts/${document.id}/reading`, { page });
  }

  async base(document: Listed): Promise<Uint8Array> {
    return (await this.hand.get(`/v1/contracts/${document.id}/revisions/0`)).bytes;
  }

  async read(document: Listed): Promise<void> {
    for (let page = 1; page <= document.pages; page += 1) await this.show(document, page);
    for (;;) {
      const { body } = await this.show(document, document.pages);
      if (body['met'] === true) break;
      await sleep(Math.max(pollMs, Number(body['secondsLeft'] ?? 1) * 1000));
    }
    for (const { id } of document.clauses) await this.confirmClause(document, id);
  }

  confirmClause({ id, sha256 }: Listed, clause: string): Promise<Said> {
    return this.hand.post(`/v1/contracts/${id}/clauses/${clause}/confirm`, { sha256 });
  }

  confirmDocument(document: Listed, sha256 = document.sha256): Promise<Said> {
    return this.hand.post(`/v1/contracts/${document.id}/confirm`, { sha256 });
  }

  async ask(documents: readonly Listed[]): Promise<Said> {
    const shown = documents.map(({ id, sha256 }) => ({ id, sha256 }));
    return this.hand.post(`/v1/contracts/${documents[0]?.id}/intents`, {
      documents: shown,
      enrolment: await enrolmentDigest(this.#enrolment.publicKey, nodeEngine),
    });
  }

  confirmIntent(intent: string, code: string): Promise<Said> {
    return this.hand.post(`/v1/intents/${intent}/confirm`, { code, build });
  }

  /** The code as it stands in the message on her own handset. */
  async code(intent: string): Promise<string> {
    const sim = await this.#world.sim(this.person.phone);
    const messages = await readHandset((question) => call(sim.socket, question), sim);
    const text = messages.findLast((one) => one.intent === intent)?.text ?? '';
    return /验证码 (\d{6})/.exec(text)?.[1] ?? '';
  }

  /** The message with the number and the check phrase, which comes a moment after the seal. */
  async receiptMessage(): Promise<string> {
    const sim = await this.#world.sim(this.person.phone);
    for (let waitedMs = 0; waitedMs < waitMsMax; waitedMs += pollMs) {
      const messages = await readHandset((question) => call(sim.socket, question), sim);
      const found = messages.find((one) => one.intent === `receipt-${this.caseId}`);
      if (found !== undefined) return found.text;
      await sleep(pollMs);
    }
    throw new Error('no receipt came');
  }

  async certify(intent: string, key: Signer): Promise<Said> {
    const csr = await buildCsr(buildName([['commonName', intent]]), key);
    const proof = await this.#enrolment.sign(enrolmentMessage(csr));
    return this.hand.post('/v1/certificates', {
      intent,
      csr: toBase64(csr),
      enrolmentKey: toBase64(this.#enrolment.publicKey),
      proof: toBase64(proof),
    });
  }

  /** Intent, code, key and certificate for documents she has read. */
  async session(documents: readonly Listed[]): Promise<Session> {
    const intent = textIn((await this.ask(documents)).body, 'intent');
    await this.confirmIntent(intent, await this.code(intent));
    const key = softSigner(generateSoftKey('p256'));
    const { body } = await this.certify(intent, key);
    return { intent, key, certificate: fromBase64(textIn(body, 'certificate')) };
  }

  ticket(document: Pick<Listed, 'id'>, intent: string): Promise<Said> {
    return this.hand.post(`/v1/contracts/${document.id}/tickets`, { intent });
  }

  redeem(document: Pick<Listed, 'id'>, ticket: string, signature: Uint8Array): Promise<Said> {
    const body = { document: document.id, signature: toBase64(signature) };
    return this.hand.post(`/v1/tickets/${ticket}/seal`, body);
  }

  /** Fetches a ticket, checks what it asks for as law 2 says, and signs. */
  async prepared(document: Listed, session: Session) {
    const { body } = await this.ticket(document, session.intent);
    const ticket = parseTicket(body['ticket'] ?? null);
    const verdict = await checkBeforeSigning(
      {
        base: await this.base(document),
        prepared: fromBase64(textIn(body, 'revision')),
        ticket,
        certificate: session.certificate,
        ownField: 'borrower',
      },
      nodeEngine,
    );
    if (verdict.is !== 'valid') throw new Error(`not what was shown: ${verdict.because}`);
    return { ticket: ticket.id, signature: await session.key.sign(ticket.signedAttrs) };
  }

  async sign(document: Listed, session: Session): Promise<Said> {
    const { ticket, signature } = await this.prepared(document, session);
    return this.redeem(document, ticket, signature);
  }

  /** Takes a photo and sends it; answers its id. */
  async photograph(kind: string, photo: Uint8Array): Promise<string> {
    const sha256 = toHex(await nodeEngine.digest('sha256', photo));
    const takenAt = '2026-11-21T10:00:00.000+08:00';
    const told = { kind, media: 'image/jpeg', sha256, bytes: photo.length, takenAt };
    const { body } = await this.hand.post(`/v1/cases/${this.caseId}/captures`, told);
    const capture = textIn(body, 'capture');
    await this.hand.put(`/v1/captures/${capture}/chunks/0`, { sha256, data: toBase64(photo) });
    await this.hand.post(`/v1/captures/${capture}/completion`, {});
    return capture;
  }

  async timeline(): Promise<readonly TimelineRow[]> {
    const { body } = await this.hand.get(`/v1/cases/${this.caseId}/timeline`);
    return body['entries'] as unknown as readonly TimelineRow[];
  }

  async package(): Promise<{ id: string; zip: Uint8Array; sha256: string }> {
    const made = await this.hand.post('/v1/packages', { case: this.caseId });
    const id = textIn(made.body, 'package');
    const { bytes } = await this.hand.get(`/v1/packages/${id}`);
    return { id, zip: bytes, sha256: toHex(await nodeEngine.digest('sha256', bytes)) };
  }
}

export interface TimelineRow {
  readonly seq: number;
  readonly type: string;
  readonly level: string;
  readonly facts: { readonly [name: string]: Json };
}
