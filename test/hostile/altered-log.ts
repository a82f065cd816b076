/**
 * The log as a thief with every operator's key would have it: one entry altered, everything behind
 * it chained and signed anew, the tree grown again and signed by the log's own key.
 */
import { nodeEngine } from '#adapters/engine';
import { PostgresLogAudit, PostgresUnits } from '#adapters/postgres';
import { SocketWitness } from '#adapters/witnesses';
import { equal, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { addSeconds } from '#base/clock';
import type { CaseMaterial } from '#business/judicial';
import { openZip } from '#formats/bundle';
import {
  type Entry,
  entryHash,
  entryMessage,
  parseEntry,
  printEntry,
  type UnsignedEntry,
} from '#formats/entry';
import {
  consistencyProof,
  hashLeaf,
  hashNode,
  inclusionProof,
  type NodeReader,
  parseCheckpoint,
  printHead,
  printLogProof,
  printSignatures,
  rootHash,
  signNote,
} from '#formats/tlog';
import { socketOf } from '../../src/main/estate/estate.ts';
import { witnessProcess } from '../../src/main/estate/plan.ts';
import { firstDemoTenant } from '../../src/main/estate/tenant-orders.ts';
import { logKey, witnessKey } from '../../src/main/estate/trust-folder.ts';
import type { Guest } from '../guest.ts';
import { fileIn } from './loan.ts';
import type { Thief } from './thief.ts';

const entriesMax = 10_000;

export class AlteredLog {
  readonly leaves: readonly Uint8Array[];
  readonly #thief: Thief;
  readonly #trust: string;

  private constructor(thief: Thief, trust: string, leaves: readonly Uint8Array[]) {
    this.#thief = thief;
    this.#trust = trust;
    this.leaves = leaves;
  }

  /** Of the first entry of this type the time is moved by a second; the rest follows from that. */
  /**
   * What a witness answers to a tree that grows from another one than it knows, made at the size it
   * knows; it takes no other tree of that size either. `gone on` if the log grew in between.
   */
  static async offeredTo(role: string, { world, thief }: { world: Guest; thief: Thief }) {
    const witness = new SocketWitness({
      key: await witnessKey(world.trust, role, nodeEngine),
      socketPath: socketOf(world.house.estate, witnessProcess(role)),
    });
    const oldSize = (await witness.heads()).at(-1)?.size ?? 0;
    const altered = await AlteredLog.open(world, thief, 'risk.decided');
    const same = { oldSize, proof: [], checkpoint: await altered.checkpoint(oldSize, '') };
    const twice = await witness.addCheckpoint(same);
    if (twice.is !== 'conflict') return twice;
    const grown = altered.over([...altered.leaves.slice(0, oldSize), utf8('{}')]);
    const proof = await grown.consistency(oldSize, oldSize + 1);
    const longer = { oldSize, proof, checkpoint: await grown.checkpoint(oldSize + 1, '') };
    const answer = await witness.addCheckpoint(longer);
    const hasGoneOn = answer.is === 'conflict' && answer.size !== oldSize;
    return hasGoneOn ? 'gone on' : answer;
  }

  static async open(world: Guest, thief: Thief, type: string): Promise<AlteredLog> {
    const { database } = thief.ground;
    const units = new PostgresUnits({ database });
    const stored = await units.run(firstDemoTenant, (unit) =>
      new PostgresLogAudit(unit).entries(0, entriesMax),
    );
    const tag = thief.told[0]?.entry.caseTag ?? '';
    const leaves = await alter(
      stored.map(({ bytes }) => bytes),
      { thief, tag, type },
    );
    return new AlteredLog(thief, world.trust, leaves);
  }

  /** Where the altered entries of the case stand, and what they are now. */
  get ofCase(): readonly { readonly index: number; readonly bytes: Uint8Array }[] {
    const tag = this.#thief.told[0]?.entry.caseTag;
    return this.leaves
      .map((bytes, index) => ({ index, bytes }))
      .filter(({ bytes }) => parseEntry(bytes).caseTag === tag);
  }

  /** The same thief's tree over other leaves. */
  over(leaves: readonly Uint8Array[]): AlteredLog {
    return new AlteredLog(this.#thief, this.#trust, leaves);
  }

  /** A checkpoint over the first `size` leaves, by the log's key; `lines` are copied below it. */
  async checkpoint(size: number, lines: string): Promise<string> {
    const key = await logKey(this.#trust, firstDemoTenant, nodeEngine);
    const root = await rootHash(size, this.#nodes, nodeEngine);
    const text = printHead({ origin: key.name, size, root });
    const own = printSignatures([await signNote(text, key, this.#thief.log)]);
    return `${text}\n${own}${lines}`;
  }

  consistency(from: number, to: number): Promise<Uint8Array[]> {
    return consistencyProof({ from, to }, this.#nodes, nodeEngine);
  }

  /** The case as the altered log has it, under its checkpoint. */
  async material(zip: Uint8Array, checkpoint: string): Promise<CaseMaterial> {
    const policyEntry = fileIn(zip, 'policy-entry.json');
    const adopted = this.leaves.findIndex((leaf) => equal(leaf, policyEntry));
    const opened = new Map(openZip(zip).files.map(({ name, bytes }) => [name, bytes]));
    const entries = this.ofCase.map(async ({ index, bytes }, seq) => {
      const openings = opened.get(`disclosures/${String(seq).padStart(4, '0')}.json`);
      const disclosures =
        openings === undefined ? undefined : (JSON.parse(fromUtf8(openings)) as string[]);
      return { seq, bytes, disclosures, proof: await this.proof(index, checkpoint) };
    });
    const { centre } = this.#thief.ground;
    return {
      documents: await this.#thief.documents({}),
      entries: await Promise.all(entries),
      checkpoint,
      policy: {
        bytes: fileIn(zip, 'policy.json'),
        entry: policyEntry,
        proof: await this.proof(adopted, checkpoint),
      },
      requiredEvidence: fileIn(zip, 'required-evidence.json'),
      authority: (await centre.root()).der,
      revocationLists: [(await centre.crl()).der],
    };
  }

  async proof(index: number, checkpoint: string): Promise<string> {
    const { size } = parseCheckpoint(checkpoint);
    const hashes = await inclusionProof({ index, size }, this.#nodes, nodeEngine);
    return printLogProof({ index, hashes, checkpoint });
  }

  readonly #nodes: NodeReader = async (level, index) => {
    if (level === 0) return hashLeaf(this.leaves[index] ?? new Uint8Array(), nodeEngine);
    const left = await this.#nodes(level - 1, 2 * index);
    return hashNode(left, await this.#nodes(level - 1, 2 * index + 1), nodeEngine);
  };
}

/** The lines that witnesses wrote under another checkpoint, as text. */
export function cosignaturesOf(checkpoint: string): string {
  const { note, origin } = parseCheckpoint(checkpoint);
  return printSignatures(note.signatures.filter(({ name }) => name !== origin));
}

async function alter(
  leaves: readonly Uint8Array[],
  wish: { readonly thief: Thief; readonly tag: string; readonly type: string },
): Promise<Uint8Array[]> {
  const { thief, tag, type } = wish;
  const altered: Uint8Array[] = [];
  const hashes = new Map<string, string>();
  for (const bytes of leaves) {
    const entry = parseEntry(bytes);
    if (entry.caseTag !== tag) {
      altered.push(bytes);
      continue;
    }
    const moved = entry.type === type ? addSeconds(entry.at, 1) : entry.at;
    const again = await resign({ ...entry, at: moved, ...relinked(entry, hashes) }, thief);
    hashes.set(await entryHash(bytes, nodeEngine), await entryHash(again, nodeEngine));
    altered.push(again);
  }
  return altered;
}

function relinked(
  { prev, refs }: Entry,
  hashes: ReadonlyMap<string, string>,
): Pick<Entry, 'prev' | 'refs'> {
  const now = (hash: string): string => hashes.get(hash) ?? hash;
  const linked = Object.entries(refs ?? {}).map(([name, hash]) => [name, now(hash)] as const);
  return {
    prev: prev === null ? null : now(prev),
    ...(refs === undefined ? {} : { refs: Object.fromEntries(linked) }),
  };
}

async function resign({ sig: _sig, ...unsigned }: Entry, thief: Thief): Promise<Uint8Array> {
  const body: UnsignedEntry = unsigned;
  const signer = thief.actors.get(body.by.split('+')[0] ?? '');
  if (signer === undefined) throw new Error(`no key of ${body.by} was stolen`);
  return printEntry({ ...body, sig: toBase64(await signer.sign(entryMessage(body))) });
}
