/**
 * The calls of PKCS #11 (OASIS 2.40) that signing needs, over a vendor's library: sessions, log-in,
 * finding an object, reading its attributes, signing; making a pair of keys and destroying it.
 *
 * The library is called through koffi, whose binaries come as packages: no compiler is needed. A
 * CK_ULONG is eight octets here, as on Linux and macOS; Windows packs its structures differently
 * and is refused. What may take long runs beside the event loop.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { platform } from 'node:process';
import koffi from 'koffi';
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';

const ok = 0;
const ulongBytes = 8;
const osLocking = 2n;
const serialSession = 4;
const writingSession = 6; // serial, and may write
const generatesPairs = 0x1_00_00n; // CKF_GENERATE_KEY_PAIR
const userRole = 1;
const slotsMax = 256;
const tokenInfoBytes = 256; // CK_TOKEN_INFO, with room to spare
const labelBytes = 32;
const attributeBytesMax = 4_096;
const signatureBytesMax = 1_024;
const initialisedAlready = 0x191;
const loggedInAlready = 0x100;
const pinIncorrect = 0xa0;
const loggedOut = 0x101;
const userStates = [1n, 3n]; // CKS_RO_USER_FUNCTIONS, CKS_RW_USER_FUNCTIONS

/** Digests of the PINs that logged in, by library and slot, under a key of this process alone. */
const pinsKnown = new Map<string, Buffer>();
const pinKey = systemRandom.bytes(32);

/** What lies at the addresses within a structure lives as long as the structure. */
const valuesBehind = new WeakMap<Uint8Array, readonly Uint8Array[]>();

/** An attribute that an object must have, or is asked for (PKCS #11 §4). */
export interface TokenAttribute {
  readonly type: number;
  readonly value: Uint8Array;
}

/** How to sign, or what to make: a mechanism and its parameter. */
export interface Mechanism {
  readonly type: number;
  readonly parameter?: Uint8Array;
}

/** A pair of keys that is to be made, as the templates of its halves say it. */
export interface KeyPairOrder {
  readonly mechanism: number;
  readonly open: readonly TokenAttribute[];
  readonly secret: readonly TokenAttribute[];
}

const calls = {
  C_Initialize: ['void *'],
  C_GetSlotList: ['uint8', 'void *', 'void *'],
  C_GetTokenInfo: ['ulong', 'void *'],
  C_OpenSession: ['ulong', 'ulong', 'void *', 'void *', 'void *'],
  C_CloseSession: ['ulong'],
  C_GetSessionInfo: ['ulong', 'void *'],
  C_Login: ['ulong', 'ulong', 'void *', 'ulong'],
  C_Logout: ['ulong'],
  C_FindObjectsInit: ['ulong', 'void *', 'ulong'],
  C_FindObjects: ['ulong', 'void *', 'ulong', 'void *'],
  C_FindObjectsFinal: ['ulong'],
  C_GetAttributeValue: ['ulong', 'ulong', 'void *', 'ulong'],
  C_GetMechanismInfo: ['ulong', 'ulong', 'void *'],
  C_GenerateKeyPair: ['ulong', 'void *', 'void *', 'ulong', 'void *', 'ulong', 'void *', 'void *'],
  C_DestroyObject: ['ulong', 'ulong'],
  C_SignInit: ['ulong', 'void *', 'ulong'],
  C_Sign: ['ulong', 'void *', 'ulong', 'void *', 'void *'],
} as const;

type CallName = keyof typeof calls;
type Word = number | Uint8Array | null;
type Bound = ReturnType<ReturnType<typeof koffi.load>['func']>;

