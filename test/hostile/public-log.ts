/**
 * A log with real keys and witnesses, kept in memory as its public files, whose operator can be
 * made to lie: what a monitor outside gets to see, and nothing else.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, toBase64, toBase64Url, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import type { Signer } from '#formats/crypto';
import { entryHash, entryMessage, printEntry, type UnsignedEntry } from '#formats/entry';
import { bundlePath, foldHashes, newTiles, printBundle, tilePath, tileWidth } from '#formats/tiles';
import {
  append,
  cosign,
  type Edge,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  type NoteKey,
  type NoteKeyKind,
  noteKey,
  printHead,
  printNote,
  signNote,
} from '#formats/tlog';
import { type Promised, signPromise, type WitnessedHead } from '#formats/witness';
import {
  EntryWatch,
  Monitor,
  type MonitorMemory,
  type Verified,
  type WitnessView,
} from '#trust/witness';

export const origin = 'log.fubie.test/hostile';
/** When the story begins, in seconds. */
export const startSeconds = 1_790_000_000;
const digest = toBase64(new Uint8Array(32).fill(9));
const votes = ['court', 'notary', 'arbitration', 'peer-bank'] as const;

/** A key that signs, and how others know it. */
export interface Keyed {
  readonly key: NoteKey;
  readonly signer: Signer;
}

export async function keyed(name: string, kind: NoteKeyKind): Promise<Keyed> {
  const signer = softSigner(generateSoftKey('ed25519'));
  return { signer, key: await noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine) };
}

/** The parties of one story. */
export interface Parties {
  readonly log: Keyed;
  readonly witnesses: ReadonlyMap<string, Keyed>;
  readonly actor: Signer;
}

export async function parties(): Promise<Parties> {
  const witnesses = new Map<string, Keyed>();
  for (const name of ['sentinel', ...votes]) {
    witnesses.set(name, await keyed(name, 'cosignature'));
  }
  const actor = softSigner(generateSoftKey('ed25519'));
  return { log: await keyed(origin, 'ed25519'), witnesses, actor };
}

/** One head as it was signed and cosigned. */
export interface Told {
  readonly note: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/** The files of one history. A liar keeps two of them. */
export class PublicLog {
  readonly files = new Map<string, Uint8Array>();
  readonly entries: Uint8Array[] = [];
  readonly #parties: Parties;
  #chain = { seq: 0, prev: '' };
  #caseTag: string;

  constructor(of: Parties, caseTag = 1) {
    this.#parties = of;
    this.#caseTag = toBase64Url(new Uint8Array(16).fill(caseTag));
  }

