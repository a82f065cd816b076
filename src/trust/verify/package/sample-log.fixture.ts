/**
 * For tests: a log that holds given entries, its cosigned checkpoint and their proofs.
 */
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { addSeconds } from '#base/clock';
import { numbered } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { type Disclosure, disclose } from '#formats/disclosure';
import {
  type Attestation,
  type EntryType,
  entryHash,
  entryMessage,
  entryVersionMax,
  parseEntry,
  printEntry,
  type UnsignedEntry,
} from '#formats/entry';
import {
  cosign,
  hashLeaf,
  inclusionProof,
  printHead,
  printLogProof,
  printNote,
  rangeHash,
  signNote,
} from '#formats/tlog';
import { actorId, type NamedSigner, type SampleHouse } from '../own/sample-trust.fixture.ts';
import type { Recorded } from './entries.ts';

export interface Draft {
  readonly type: EntryType;
  readonly batched?: true;
  readonly opens?: readonly Disclosure[];
  /** The package holds no openings of it. */
  readonly closed?: true;
  readonly of?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly att?: Attestation;
  readonly refs?: Readonly<Record<string, string>>;
  /** By how many seconds it, and all behind it, are dated later than they would be. */
  readonly later?: number;
}

/** The entries of one case, each signed and chained to the one before. */
export class SampleCase {
  readonly entries: Uint8Array[] = [];
  readonly #house: SampleHouse;
  readonly #tag: string;
  #head: string | null = null;
  /** Seconds by which the youngest is later than its place would have it. */
  later = 0;

  constructor(house: SampleHouse, tag: string) {
    this.#house = house;
    this.#tag = tag;
  }

  /** Adds one and answers its hash. */
  async record(draft: Draft): Promise<string> {
    const unsigned = await this.#next(draft);
    const sig = toBase64(await this.#house.actor.signer.sign(entryMessage(unsigned)));
    return this.#add(printEntry({ ...unsigned, sig }));
  }

  /** One as a program of the next version may write it: a type and a member nobody knows yet. */
  async newer(signer = this.#house.actor.signer): Promise<string> {
    const known = entryMessage(await this.#next({ type: 'clause.confirmed' }));
    const [domain = ''] = fromUtf8(known).split('\n', 1);
    const json = JSON.parse(fromUtf8(known).slice(domain.length + 1));
    const unsigned = { ...json, v: entryVersionMax + 1, type: 'loan.split', shares: [60, 40] };
    const message = utf8(`${domain}\n${canonical(unsigned)}`);
    const sig = toBase64(await signer.sign(message));
    return this.#add(utf8(canonical({ ...unsigned, sig })));
  }

  async #add(bytes: Uint8Array): Promise<string> {
    this.entries.push(bytes);
    this.#head = await entryHash(bytes, this.#house.engine);
    return this.#head;
  }

  async #next(draft: Draft): Promise<UnsignedEntry> {
    const { engine, now } = this.#house;
    const of = [];
    for (const { name, bytes } of draft.of ?? []) {
      const sha256 = toBase64(await engine.digest('sha256', bytes));
      const sm3 = toBase64(await engine.digest('sm3', bytes));
      of.push({ name, bytes: bytes.length, sha256, sm3 });
    }
    const seq = this.entries.length;
    this.later += draft.later ?? 0;
    return {
      type: draft.type,
      ...(draft.batched && { batched: draft.batched }),
      caseTag: this.#tag,
      seq,
      prev: this.#head,
      at: addSeconds(now, seq + this.later),
      clock: 'LOCAL_CLOCK',
      by: actorId(this.#house),
      env: toBase64(new Uint8Array(32)),
      sd: (draft.opens ?? []).map(({ sha256 }) => sha256).toSorted(),
      sd3: (draft.opens ?? []).map(({ sm3 }) => sm3).toSorted(),
      of,
      ...(draft.att && { att: draft.att }),
      ...(draft.refs && { refs: draft.refs }),
    };
  }

  /** What stands there so far as it is judged: nothing of it is opened, and nothing attested. */
  async recorded(): Promise<readonly Recorded[]> {
    return Promise.all(
      this.entries.map(async (bytes, seq) => ({
        part: numbered('entry', seq),
        bytes,
        entry: parseEntry(bytes),
        hash: await entryHash(bytes, this.#house.engine),
        values: new Map(),
        commitments: new Map(),
        attested: false,
      })),
    );
  }

  async seal(): Promise<string> {
    return this.record({ type: 'case.sealed', refs: { head: this.#head ?? '' } });
  }
}

export async function opening(name: string, value: Json, engine: Engine): Promise<Disclosure> {
  const salt = (await engine.digest('sha256', new TextEncoder().encode(name))).slice(0, 16);
  return disclose({ salt, name, value }, engine);
}

export interface SampleLog {
  readonly checkpoint: string;
  /** Of each leaf as it was handed in. */
  readonly proofs: readonly string[];
}

/** `cosigners` lets a test leave witnesses out. */
export async function sampleLog(
  house: SampleHouse,
  leaves: readonly Uint8Array[],
  cosigners: readonly NamedSigner[],
): Promise<SampleLog> {
  const { engine, log, now } = house;
  const size = leaves.length;
  const nodes = async (level: number, index: number): Promise<Uint8Array> => {
    const start = index * 2 ** level;
    if (level === 0) return hashLeaf(leaves[start] ?? new Uint8Array(), engine);
    const left = await nodes(level - 1, 2 * index);
    const right = await nodes(level - 1, 2 * index + 1);
    return engine.digest('sha256', Uint8Array.of(1, ...left, ...right));
  };
  const root = await rangeHash({ start: 0, end: size }, nodes, engine);
  const text = printHead({ origin: log.key.name, size, root });
  const atSeconds = Math.floor(now / 1000) + 60;
  const signatures = [await signNote(text, log.key, log.signer)];
  for (const { key, signer } of cosigners) {
    signatures.push(await cosign({ text, atSeconds }, key, signer));
  }
  const checkpoint = printNote({ text, signatures });
  const proofs: string[] = [];
  for (const index of leaves.keys()) {
    const hashes = await inclusionProof({ index, size }, nodes, engine);
    proofs.push(printLogProof({ index, hashes, checkpoint }));
  }
  return { checkpoint, proofs };
}