/** A vendor's library, initialised once for the process. */
export class TokenModule {
  readonly #bound: ReadonlyMap<string, Bound>;
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
    this.#bound = boundIn(path);
  }

  /** Refuses with keystores.token_module what is no PKCS #11 library here. */
  static async open(path: string): Promise<TokenModule> {
    if (platform === 'win32') throw new Fault('keystores.token_module', { why: 'windows' });
    const module = new TokenModule(path);
    const settings = new BigUint64Array(6); // CK_C_INITIALIZE_ARGS: four functions, flags, nothing
    settings[4] = osLocking;
    await module.#call('C_Initialize', [bytesOf(settings)], [initialisedAlready]);
    return module;
  }

  /** The slot whose token bears this label; refuses with keystores.token_absent. */
  async slotOf(label: string): Promise<number> {
    const slots = new BigUint64Array(slotsMax);
    const count = ulong(slotsMax);
    await this.#call('C_GetSlotList', [1, bytesOf(slots), count]);
    for (const slot of slots.subarray(0, numberIn(count))) {
      const info = new Uint8Array(tokenInfoBytes);
      await this.#call('C_GetTokenInfo', [Number(slot), info]);
      const said = new TextDecoder().decode(info.subarray(0, labelBytes)).trimEnd();
      if (said === label) return Number(slot);
    }
    throw new Fault('keystores.token_absent', { token: label });
  }

  /**
   * A session in which the user is logged in. A log-in counts for the whole process, and a token
   * that has one does not look at the PIN any more: so whoever comes second must know the PIN that
   * logged in, or keystores.token_refused. Where somebody else in this process logged in, the user
   * is logged out first; sessions that lose their log-in by that are opened again when next asked.
   */
  async login(slot: number, pin: string): Promise<number> {
    const opened = ulong(0);
    await this.#call('C_OpenSession', [slot, serialSession, null, null, opened]);
    const session = numberIn(opened);
    const place = `${this.#path} ${slot}`;
    const digest = createHmac('sha256', pinKey).update(pin).digest();
    try {
      const known = pinsKnown.get(place);
      if ((await this.#logIn(session, pin, [loggedInAlready])) === loggedInAlready) {
        if (known === undefined) await this.#logInAnew(session, pin);
        else if (!timingSafeEqual(known, digest)) {
          throw refusalOf('C_Login', pinIncorrect);
        }
      }
      pinsKnown.set(place, digest);
      return session;
    } catch (thrown) {
      await this.close(session);
      throw thrown;
    }
  }

  async #logInAnew(session: number, pin: string): Promise<void> {
    await this.#call('C_Logout', [session]);
    await this.#logIn(session, pin, []);
  }

  async #logIn(session: number, pin: string, borne: readonly number[]): Promise<number> {
    const secret = utf8(pin);
    const said = await this.#call('C_Login', [session, userRole, secret, secret.length], borne);
    secret.fill(0);
    return said;
  }

  async close(session: number): Promise<void> {
    await this.#call('C_CloseSession', [session]);
  }

  /**
   * At most two: who finds two has not named one. A session that somebody logged out sees no secret
   * keys and says nothing of it, so nothing found is believed only while the user is logged in.
   */
  async find(session: number, wanted: readonly TokenAttribute[]): Promise<readonly number[]> {
    const found = new BigUint64Array(2);
    const count = ulong(0);
    await this.#call('C_FindObjectsInit', [session, templateOf(wanted), wanted.length]);
    await this.#call('C_FindObjects', [session, bytesOf(found), found.length, count]);
    await this.#call('C_FindObjectsFinal', [session]);
    if (numberIn(count) === 0) await this.#requireLogin(session);
    return [...found.subarray(0, numberIn(count))].map(Number);
  }

  async #requireLogin(session: number): Promise<void> {
    const info = new BigUint64Array(4); // CK_SESSION_INFO: slot, state, flags, error
    await this.#call('C_GetSessionInfo', [session, bytesOf(info)]);
    if (!userStates.includes(info[1] ?? 0n)) throw refusalOf('C_FindObjects', loggedOut);
  }

  /** Undefined where the object has none, or does not show it. */
  async attribute(session: number, object: number, type: number): Promise<Uint8Array | undefined> {
    const value = new Uint8Array(attributeBytesMax);
    const template = templateOf([{ type, value }]);
    const hidden = [0x11, 0x12, 0x13]; // CKR_ATTRIBUTE_SENSITIVE, _TYPE_INVALID, _VALUE_INVALID
    const said = await this.#call('C_GetAttributeValue', [session, object, template, 1], hidden);
    const length = numberIn(template.subarray(2 * ulongBytes));
    return said === ok && length <= value.length ? value.slice(0, length) : undefined;
  }

  async sign(
    by: { readonly session: number; readonly key: number; readonly mechanism: Mechanism },
    data: Uint8Array,
  ): Promise<Uint8Array> {
    const { session, key, mechanism } = by;
    const parameter = mechanism.parameter ?? new Uint8Array();
    const signature = new Uint8Array(signatureBytesMax);
    const length = ulong(signature.length);
    const asked = pointing(
      BigUint64Array.of(BigInt(mechanism.type), addressOf(parameter), BigInt(parameter.length)),
      [parameter],
    );
    await this.#call('C_SignInit', [session, asked, key]);
    await this.#call('C_Sign', [session, data, data.length, signature, length]);
    return signature.slice(0, numberIn(length));
  }

  /** Refuses with keystores.token_mechanism_absent where the token makes no such keys. */
  async requireMaking(slot: number, type: number): Promise<void> {
    const info = new BigUint64Array(3); // CK_MECHANISM_INFO: two sizes and flags
    await this.#call('C_GetMechanismInfo', [slot, type, bytesOf(info)]);
    const flags = info[2] ?? 0n;
    if ((flags & generatesPairs) === 0n) {
      throw new Fault('keystores.token_mechanism_absent', { value: type.toString(16) });
    }
  }

  /** Makes a pair of keys in the token, where a user is logged in. */
  async generate(slot: number, pair: KeyPairOrder): Promise<void> {
    await this.#writing(slot, async (session) => {
      const { mechanism, open, secret } = pair;
      const asked = bytesOf(BigUint64Array.of(BigInt(mechanism), 0n, 0n));
      const handles = [ulong(0), ulong(0)] as const;
      const templates = [templateOf(open), templateOf(secret)] as const;
      const words = [templates[0], open.length, templates[1], secret.length] as const;
      await this.#call('C_GenerateKeyPair', [session, asked, ...words, ...handles]);
    });
  }

  /** Destroys every object that has these attributes. */
  async destroy(slot: number, wanted: readonly TokenAttribute[]): Promise<void> {
    await this.#writing(slot, async (session) => {
      for (;;) {
        const found = await this.find(session, wanted);
        if (found.length === 0) return;
        for (const object of found) await this.#call('C_DestroyObject', [session, object]);
      }
    });
  }

  /** In a session that may write, which shares the log-in of the others. */
  async #writing(slot: number, work: (session: number) => Promise<void>): Promise<void> {
    const opened = ulong(0);
    await this.#call('C_OpenSession', [slot, writingSession, null, null, opened]);
    const session = numberIn(opened);
    try {
      await work(session);
    } finally {
      await this.close(session);
    }
  }

  /** Answers the return value; anything but success and what is borne is a Fault. */
  async #call(name: CallName, words: readonly Word[], borne: readonly number[] = []) {
    const bound = this.#bound.get(name);
    if (bound === undefined) throw new Fault('keystores.token_module', { call: name });
    const said = await new Promise<number>((resolve, reject) => {
      bound.async(...words, (error: unknown, value: unknown) => {
        if (error === null || error === undefined) resolve(Number(value));
        else reject(new Fault('keystores.token_module', { call: name }, { cause: error }));
      });
    });
    if (said === ok || borne.includes(said)) return said;
    throw refusalOf(name, said);
  }
}

