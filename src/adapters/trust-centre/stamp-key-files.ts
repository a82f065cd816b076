/**
 * The stamping keys of the trust centre's folder: `tsa-key.pem`, `tsa-key-2.pem`, …, each with its
 * certificate in the register. A key whose successor stamps is destroyed; its certificate stays,
 * for what it stamped is judged by it.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyFile, openKeyFileIfThere, softSigner } from '#adapters/engine';
import { syncFolder } from '#adapters/objects';
import { faultCode } from '#base/fault';
import { type Certificate, parseCertificate } from '#formats/x509';
import type { CertificateAuthority, Register } from '#trust/ca';
import { type ClockGuard, isSuccessorDue, type StampKey, stampingKey } from '#trust/timestamp';

/** Two hundred years of keys. */
const generationsMax = 100;

interface StampKeyParts {
  readonly folder: string;
  readonly register: Register;
  readonly authority: CertificateAuthority;
  readonly guard: ClockGuard;
  /** The certificate of that name in the register, made if it is not there. */
  readonly issued: (name: string, make: () => Promise<Certificate>) => Promise<Certificate>;
}

/** Keys by their generation, the oldest first. */
export class StampKeyFiles {
  readonly #parts: StampKeyParts;
  readonly #keys: StampKey[] = [];

  private constructor(parts: StampKeyParts) {
    this.#parts = parts;
  }

  static async open(parts: StampKeyParts): Promise<StampKeyFiles> {
    const files = new StampKeyFiles(parts);
    await files.#add();
    while (files.#keys.length < generationsMax) {
      const name = certificateName(files.#keys.length + 1);
      if ((await parts.register.get(name)) === undefined) break;
      await files.#add();
    }
    await files.renew();
    return files;
  }

  get all(): readonly StampKey[] {
    return this.#keys;
  }

  /**
   * Makes a successor where it is due, and destroys the keys before the one that stamps. Nothing is
   * done while the clock is not trusted: a wrong date must not end a key.
   */
  async renew(): Promise<boolean> {
    const now = await this.#parts.guard.now().catch((thrown: unknown) => {
      if (faultCode(thrown) !== 'timestamp.clock_untrusted') throw thrown;
      return undefined;
    });
    const newest = this.#keys.at(-1);
    if (now === undefined || newest === undefined) return false;
    const isDue = isSuccessorDue(newest.certificate, now) && this.#keys.length < generationsMax;
    if (isDue) await this.#add();
    const stamping = stampingKey(this.#keys, now);
    const past = this.#keys.findIndex(({ certificate }) => certificate === stamping?.certificate);
    for (let generation = 1; generation <= past; generation += 1) {
      await rm(this.#keyFile(generation), { force: true });
    }
    if (past > 0) await syncFolder(this.#parts.folder);
    return isDue;
  }

  async #add(): Promise<void> {
    const generation = this.#keys.length + 1;
    const { register, authority, issued } = this.#parts;
    const name = certificateName(generation);
    const held = await register.get(name);
    const path = this.#keyFile(generation);
    // A certificate without its key is of one that has been destroyed: no other takes its place.
    const key = await openKeyFileIfThere(path);
    if (key === undefined && held !== undefined) {
      this.#keys.push({ certificate: parseCertificate(held) });
      return;
    }
    const signer = softSigner(key ?? (await createKeyFile(path, 'p256')));
    const certificate = await issued(name, () => authority.issueStampCertificate(signer));
    this.#keys.push({ certificate, signer });
  }

  #keyFile(generation: number): string {
    return join(this.#parts.folder, generation === 1 ? 'tsa-key.pem' : `tsa-key-${generation}.pem`);
  }
}

function certificateName(generation: number): string {
  return `certificates/${generation === 1 ? 'tsa' : `tsa-${generation}`}.der`;
}
