/**
 * A signing service of somebody else's, simulated: what it must answer of the CSC API 2.0, and how
 * it may misbehave. It says in its name that it is none.
 */
import type { KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { p256 } from '@noble/curves/nist.js';
import { generateSoftKey, softSigner } from '#adapters/engine';
import { fromBase64Url, toBase64, utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { buildCertificate, buildName } from '#formats/x509';
import { simulatorMark } from './index.ts';

export type Misbehaviour = 'signs with another key' | 'refuses' | 'is silent' | 'talks nonsense';

export class SimulatedService {
  readonly secret = 'TEST-990101';
  name = `TEST signing service (${simulatorMark})`;
  misbehaves: Misbehaviour | undefined;
  readonly #keys = new Map<string, KeyObject>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((question, answer) => {
      void this.#answered(question).then(({ status, body }) => {
        if (this.misbehaves === 'is silent') return question.socket.destroy();
        answer.writeHead(status, { 'content-type': 'application/json' });
        return answer.end(body);
      });
    });
  }

  static async open(): Promise<SimulatedService> {
    const service = new SimulatedService();
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answered(question: IncomingMessage): Promise<{ status: number; body: string }> {
    const parts: Buffer[] = [];
    for await (const part of question) parts.push(Buffer.from(part));
    if (question.headers.authorization !== `Bearer ${this.secret}`) return refused(401);
    if (this.misbehaves === 'refuses') return refused(403);
    if (this.misbehaves === 'talks nonsense') return { status: 200, body: '<html>' };
    const asked: Record<string, unknown> = JSON.parse(Buffer.concat(parts).toString());
    const said = await this.#said(question.url ?? '', asked);
    return said === undefined ? refused(404) : { status: 200, body: JSON.stringify(said) };
  }

  async #said(url: string, asked: Record<string, unknown>): Promise<object | undefined> {
    if (url === '/csc/v2/info') return { specs: '2.0.0.0', name: this.name };
    const credential = String(asked['credentialID']);
    const key = this.#keyOf(credential);
    if (url === '/csc/v2/credentials/info') {
      return { cert: { status: 'valid', certificates: [await certificateFor(key)] } };
    }
    if (url !== '/csc/v2/signatures/signHash') return undefined;
    const [hash] = Array.isArray(asked['hashes']) ? asked['hashes'] : [];
    const by = this.misbehaves === 'signs with another key' ? generateSoftKey('p256') : key;
    return { signatures: [toBase64(signDigest(by, Buffer.from(String(hash), 'base64')))] };
  }

  #keyOf(credential: string): KeyObject {
    const key = this.#keys.get(credential) ?? generateSoftKey('p256');
    this.#keys.set(credential, key);
    return key;
  }
}

function refused(status: number): { status: number; body: string } {
  return { status, body: '{"error":"access_denied"}' };
}

/** By noble, for Node signs messages and no digests. */
function signDigest(key: KeyObject, digest: Uint8Array): Uint8Array {
  const { d = '' } = key.export({ format: 'jwk' });
  return p256.sign(digest, fromBase64Url(d), { prehash: false, format: 'der' });
}

async function certificateFor(key: KeyObject): Promise<string> {
  const signer = softSigner(key);
  const name = buildName([['commonName', 'TEST credential']]);
  const from = parseInstant('2026-01-01T00:00:00.000+08:00');
  const draft = {
    serial: utf8('c'),
    issuer: name,
    subject: name,
    notBefore: from,
    notAfter: parseInstant('2027-01-01T00:00:00.000+08:00'),
    publicKey: signer.publicKey,
    extensions: [],
  };
  return toBase64((await buildCertificate(draft, signer)).der);
}