  /** Another history with the same beginning. */
  branch(size = this.entries.length): PublicLog {
    const other = new PublicLog(this.#parties, 200);
    other.entries.push(...this.entries.slice(0, size));
    return other;
  }

  /** Entries of one case, chained and signed. */
  async grow(count: number): Promise<void> {
    for (let made = 0; made < count; made += 1) {
      const { seq, prev } = this.#chain;
      const unsigned: UnsignedEntry = {
        type: seq === 0 ? 'case.opened' : 'consent.signed',
        caseTag: this.#caseTag,
        seq,
        prev: seq === 0 ? null : prev,
        at: instantFromMs(startSeconds * 1_000),
        clock: 'TEST_CLOCK',
        by: 'serve+01020304',
        env: digest,
        sd: [],
        sd3: [],
        of: [],
      };
      const sig = toBase64(await this.#parties.actor.sign(entryMessage(unsigned)));
      const bytes = printEntry({ ...unsigned, sig });
      this.#chain = { seq: seq + 1, prev: await entryHash(bytes, nodeEngine) };
      this.entries.push(bytes);
    }
  }

  /** Writes every file of the tree as it is and shows a head that these witnesses cosigned. */
  async publish(cosigners: readonly string[], atSeconds = startSeconds): Promise<Told> {
    const told = await this.sign(cosigners, atSeconds);
    const rows: Uint8Array[][] = [await leavesOf(this.entries)];
    for (const tile of newTiles(0, told.size)) {
      const start = tile.index * tileWidth;
      rows[tile.level] ??= await rowAbove(rows[tile.level - 1] ?? []);
      const hashes = (rows[tile.level] ?? []).slice(start, start + tile.width);
      this.files.set(tilePath(tile), concat(...hashes));
      if (tile.level > 0) continue;
      const entries = this.entries.slice(start, start + tile.width);
      this.files.set(bundlePath(tile), printBundle(entries));
    }
    this.files.set('checkpoint', utf8(told.note));
    return told;
  }

  /** A head of these entries; nobody else gets to see it. */
  async sign(cosigners: readonly string[], atSeconds = startSeconds): Promise<Told> {
    const { log, witnesses } = this.#parties;
    const root = await edgeRoot(await edgeOf(this.entries), nodeEngine);
    const size = this.entries.length;
    const text = printHead({ origin: log.key.name, size, root });
    const signatures = [await signNote(text, log.key, log.signer)];
    for (const name of cosigners) {
      const witness = witnesses.get(name);
      if (witness === undefined) throw new Error(`no witness ${name}`);
      signatures.push(await cosign({ text, atSeconds }, witness.key, witness.signer));
    }
    return { note: printNote({ text, signatures }), size, root };
  }

  async promise(wanted: Pick<Promised, 'leaf' | 'since' | 'bySeconds'>): Promise<string> {
    const { log } = this.#parties;
    return signPromise({ origin: log.key.name, ...wanted }, log.key, log.signer);
  }
}

/** What a monitor keeps, in memory. */
export class Notebook implements MonitorMemory {
  readonly given: string[] = [];
  readonly proofs = new Map<string, Uint8Array>();
  verified: Verified | undefined;
  last = async (): Promise<Verified | undefined> => this.verified;
  keep = async (verified: Verified): Promise<void> => void (this.verified = verified);
  promises = async (): Promise<readonly string[]> => this.given;
  accuse = async (name: string, proof: Uint8Array): Promise<void> => {
    if (!this.proofs.has(name)) this.proofs.set(name, proof);
  };
}

/** A monitor outside, which sees the files of one history and remembers in a notebook. */
export function watch(
  of: Parties,
  files: () => ReadonlyMap<string, Uint8Array>,
  more: { readonly notebook?: Notebook; readonly views?: readonly WitnessView[] } = {},
): { monitor: Monitor; notebook: Notebook } {
  const notebook = more.notebook ?? new Notebook();
  const monitor = new Monitor({
    log: of.log.key,
    witnesses: [...of.witnesses.values()].map(({ key }) => key),
    read: async (path) => files().get(path),
    views: more.views ?? [],
    memory: notebook,
    entries: new EntryWatch({ engine: nodeEngine, keyOf: () => of.actor.publicKey }),
    engine: nodeEngine,
  });
  return { monitor, notebook };
}

/** A witness's memory that holds one head. */
export function viewOf(name: string, told: Told): WitnessView {
  const { size, root, note } = told;
  const head: WitnessedHead = {
    origin,
    size,
    root,
    oldSize: 0,
    proof: [],
    atSeconds: startSeconds,
    note,
  };
  return { name, heads: async () => [head] };
}

async function leavesOf(entries: readonly Uint8Array[]): Promise<Uint8Array[]> {
  return Promise.all(entries.map((entry) => hashLeaf(entry, nodeEngine)));
}

async function rowAbove(row: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const above: Uint8Array[] = [];
  for (let at = 0; at + tileWidth <= row.length; at += tileWidth) {
    above.push(await foldHashes(row.slice(at, at + tileWidth), nodeEngine));
  }
  return above;
}

async function edgeOf(entries: readonly Uint8Array[]): Promise<Edge> {
  let edge = emptyEdge;
  for (const leaf of await leavesOf(entries)) {
    edge = await append(edge, leaf, { engine: nodeEngine });
  }
  return edge;
}
