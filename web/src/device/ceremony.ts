/**
 * One signing session in the page: shown documents, one code, one key, one signature each.
 *
 * Laws 1 and 2: the signing key is born after the code was confirmed, and before it signs the page
 * itself checks the prepared revision: the base that was shown plus nothing but other parties'
 * signatures and her own field, attributes over exactly those bytes, her own certificate. A ticket
 * that became stale is asked for again under the same intent, without asking the person.
 */
import {
  buildCsr,
  buildName,
  checkBeforeSigning,
  enrolmentDigest,
  enrolmentMessage,
  equal,
  fromBase64,
  fromHex,
  isAttestedBy,
  type Json,
  pageEngine,
  parseAttestation,
  parseCertificate,
  parseTicket,
  type Signer,
  toBase64,
} from 'fubie-core';
import type { Line } from '../api/line.ts';
import { Refusal } from '../api/refusal.ts';
import type { Marks } from './code-message.ts';
import { dropEnrolment, enrolmentOf, keepEnrolment } from './enrolment-shelf.ts';
import { bornPair, signerOf } from './key.ts';

/** A document as this page fetched, checked and showed it. */
export interface Held {
  readonly id: string;
  readonly title: string;
  readonly bytes: Uint8Array;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A code is on its way: for these documents, to be answered with the key that was born for it. */
export interface Asked {
  readonly intent: string;
  readonly marks: Marks;
}

/** What the page found to be other than what was shown. It never signs then. */
export const notWhatWasShown = 'page.not_what_was_shown';

const ticketsMax = 20;
const stale = 'signing.ticket_stale';

export async function askCode(line: Line, documents: readonly Held[]): Promise<Asked> {
  const first = documents[0];
  if (first === undefined) throw new RangeError('a set has a document');
  const pair = await bornPair();
  const { publicKey } = await signerOf(pair);
  const enrolment = await enrolmentDigest(publicKey, pageEngine);
  const shown = documents.map(({ id, sha256 }) => ({ id, sha256 }));
  const { intent } = await line.act<{ intent: string }>(`/v1/contracts/${first.id}/intents`, {
    documents: shown,
    enrolment,
  });
  await keepEnrolment({ intent, pair });
  return { intent, marks: marksOf(first, enrolment) };
}

/** A code that was asked for before the tab was killed, if its key still waits on this device. */
export async function askedBefore(
  intent: string,
  documents: readonly Held[],
): Promise<Asked | undefined> {
  const pair = await enrolmentOf(intent);
  const first = documents[0];
  if (pair === undefined || first === undefined) return undefined;
  const { publicKey } = await signerOf(pair);
  return { intent, marks: marksOf(first, await enrolmentDigest(publicKey, pageEngine)) };
}

function marksOf(first: Held, enrolment: string): Marks {
  return { document: toBase64(fromHex(first.sha256)), enrolment };
}

/** The signing key and its certificate; both die with the page. */
export interface Session {
  readonly intent: string;
  readonly key: Signer;
  readonly certificate: Uint8Array;
  /** What the authority answered; the signer keeps it. */
  readonly receipt: Json;
}

/** A key is born; receipt and certificate must name it and this intent before it is used. */
export async function enrol(line: Line, intent: string): Promise<Session> {
  const pair = await enrolmentOf(intent);
  if (pair === undefined) throw new Refusal({ code: 'contract.intent_expired' });
  const enrolment = await signerOf(pair);
  const key = await signerOf(await bornPair());
  const csr = await buildCsr(buildName([['commonName', intent]]), key);
  const issued = await line.act<{ certificate: string; receipt: Json }>('/v1/certificates', {
    intent,
    csr: toBase64(csr),
    enrolmentKey: toBase64(enrolment.publicKey),
    proof: toBase64(await enrolment.sign(enrolmentMessage(csr))),
  });
  const certificate = fromBase64(issued.certificate);
  const session = { intent, key, certificate, receipt: issued.receipt };
  await requireOwn(line, session, parseAttestation(issued.receipt));
  await dropEnrolment();
  return session;
}

type Statement = ReturnType<typeof parseAttestation>;

async function requireOwn(line: Line, session: Session, receipt: Statement): Promise<void> {
  const { intent, key, certificate } = session;
  const { authority } = await line.get<{ authority: string }>('/v1/trust');
  const { statement } = receipt;
  const named =
    statement['intent'] === intent &&
    statement['key'] === toBase64(await pageEngine.digest('sha256', key.publicKey)) &&
    statement['certificate'] === toBase64(await pageEngine.digest('sha256', certificate)) &&
    equal(parseCertificate(certificate).publicKey, key.publicKey);
  const by = { algorithm: 'ecdsa-sha256', publicKey: fromBase64(authority) } as const;
  if (!named || !(await isAttestedBy(receipt, by, pageEngine))) throw refuseToSign('enrolment');
}

export async function signDocument(line: Line, document: Held, session: Session): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const ready = await prepared(line, document, session);
    const signature = toBase64(await session.key.sign(ready.signedAttrs));
    try {
      await line.act(`/v1/tickets/${ready.ticket}/seal`, { document: document.id, signature });
      return;
    } catch (thrown) {
      // Another party's revision landed first: prepared and signed again, under the same intent.
      const again = thrown instanceof Refusal && thrown.code === stale && tries < ticketsMax;
      if (!again) throw thrown;
    }
  }
}

async function prepared(line: Line, document: Held, session: Session) {
  const path = `/v1/contracts/${document.id}/tickets`;
  const answer = await line.act<{ ticket: Json; revision: string }>(path, {
    intent: session.intent,
  });
  const ticket = parseTicket(answer.ticket);
  const look = {
    base: document.bytes,
    prepared: fromBase64(answer.revision),
    ticket,
    certificate: session.certificate,
    ownField: 'borrower',
  };
  const verdict = await checkBeforeSigning(look, pageEngine);
  if (verdict.is !== 'valid') throw refuseToSign(verdict.because);
  return { ticket: ticket.id, signedAttrs: ticket.signedAttrs };
}

function refuseToSign(because: string): Refusal {
  return new Refusal({
    code: notWhatWasShown,
    words: {
      zh: '平台交来的文件与您看到的不一致，已停止签名，没有签署任何内容。请联系机构工作人员。',
      en: 'What the platform handed over is not what you were shown. Nothing was signed. Please call the institution.',
    },
    context: { because },
  });
}
