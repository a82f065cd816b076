/**
 * A third party that makes and signs entries of its own, as one would write it from
 * docs/specs/entry.md: chains of commitments, and nothing of anybody's person.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { toBase64, toBase64Url } from '#base/bytes';
import { type Instant, systemClock } from '#base/clock';
import type { Random } from '#base/random';
import type { Signer } from '#formats/crypto';
import {
  caseTagBytes,
  type EntryType,
  entryHash,
  entryMessage,
  printEntry,
  type UnsignedEntry,
} from '#formats/entry';
import { keyIdText, type NoteKey, noteKey } from '#formats/tlog';

/** What a test makes wrong in one entry. */
export type Twist = Partial<Pick<UnsignedEntry, 'type' | 'caseTag' | 'seq' | 'prev' | 'at' | 'by'>>;

export class Party {
  readonly key: NoteKey;
  readonly #signer: Signer;
  readonly #now: () => Instant;

  private constructor(key: NoteKey, signer: Signer, now: () => Instant) {
    this.key = key;
    this.#signer = signer;
    this.#now = now;
  }

  static async named(name: string, now: () => Instant = () => systemClock.now()): Promise<Party> {
    const signer = softSigner(generateSoftKey('ed25519'));
    const spki = { name, kind: 'ed25519', publicKey: signer.publicKey } as const;
    return new Party(await noteKey(spki, nodeEngine), signer, now);
  }

  get id(): string {
    return keyIdText(this.key);
  }

  /** A case of so many entries, each chained to the one before. */
  async case(count: number, random: Random): Promise<readonly Uint8Array[]> {
    const caseTag = toBase64Url(random.bytes(caseTagBytes));
    const entries: Uint8Array[] = [];
    let prev: string | null = null;
    for (let seq = 0; seq < count; seq += 1) {
      const type: EntryType = seq === 0 ? 'deposit.opened' : 'deposit.item';
      const bytes = await this.entry({ type, caseTag, seq, prev });
      entries.push(bytes);
      prev = await entryHash(bytes, nodeEngine);
    }
    return entries;
  }

  async entry(twist: Twist): Promise<Uint8Array> {
    const unsigned: UnsignedEntry = {
      type: 'deposit.opened',
      caseTag: 'AAECAwQFBgcICQoLDA0ODw',
      seq: 0,
      prev: null,
      at: this.#now(),
      clock: 'LOCAL_CLOCK',
      by: this.id,
      env: toBase64(new Uint8Array(32)),
      sd: [],
      sd3: [],
      of: [],
      ...twist,
    };
    const sig = toBase64(await this.#signer.sign(entryMessage(unsigned)));
    return printEntry({ ...unsigned, sig });
  }
}
