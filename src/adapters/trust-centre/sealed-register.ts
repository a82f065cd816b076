/**
 * The authority's register with what names persons as ciphertext, each record under its own key.
 *
 * A certification service must keep what it knows of a certificate for at least five years after
 * the certificate's end (电子签名法 art. 24), and when no ground is left it must no longer hold it
 * (个人信息保护法 art. 47). So a record is AES-256-GCM (NIST SP 800-38D) under a key in a file beside
 * the register; destroying that file destroys the record, in every copy of the register as well.
 * What stays is that the intent is spent: it never gets a second certificate.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type FolderObjects, syncFolder } from '#adapters/objects';
import { concat, equal, toHex, utf8 } from '#base/bytes';
import { canonical, parseCanonical } from '#base/canonical';
import { addSeconds, type Clock, formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { Register } from '#trust/ca';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const newline = 0x0a;
/** 电子签名法 art. 24: at least five years after the certificate's end. */
const registerYearsMin = 5;
/** Longer than any event certificate lives: the term begins at its end, not at its issuance. */
const certificateSecondsMax = 86_400;
/** Only these name persons; keys, serials and the house's own certificates do not. */
const personalFolder = 'intents/';

/** A register whose personal records can be destroyed after their term. */
export class SealedRegister implements Register {
  readonly #objects: FolderObjects;
  readonly #keys: string;
  readonly #random: Random;
  readonly #clock: Clock;

  constructor(parts: { objects: FolderObjects; keys: string; random: Random; clock: Clock }) {
    this.#objects = parts.objects;
    this.#keys = parts.keys;
    this.#random = parts.random;
    this.#clock = parts.clock;
  }

  /** ca.record_destroyed for a record whose key is gone: it was there, and is spent for ever. */
  async get(name: string): Promise<Uint8Array | undefined> {
    const held = await this.#objects.get(name);
    if (held === undefined || !name.startsWith(personalFolder)) return held;
    const key = await this.#keyOf(name);
    if (key === undefined) throw new Fault('ca.record_destroyed');
    return openRecord({ name, key }, held);
  }

  async putOnce(name: string, bytes: Uint8Array): Promise<void> {
    if (!name.startsWith(personalFolder)) return this.#objects.putOnce(name, bytes);
    const before = await this.get(name);
    if (before !== undefined) return refuseOther(name, before, bytes);
    // The key is on the disk before the record: a record without one would count as destroyed.
    const key = await this.#makeKey(name);
    const end = addSeconds(this.#clock.now(), certificateSecondsMax);
    const keepUntil = yearsLater(end, registerYearsMin);
    const nonce = this.#random.bytes(nonceBytes);
    const sealed = sealRecord({ name, key, keepUntil, nonce }, bytes);
    try {
      await this.#objects.putOnce(name, sealed);
    } catch (cause) {
      if (faultCode(cause) !== 'objects.exists_differently') throw cause;
      // Another writer was first; under the same key its record opens, and is the one that counts.
      refuseOther(name, (await this.get(name)) ?? new Uint8Array(0), bytes);
    }
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#objects.list(folder);
  }

  /** Destroys every record whose term is over; answers how many. */
  async destroyExpired(): Promise<number> {
    let destroyed = 0;
    for (const name of await this.#objects.list(personalFolder.slice(0, -1))) {
      const held = await this.#objects.get(name);
      if (held === undefined || keepUntilOf(held) > this.#clock.now()) continue;
      if (await this.#destroyKey(name)) destroyed += 1;
    }
    return destroyed;
  }

  #path(name: string): string {
    return join(this.#keys, `${name}.key`);
  }

  async #keyOf(name: string): Promise<Uint8Array | undefined> {
    try {
      return new Uint8Array(await readFile(this.#path(name)));
    } catch (cause) {
      if (isErrno(cause, 'ENOENT')) return undefined;
      throw cause;
    }
  }

  /** The key in the file; without one it is made, whole and on the disk before it has its name. */
  async #makeKey(name: string): Promise<Uint8Array> {
    const path = this.#path(name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${toHex(this.#random.bytes(8))}.draft`;
    try {
      await writeFile(draft, this.#random.bytes(keyBytes), {
        flag: 'wx',
        mode: 0o600,
        flush: true,
      });
      await link(draft, path);
    } catch (cause) {
      if (!isErrno(cause, 'EEXIST')) throw cause;
    } finally {
      await rm(draft, { force: true });
    }
    await syncFolder(dirname(path));
    return new Uint8Array(await readFile(path));
  }

  async #destroyKey(name: string): Promise<boolean> {
    const path = this.#path(name);
    const file = await open(path, 'r+').catch(() => undefined);
    if (file === undefined) return false;
    try {
      // Overwritten first, for what that is worth on the disk below.
      await file.write(new Uint8Array(keyBytes), 0, keyBytes, 0);
      await file.sync();
    } finally {
      await file.close();
    }
    await rm(path, { force: true });
    await syncFolder(dirname(path));
    return true;
  }
}

interface RecordPlace {
  readonly name: string;
  readonly key: Uint8Array;
}

/** `{"keepUntil":…,"v":1}`, a newline, nonce, ciphertext, tag; line and name are authenticated. */
function sealRecord(
  at: RecordPlace & { readonly keepUntil: Instant; readonly nonce: Uint8Array },
  plain: Uint8Array,
): Uint8Array {
  const line = utf8(`${canonical({ v: 1, keepUntil: formatInstant(at.keepUntil) })}\n`);
  const cipher = createCipheriv('aes-256-gcm', at.key, at.nonce);
  cipher.setAAD(concat(line, utf8(at.name)));
  const body = concat(cipher.update(plain), cipher.final());
  return concat(line, at.nonce, body, cipher.getAuthTag());
}

function openRecord({ name, key }: RecordPlace, held: Uint8Array): Uint8Array {
  const start = held.indexOf(newline) + 1;
  const line = held.subarray(0, start);
  const nonce = held.subarray(start, start + nonceBytes);
  const body = held.subarray(start + nonceBytes, held.length - tagBytes);
  try {
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, options);
    decipher.setAAD(concat(line, utf8(name)));
    decipher.setAuthTag(held.subarray(held.length - tagBytes));
    return new Uint8Array(concat(decipher.update(body), decipher.final()));
  } catch (cause) {
    throw new Fault('ca.record_altered', {}, { cause });
  }
}

function keepUntilOf(held: Uint8Array): Instant {
  const line = parseCanonical(held.subarray(0, held.indexOf(newline)));
  const until = typeof line === 'object' && line !== null && 'keepUntil' in line;
  if (!until || typeof line['keepUntil'] !== 'string') throw new Fault('ca.record_altered');
  return parseInstant(line['keepUntil']);
}

function refuseOther(name: string, held: Uint8Array, bytes: Uint8Array): void {
  if (!equal(held, bytes)) throw new Fault('objects.exists_differently', { name });
}

/** The same day of the calendar, so that leap years cost nobody a day of the term. */
function yearsLater(at: Instant, years: number): Instant {
  const text = formatInstant(at);
  const year = Number(text.slice(0, 4)) + years;
  // On 29 February of a year without one the term ends a day later, never earlier.
  const rest = text.slice(4).replace('-02-29', '-03-01');
  return parseInstant(`${String(year).padStart(4, '0')}${rest}`);
}

function isErrno(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
