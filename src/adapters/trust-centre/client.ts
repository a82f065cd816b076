/**
 * Asks the trust centre over its Unix socket: this process holds neither CA nor TSA key.
 *
 * Every question may be asked again: one intent has one certificate, and a second stamp is only
 * another stamp.
 */
import { call, okBody } from '#adapters/wire';
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { attestationJson, parseAttestation } from '#formats/entry';
import {
  type Certificate,
  type Crl,
  parseCertificate,
  parseCrl,
  readOnePem,
  readPem,
} from '#formats/x509';
import type { Enrolment, EventRequest, SealRequest } from '#trust/ca';
import type { TimestampLine } from '#trust/timestamp';

const answerMsMax = 5_000;
const answerBytesMax = 16 * 1024 * 1024;

export class TrustCentreClient implements TimestampLine {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** The certificate of one signing session and the receipt that the phone keeps. */
  async issueEventCertificate(request: EventRequest): Promise<Enrolment> {
    const { attestation, identity, csr, enrolmentKey, proof, name, nameSalt } = request;
    const answer = await this.#post('/certificates', {
      attestation: attestationJson(attestation),
      ...(identity === undefined ? {} : { identity: attestationJson(identity) }),
      csr: toBase64(csr),
      enrolmentKey: toBase64(enrolmentKey),
      proof: toBase64(proof),
      name,
      nameSalt,
    });
    return { certificate: certificateIn(answer), receipt: parseAttestation(answer['receipt']) };
  }

  /** At set-up only; trust_centre.seals_closed afterwards. */
  async issueSealCertificate(request: SealRequest): Promise<Certificate> {
    const { organisation, name, code } = request;
    const csr = toBase64(request.csr);
    return certificateIn(await this.#post('/seals', { csr, organisation, name, code }));
  }

  async root(): Promise<Certificate> {
    const text = fromUtf8(await this.#ask({ method: 'GET', path: '/ca.pem' }));
    return parseCertificate(readOnePem('CERTIFICATE', text));
  }

  /** Of every stamping key so far, the oldest first. */
  async stampCertificates(): Promise<readonly Certificate[]> {
    const text = fromUtf8(await this.#ask({ method: 'GET', path: '/tsa.pem' }));
    return readPem('CERTIFICATE', text).map((der) => parseCertificate(der));
  }

  async crl(): Promise<Crl> {
    return parseCrl(await this.#ask({ method: 'GET', path: '/crl' }));
  }

  /** One TimeStampReq there, its TimeStampResp back (RFC 3161 §3.4). */
  async ask(request: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    const headers = { 'content-type': 'application/timestamp-query' };
    return this.#ask({ method: 'POST', path: '/tsa', headers, body: request, timeoutMs });
  }

  async #post(path: string, question: Json): Promise<{ readonly [name: string]: Json }> {
    const headers = { 'content-type': 'application/json' };
    const body = utf8(canonical(question));
    const answer = JSON.parse(fromUtf8(await this.#ask({ method: 'POST', path, headers, body })));
    if (typeof answer !== 'object' || answer === null) {
      throw new Fault('trust_centre.answer_malformed', { path });
    }
    return answer as { readonly [name: string]: Json };
  }

  async #ask(question: Parameters<typeof call>[1]): Promise<Uint8Array> {
    return okBody(
      await call(this.#socketPath, { timeoutMs: answerMsMax, answerBytesMax, ...question }),
    );
  }
}

function certificateIn(answer: { readonly [name: string]: Json }): Certificate {
  const { certificate } = answer;
  if (typeof certificate !== 'string') {
    throw new Fault('trust_centre.answer_malformed', { member: 'certificate' });
  }
  return parseCertificate(fromBase64(certificate));
}
