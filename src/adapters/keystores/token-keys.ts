/**
 * Keys in a token (an HSM, a smart card) as signers: the key stays where it is and is asked.
 *
 * A key is named by its label and must be one that the token never hands out. RSA, P-256, P-384 and
 * Ed25519 are served; SM2 is not, for PKCS #11 2.40 has no mechanism for it and CKM_ECDSA on its
 * curve would be another algorithm. Each signature is checked with the public key before it leaves.
 */
import { nodeEngine } from '#adapters/engine';
import { Fault, faultCode } from '#base/fault';
import type { HashName, Signer, SigningAlgorithm } from '#formats/crypto';
import { bitString, integerFromBytes, nullValue, oid, sequence } from '#formats/der';
import { signatureToDer } from '#formats/sm2';
import { publicKeyFacts } from '#formats/x509';
import { destroyKey, makeKey, type TokenKeyKind } from './token-making.ts';
import { type Mechanism, TokenModule } from './token-module.ts';
import {
  attribute,
  classIs,
  type OpenToken,
  privateKeyNamed,
  publicKeyClass,
} from './token-objects.ts';

/** Which token of which library, and what opens it. */
export interface TokenPlace {
  /** The vendor's library. */
  readonly module: string;
  /** The token's label. */
  readonly token: string;
  readonly pin: string;
}

/** Of Ed25519, P-256 and P-384 with the two octets of an OCTET STRING before them. */
const wrappedPointBytes = [34, 67, 99];
const keyTypeRsa = 0;
const rsaBitsMin = 2048;
const rsaBitsMax = 4096;
const pinWrong = 'keystores.token_pin_wrong';
/** What a token says when it was taken out, restarted or logged out: it is opened once more. */
const goneValues = ['b3', '101', '32', 'e0', '60', '82', 'b0'];

interface Way {
  readonly algorithm: SigningAlgorithm;
  readonly mechanism: Mechanism;
  /** Computed here, where the mechanism signs a digest. */
  readonly digest?: HashName;
  readonly isHalves?: boolean;
}

const ecdsa = { type: 0x1041 };
const ways = {
  p256: {
    algorithm: 'ecdsa-sha256',
    mechanism: ecdsa,
    digest: 'sha256',
    isHalves: true,
  },
  p384: {
    algorithm: 'ecdsa-sha384',
    mechanism: ecdsa,
    digest: 'sha384',
    isHalves: true,
  },
  ed25519: { algorithm: 'ed25519', mechanism: { type: 0x1057 } },
  rsa: { algorithm: 'rsa-pkcs1-sha256', mechanism: { type: 0x40 } },
} satisfies Readonly<Record<string, Way>>;

/** One token, logged in; questions stand in a line, for a session does one thing at a time. */
export class TokenKeys {
  readonly #place: TokenPlace;
  #open: Promise<OpenToken> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #pinRefused: Fault | undefined;

  constructor(place: TokenPlace) {
    this.#place = place;
  }

  /** Refuses with keystores.token_key_unknown and token_key_unsuitable. */
  async signer(label: string): Promise<Signer> {
    const { publicKey, way } = await this.#inLine((token) => describe(token, label));
    const { algorithm } = way;
    return {
      algorithm,
      publicKey,
      sign: async (message) => {
        const signature = await this.#inLine((token) => signed(token, { label, way, message }));
        const intact = await nodeEngine.verify({ algorithm, publicKey, signature, message });
        if (!intact) throw new Fault('keystores.token_lied', { key: label });
        return signature;
      },
    };
  }

  /**
   * The same for a key that the token makes first, where it has none of that label. Refuses with
   * token_mechanism_absent, token_full, and with token_key_unsuitable a key that came from outside.
   */
  async make(label: string, kind: TokenKeyKind): Promise<Signer> {
    await this.#inLine((token) => makeKey(token, label, kind));
    return this.signer(label);
  }

  /** Destroys a key that was made here; repeating it changes nothing. */
  async destroy(label: string): Promise<void> {
    await this.#inLine((token) => destroyKey(token, label));
  }

  /** Ends the session; the next question opens another. */
  async close(): Promise<void> {
    const open = await this.#open?.catch(() => undefined);
    this.#open = undefined;
    await open?.module.close(open.session);
  }

