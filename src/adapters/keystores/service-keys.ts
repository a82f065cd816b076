/**
 * Keys at an external signing service, asked over the API of the Cloud Signature Consortium (CSC
 * API 2.0, `credentials/info` and `signatures/signHash`): who replaces the house's own key store by
 * a provider changes this adapter and nothing above it.
 *
 * Only a digest leaves the house. Each signature is checked with the key of the service's
 * certificate before it goes on; a service that names itself a simulator is refused in production.
 */
import { nodeEngine } from '#adapters/engine';
import { fromBase64, fromUtf8, toBase64 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Signer } from '#formats/crypto';
import { parseCertificate, publicKeyFacts } from '#formats/x509';

const answerMsMax = 10_000;
const answerBytesMax = 256 * 1024;
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const sha256 = '2.16.840.1.101.3.4.2.1';
/** How a service that is none says so in `info`. */
export const simulatorMark = 'SIMULATOR';

/** Where the service is, and what it knows us by. */
export interface ServicePlace {
  /** Up to and without `/csc/v2`. */
  readonly address: string;
  /** The bearer token. */
  readonly secret: string;
  readonly simulatorsAllowed: boolean;
}

/** One provider; each credential there is one P-256 key, as the house's own contracts need. */
export class ServiceKeys {
  readonly #place: ServicePlace;

  /** Refuses with keystores.service_address what is neither https nor, for a simulator, http. */
  constructor(place: ServicePlace) {
    const url = URL.canParse(place.address) ? new URL(place.address) : undefined;
    const isPlain = url?.protocol === 'http:' && place.simulatorsAllowed;
    if (url?.protocol !== 'https:' && !isPlain) throw new Fault('keystores.service_address');
    this.#place = place;
  }

  async signer(credential: string): Promise<Signer> {
    await this.#requireReal();
    const publicKey = await this.#publicKeyOf(credential);
    return {
      algorithm: 'ecdsa-sha256',
      publicKey,
      sign: (message) => this.#sign({ credential, publicKey }, message),
    };
  }

  async #requireReal(): Promise<void> {
    const { name } = await this.#ask('info', {});
    const isSimulator = typeof name !== 'string' || name.includes(simulatorMark);
    if (isSimulator && !this.#place.simulatorsAllowed) {
      throw new Fault('keystores.service_simulated');
    }
  }

  async #publicKeyOf(credential: string): Promise<Uint8Array> {
    const question = { credentialID: credential, certificates: 'single' };
    const { cert } = await this.#ask('credentials/info', question);
    const { certificates } = membersOf(cert);
    const [first] = Array.isArray(certificates) ? certificates : [];
    const { publicKey } = parseCertificate(bytesIn(first));
    if (publicKeyFacts(publicKey).curve !== 'P-256') {
      throw new Fault('keystores.token_key_unsuitable', { key: credential, why: 'curve' });
    }
    return publicKey;
  }

  async #sign(
    { credential, publicKey }: { readonly credential: string; readonly publicKey: Uint8Array },
    message: Uint8Array,
  ): Promise<Uint8Array> {
    const { signatures } = await this.#ask('signatures/signHash', {
      credentialID: credential,
      hashes: [toBase64(await nodeEngine.digest('sha256', message))],
      hashAlgorithmOID: sha256,
      signAlgo: ecdsaWithSha256,
    });
    const signature = bytesIn(Array.isArray(signatures) ? signatures[0] : undefined);
    const check = { algorithm: 'ecdsa-sha256', publicKey, signature, message } as const;
    if (await nodeEngine.verify(check)) return signature;
    throw new Fault('keystores.service_lied', { key: credential });
  }

  async #ask(method: string, question: Json): Promise<Readonly<Record<string, unknown>>> {
    const { address, secret } = this.#place;
    const url = `${address.replace(/\/$/, '')}/csc/v2/${method}`;
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: canonical(question),
      signal: AbortSignal.timeout(answerMsMax),
    }).catch((cause: unknown) => {
      throw new Fault('keystores.service_silent', { asked: method }, { cause, retryable: true });
    });
    const body = new Uint8Array(await answer.arrayBuffer());
    if (!answer.ok) {
      throw new Fault('keystores.service_refused', { asked: method, status: answer.status });
    }
    if (body.length > answerBytesMax) throw malformed();
    try {
      return membersOf(JSON.parse(fromUtf8(body)));
    } catch (cause) {
      throw malformed(cause);
    }
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function bytesIn(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw malformed();
  return fromBase64(value);
}

function malformed(cause?: unknown): Fault {
  return new Fault('keystores.answer_malformed', { member: 'CSC' }, { cause });
}