/** What a token says most often when it says no (PKCS #11 §11.1), in codes of the house. */
export function refusalOf(call: string, said: number): Fault {
  const [code = 'keystores.token_refused'] =
    Object.entries(refusals).find(([, values]) => values.includes(said)) ?? [];
  return new Fault(code, { call, value: said.toString(16) });
}

const refusals: Readonly<Record<string, readonly number[]>> = {
  // Incorrect, invalid, of a wrong length, expired, locked; and never set.
  'keystores.token_pin_wrong': [pinIncorrect, 0xa1, 0xa2, 0xa3, 0xa4, 0x102],
  'keystores.token_full': [0x31],
  // No such function, mechanism, parameter, curve or size of key.
  'keystores.token_mechanism_absent': [0x54, 0x70, 0x71, 0x130, 0x140, 0x62],
};

function boundIn(path: string): ReadonlyMap<string, Bound> {
  try {
    const library = koffi.load(path);
    return new Map(
      Object.entries(calls).map(([name, words]) => [name, library.func(name, 'ulong', [...words])]),
    );
  } catch (cause) {
    throw new Fault('keystores.token_module', { why: 'load' }, { cause });
  }
}

/** CK_ATTRIBUTE one behind the other: type, address of the value, its length. */
function templateOf(attributes: readonly TokenAttribute[]): Uint8Array {
  const words = attributes.flatMap(({ type, value }) => {
    return [BigInt(type), addressOf(value), BigInt(value.length)];
  });
  return pointing(
    BigUint64Array.from(words),
    attributes.map(({ value }) => value),
  );
}

/**
 * A structure that holds bare addresses. The call runs beside the event loop and keeps what it was
 * handed, but the collector sees no way from a number to the value that lies there.
 */
function pointing(words: BigUint64Array, values: readonly Uint8Array[]): Uint8Array {
  const structure = bytesOf(words);
  valuesBehind.set(structure, values);
  return structure;
}

function addressOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : koffi.address(bytes);
}

function ulong(value: number): Uint8Array {
  return bytesOf(BigUint64Array.of(BigInt(value)));
}

function numberIn(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

function bytesOf(words: BigUint64Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