  async #inLine<T>(ask: (token: OpenToken) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#once(ask, true));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #once<T>(ask: (token: OpenToken) => Promise<T>, mayRetry: boolean): Promise<T> {
    try {
      this.#open ??= this.#login();
      return await ask(await this.#open);
    } catch (thrown) {
      if (faultCode(thrown) === undefined) throw thrown;
      // Whatever went wrong, the next question begins with a session that is known to be good.
      await this.close().catch(() => undefined);
      if (faultCode(thrown) === pinWrong && thrown instanceof Fault) this.#pinRefused = thrown;
      if (mayRetry && isGone(thrown)) return this.#once(ask, false);
      throw thrown;
    }
  }

  async #login(): Promise<OpenToken> {
    // A token locks itself after a few wrong PINs, and every waiting loan would try it again.
    if (this.#pinRefused !== undefined) throw this.#pinRefused;
    const module = await TokenModule.open(this.#place.module);
    const slot = await module.slotOf(this.#place.token);
    return { module, slot, session: await module.login(slot, this.#place.pin) };
  }
}

function isGone(thrown: unknown): boolean {
  return thrown instanceof Fault && goneValues.includes(String(thrown.details['value']));
}

async function describe(
  token: OpenToken,
  label: string,
): Promise<{ publicKey: Uint8Array; way: Way }> {
  const { module, session } = token;
  const key = await privateKey(token, label);
  const read = (object: number, type: number) => module.attribute(session, object, type);
  // An attribute of one octet, CK_BBOOL; who hides it is not believed.
  const [extractable] = (await read(key, attribute.extractable)) ?? [1];
  if (extractable !== 0) throw unsuitable(label, 'extractable');
  const id = (await read(key, attribute.id)) ?? new Uint8Array();
  const [open] = await module.find(session, [
    classIs(publicKeyClass),
    { type: attribute.id, value: id },
  ]);
  if (open === undefined)
    throw new Fault('keystores.token_key_unknown', { key: label, why: 'public' });
  const kind = await read(key, attribute.keyType);
  const part = async (type: number): Promise<Uint8Array> =>
    (await read(open, type)) ?? new Uint8Array();
  const publicKey =
    kind?.[0] === keyTypeRsa
      ? rsaKey(await part(attribute.modulus), await part(attribute.publicExponent))
      : ecKey(await part(attribute.ecParams), await part(attribute.ecPoint));
  return { publicKey, way: wayOf(label, publicKey) };
}

async function privateKey({ module, session }: OpenToken, label: string): Promise<number> {
  const [key, ...more] = await module.find(session, privateKeyNamed(label));
  if (key === undefined || more.length > 0) {
    throw new Fault('keystores.token_key_unknown', {
      key: label,
      found: key === undefined ? 0 : 1 + more.length,
    });
  }
  return key;
}

async function signed(
  token: OpenToken,
  { label, way, message }: { label: string; way: Way; message: Uint8Array },
): Promise<Uint8Array> {
  const { digest, mechanism } = way;
  const data = digest === undefined ? message : await nodeEngine.digest(digest, message);
  const key = await privateKey(token, label);
  const signature = await token.module.sign({ session: token.session, key, mechanism }, data);
  return way.isHalves === true ? signatureToDer(signature) : signature;
}

function wayOf(label: string, publicKey: Uint8Array): Way {
  const { family, curve, bits } = publicKeyFacts(publicKey);
  if (family === 'rsa' && bits >= rsaBitsMin && bits <= rsaBitsMax) return ways.rsa;
  if (family === 'ed25519') return ways.ed25519;
  if (curve === 'P-256') return ways.p256;
  if (curve === 'P-384') return ways.p384;
  throw unsuitable(label, curve ?? family);
}

function rsaKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const algorithm = sequence(oid('1.2.840.113549.1.1.1'), nullValue());
  const key = sequence(integerFromBytes(modulus), integerFromBytes(exponent));
  return sequence(algorithm, bitString(key));
}

/** The point is an OCTET STRING (§6.3.3), which some tokens leave out; its length tells. */
function ecKey(parameters: Uint8Array, point: Uint8Array): Uint8Array {
  const isEdwards = parameters[0] !== 0x06 || parameters.length === 5;
  const isWrapped = wrappedPointBytes.includes(point.length);
  const bare = isWrapped ? point.subarray(2) : point;
  if (isEdwards) return sequence(sequence(oid('1.3.101.112')), bitString(bare));
  return sequence(sequence(oid('1.2.840.10045.2.1'), parameters), bitString(bare));
}

function unsuitable(key: string, why: string): Fault {
  return new Fault('keystores.token_key_unsuitable', { key, why });
}
