/**
 * A security key in software: ES256, no attestation, user verified, a counter (WebAuthn Level 3
 * §6).
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { concat, toBase64Url, utf8 } from '#base/bytes';

/** What may be made wrong on purpose. */
export interface Wrong {
  readonly origin?: string;
  readonly rpId?: string;
  readonly counter?: number;
  readonly type?: string;
  readonly isUnverified?: boolean;
}

const userPresent = 0x01;
const userVerified = 0x04;
const attested = 0x40;

export class SoftwareAuthenticator {
  readonly id: string;
  readonly #raw: Uint8Array;
  readonly #key: { publicKey: KeyObject; privateKey: KeyObject };
  readonly #origin: string;
  #counter = 0;

  constructor(name: string, origin: string) {
    this.#raw = new Uint8Array(createHash('sha256').update(name).digest());
    this.id = toBase64Url(this.#raw);
    this.#key = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    this.#origin = origin;
  }

  register(ask: { challenge: string; rpId: string }, wrong: Wrong = {}) {
    const length = Uint8Array.of(this.#raw.length >> 8, this.#raw.length & 0xff);
    const credential = concat(new Uint8Array(16), length, this.#raw, this.#coseKey());
    const authData = concat(this.#head(ask.rpId, attested, wrong), credential);
    const attestation = map([
      [text('fmt'), text('none')],
      [text('attStmt'), map([])],
      [text('authData'), bytes(authData)],
    ]);
    return this.#answer({
      clientDataJSON: toBase64Url(this.#clientData('webauthn.create', ask.challenge, wrong)),
      attestationObject: toBase64Url(attestation),
    });
  }

  assert(ask: { challenge: string; rpId: string }, wrong: Wrong = {}) {
    this.#counter += 1;
    const authData = this.#head(ask.rpId, 0, wrong);
    const clientData = this.#clientData('webauthn.get', ask.challenge, wrong);
    const signed = concat(authData, sha256(clientData));
    return this.#answer({
      clientDataJSON: toBase64Url(clientData),
      authenticatorData: toBase64Url(authData),
      signature: toBase64Url(new Uint8Array(sign('sha256', signed, this.#key.privateKey))),
    });
  }

  #answer(response: Readonly<Record<string, string>>): Record<string, unknown> {
    const { id } = this;
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
  }

  #head(rpId: string, more: number, wrong: Wrong): Uint8Array {
    const verified = wrong.isUnverified === true ? 0 : userVerified;
    const counter = new Uint8Array(4);
    new DataView(counter.buffer).setUint32(0, wrong.counter ?? this.#counter);
    const flags = Uint8Array.of(userPresent | verified | more);
    return concat(sha256(utf8(wrong.rpId ?? rpId)), flags, counter);
  }

  #clientData(type: string, challenge: string, wrong: Wrong): Uint8Array {
    const origin = wrong.origin ?? this.#origin;
    return utf8(
      JSON.stringify({ type: wrong.type ?? type, challenge, origin, crossOrigin: false }),
    );
  }

  /** RFC 9053 §2.1: EC2, ES256, P-256, x, y. */
  #coseKey(): Uint8Array {
    const jwk = this.#key.publicKey.export({ format: 'jwk' });
    const half = (name: 'x' | 'y') =>
      bytes(new Uint8Array(Buffer.from(jwk[name] ?? '', 'base64url')));
    const one = (value: number) => Uint8Array.of(value);
    return map([
      [one(0x01), one(0x02)],
      [one(0x03), one(0x26)],
      [one(0x20), one(0x01)],
      [one(0x21), half('x')],
      [one(0x22), half('y')],
    ]);
  }
}

function sha256(message: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(message).digest());
}

/** CBOR (RFC 8949) of the few kinds there are here. */
function map(pairs: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array {
  return concat(Uint8Array.of(0xa0 | pairs.length), ...pairs.flat());
}

function text(value: string): Uint8Array {
  return concat(Uint8Array.of(0x60 | value.length), utf8(value));
}

function bytes(value: Uint8Array): Uint8Array {
  const length = value.length;
  const head = length < 24 ? [0x40 | length] : length < 256 ? [0x58, length] : undefined;
  return concat(Uint8Array.from(head ?? [0x59, length >> 8, length & 0xff]), value);
}
