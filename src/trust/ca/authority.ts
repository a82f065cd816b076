/**
 * The certification authority: certificates for one signing session, for seals, for the stamper.
 *
 * Law 1 stands here. An event certificate is issued on the words of two parties outside the server:
 * the SMS gateway's that a telephone confirmed, and the identity gateway's whose telephone it is.
 * Once for one intent and for ever: the same request gets the same answer, any other is
 * ca.attestation_spent. One key serves one intent. What was issued is in the register before
 * anybody sees it, so a crash can lose an answer but never make a second one.
 */

import { toBase64, toHex, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { type Clock, formatInstant, type Instant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine, Signer } from '#formats/crypto';
import { type Attestation, attest, attestationJson } from '#formats/entry';
import {
  buildCrl,
  buildName,
  type Certificate,
  type CertificationRequest,
  type Crl,
  checkCsr,
  keyIdentifier,
  type Name,
  parseCsr,
  publicKeyKind,
} from '#formats/x509';
import { readAttestedIntent } from './attested-intent.ts';
import { type NamedPerson, requireNamed } from './attested-person.ts';
import { type EnrolledKey, requireEnrolled } from './enrolled-key.ts';
import { type Issued, parseIssued, printIssued } from './issued.ts';
import {
  eventProfileFor,
  makeCertificate,
  type Profile,
  sealProfile,
  stampProfile,
  testStampName,
} from './profiles.ts';
import type { Register } from './register.ts';

export interface AuthorityParts {
  readonly root: Certificate;
  readonly signer: Signer;
  readonly register: Register;
  /** The SMS gateway's Ed25519 key, DER SubjectPublicKeyInfo. */
  readonly gatewayKey: Uint8Array;
  /** The identity gateway's Ed25519 key, DER SubjectPublicKeyInfo. */
  readonly identityKey: Uint8Array;
  readonly simulatorsAllowed: boolean;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

export interface EventRequest extends NamedPerson, EnrolledKey {
  /** The SMS gateway's statement on the intent. */
  readonly attestation: Attestation;
}

export interface Enrolment {
  readonly certificate: Certificate;
  /** `{ v:1, kind:'enrolment', intent, key, certificate, at }` signed by the authority's key. */
  readonly receipt: Attestation;
}

export interface SealRequest {
  readonly csr: Uint8Array;
  readonly organisation: string;
  /** What the seal says: `合同专用章`. */
  readonly name: string;
  /** The organisation's unified social credit code. */
  readonly code: string;
  /** The second, third, … paper of a seal that goes on with its key; the first where absent. */
  readonly paper?: number;
}

/** The word of the gateway is good for this long, and clocks may differ by so much. */
const attestationMsMax = 10 * 60_000;
const clockSlackMs = 5_000;
const crlSeconds = 7 * 86_400;

export class CertificateAuthority {
  readonly #parts: AuthorityParts;

  constructor(parts: AuthorityParts) {
    this.#parts = parts;
  }

  get root(): Certificate {
    return this.#parts.root;
  }

  /** A certificate for the person, the key and the session that the gateways vouch for. */
  async issueEventCertificate(request: EventRequest): Promise<Enrolment> {
    // Step 1: the gateways' words, and the proof that the key is held.
    const attested = await readAttestedIntent(request.attestation, this.#parts);
    await requireNamed(request, attested, this.#parts);
    const csr = await this.#readCsr(request.csr);
    await requireEnrolled(request, attested, this.#parts.engine);
    // The attestation names the enrolment key, and a proof made again is the same request still.
    const asked = await this.#digest({
      attestation: attestationJson(request.attestation),
      identity: request.identity === undefined ? null : attestationJson(request.identity),
      csr: toBase64(request.csr),
      name: request.name,
      nameSalt: request.nameSalt,
    });
    // Step 2: one intent, one answer. A repeated request is answered even after ten minutes.
    const place = `intents/${await this.#nameFor(attested.intent)}`;
    const before = await this.#issuedBefore(place, asked);
    if (before !== undefined) return enrolmentOf(before);
    this.#checkFresh(attested.at);
    await this.#bindKey(csr.publicKey, attested.intent);
    // Step 3: make, remember, answer. If we crash before the register has it, nobody has seen it.
    const subject = buildName([
      ['commonName', request.name],
      ['serialNumber', attested.intent],
    ]);
    const now = this.#parts.clock.now();
    const certificate = await this.#make(eventProfileFor(request.attestation), {
      subject,
      csr,
      now,
    });
    const receipt = await this.#receipt(certificate, attested.intent, now);
    return enrolmentOf(await this.#remember(place, { asked, certificate, receipt }));
  }

  /**
   * For an institution's seal key, at set-up. The same key gets the same certificate, and another
   * with a life of its own for each further paper.
   */
  async issueSealCertificate(request: SealRequest): Promise<Certificate> {
    const csr = await this.#readCsr(request.csr);
    const { organisation, name, code, paper = 1 } = request;
    const further = paper === 1 ? {} : { paper };
    const wish = { csr: toBase64(request.csr), organisation, name, code, ...further };
    const asked = await this.#digest(wish);
    const key = await this.#keyName(csr.publicKey);
    const place = paper === 1 ? `seals/${key}` : `seals/${key}-${paper}`;
    const before = await this.#issuedBefore(place, asked);
    if (before !== undefined) return before.certificate;
    await this.#bindKey(csr.publicKey, 'seal');
    const subject = buildName([
      ['country', 'CN'],
      ['organization', organisation],
      ['organizationIdentifier', code],
      ['commonName', name],
    ]);
    const certificate = await this.#make(sealProfile, {
      subject,
      csr,
      now: this.#parts.clock.now(),
    });
    return (await this.#remember(place, { asked, certificate, receipt: undefined })).certificate;
  }

  /** For the time-stamping authority of this trust centre, at set-up. */
  async issueStampCertificate(
    csr: { readonly publicKey: Uint8Array },
    subject: Name = testStampName,
  ): Promise<Certificate> {
    return this.#make(stampProfile, { subject, csr, now: this.#parts.clock.now() });
  }

  /** Withdraws a certificate; `serial` is the hex that `Certificate.serial` gives. */
  async revoke(serial: string): Promise<void> {
    if (!/^([0-9a-f]{2}){1,21}$/.test(serial)) throw new Fault('ca.serial_unknown');
    const place = `revoked/${serial}`;
    // The first revocation stands; repeating it must not move its date.
    if ((await this.#parts.register.get(place)) !== undefined) return;
    await this.#parts.register.putOnce(place, utf8(String(this.#parts.clock.now())));
  }

  async crl(): Promise<Crl> {
    const { clock, engine, register, root, signer } = this.#parts;
    const now = clock.now();
    const revoked = [];
    for (const place of await register.list('revoked')) {
      const at = Number(new TextDecoder().decode(await register.get(place)));
      revoked.push({ serial: place.slice('revoked/'.length), at: at as Instant });
    }
    return buildCrl(
      {
        issuer: root.subject,
        issuerKeyIdentifier: await keyIdentifier(root.publicKey, engine),
        // Strictly growing as long as the clock does, and it needs no counter that could be lost.
        number: BigInt(now),
        thisUpdate: now,
        nextUpdate: (now + crlSeconds * 1000) as Instant,
        revoked,
      },
      signer,
    );
  }

  async #readCsr(der: Uint8Array): Promise<CertificationRequest> {
    let csr: CertificationRequest;
    try {
      csr = parseCsr(der);
    } catch (cause) {
      if (faultCode(cause) === undefined) throw cause;
      throw new Fault('ca.request_wrong', { why: 'malformed' }, { cause });
    }
    if (publicKeyKind(csr.publicKey) !== 'p256' || csr.signatureAlgorithm !== 'ecdsa-sha256') {
      throw new Fault('ca.request_wrong', { why: 'not a P-256 key' });
    }
    const verdict = await checkCsr(csr, this.#parts.engine);
    if (verdict.is !== 'valid') throw new Fault('ca.request_wrong', { why: verdict.because });
    return csr;
  }

  #checkFresh(at: Instant): void {
    const age = this.#parts.clock.now() - at;
    if (age > attestationMsMax || age < -clockSlackMs) {
      throw new Fault('ca.attestation_stale', { ageSeconds: Math.round(age / 1000) });
    }
  }

  /** A key that served one intent serves no other: whoever holds it has signed already. */
  async #bindKey(publicKey: Uint8Array, use: string): Promise<void> {
    try {
      await this.#parts.register.putOnce(`keys/${await this.#keyName(publicKey)}`, utf8(use));
    } catch (cause) {
      if (faultCode(cause) === undefined) throw cause;
      throw new Fault('ca.key_spent', {}, { cause });
    }
  }

  async #issuedBefore(place: string, asked: string): Promise<Issued | undefined> {
    const bytes = await this.#parts.register.get(place);
    if (bytes === undefined) return undefined;
    const issued = parseIssued(bytes);
    if (issued.asked !== asked) throw new Fault('ca.attestation_spent');
    return issued;
  }

  /** Of two requests at once the first that reaches the register is the answer to both. */
  async #remember(place: string, issued: Issued): Promise<Issued> {
    try {
      await this.#parts.register.putOnce(place, printIssued(issued));
      return issued;
    } catch (cause) {
      const first = await this.#issuedBefore(place, issued.asked);
      if (first === undefined) throw cause;
      return first;
    }
  }

  async #make(
    profile: Profile,
    draft: { subject: Name; csr: { publicKey: Uint8Array }; now: Instant },
  ): Promise<Certificate> {
    const { subject, csr, now } = draft;
    return makeCertificate({ profile, subject, publicKey: csr.publicKey, now }, this.#parts);
  }

  async #receipt(certificate: Certificate, intent: string, at: Instant): Promise<Attestation> {
    const { engine, signer } = this.#parts;
    const statement = {
      v: 1,
      kind: 'enrolment',
      intent,
      key: toBase64(await engine.digest('sha256', certificate.publicKey)),
      certificate: toBase64(await engine.digest('sha256', certificate.der)),
      at: formatInstant(at),
    };
    return attest(statement, 'ca', signer);
  }

  async #digest(asked: Json): Promise<string> {
    return toBase64(await this.#parts.engine.digest('sha256', canonicalBytes(asked)));
  }

  async #nameFor(text: string): Promise<string> {
    return toHex(await this.#parts.engine.digest('sha256', utf8(text)));
  }

  async #keyName(publicKey: Uint8Array): Promise<string> {
    return toHex(await this.#parts.engine.digest('sha256', publicKey));
  }
}

function enrolmentOf(issued: Issued): Enrolment {
  const { certificate, receipt } = issued;
  if (receipt === undefined) throw new Fault('ca.attestation_spent');
  return { certificate, receipt };
}
