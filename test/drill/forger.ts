/**
 * The operator as a forger: holds the database, every file and every key of the house, and alters
 * one entry of one tenant's log so that everything of the house's own agrees with it again.
 *
 * Remade are the actors' signatures, the case's chain, the tree, every checkpoint with the log's
 * signature, the files, those of the twin and the sequencer's own memory. What he cannot remake
 * stands in folders of others: the heads that witnesses have cosigned.
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { FileTiles, treeHash, twinTreeHash } from '#adapters/tiles';
import { FileSignedHeads } from '#adapters/witnesses';
import { toBase64 } from '#base/bytes';
import { addMs } from '#base/clock';
import type { Engine, Signer } from '#formats/crypto';
import { type Entry, entryHash, entryMessage, printEntry } from '#formats/entry';
import {
  append,
  consistencyProof,
  type Edge,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  type NoteKey,
  printEdge,
  printHead,
  printSignatures,
  signNote,
} from '#formats/tlog';
import { signTwin, twinEngine, twinKey, twinOrigin } from '#formats/twin';
import type { WitnessRequest } from '#formats/witness';
import { type SignedHead, writeTiles } from '#trust/evidence';
import { postgresSocketFolder } from '../../src/main/estate/database-access.ts';
import { type Estate, processFolder } from '../../src/main/estate/estate.ts';
import {
  logKeyFile,
  signedHeadsFile,
  twinHeadsFile,
  twinKeyFile,
} from '../../src/main/estate/plan.ts';
import { logFolder, logKey, twinFolder } from '../../src/main/estate/trust-folder.ts';
import { institutionTenant, type LoggedEntry } from './house-facts.ts';

interface ForgedEntry extends LoggedEntry {
  readonly bytes: Uint8Array;
}

/** The tree after each leaf, and its nodes. */
interface ForgedTree {
  readonly edges: readonly Edge[];
  readonly nodes: Map<string, Uint8Array>;
}

/** Statements as the owner of the tables, who may do with them what he likes. */
export async function asOwner<T>(
  estate: Estate,
  action: (owner: pg.Client) => Promise<T>,
): Promise<T> {
  const path = join(processFolder(estate, 'database'), 'fubie_owner.password');
  const password = await readFile(path, 'utf8');
  const owner = new pg.Client({
    host: postgresSocketFolder(estate),
    user: 'fubie_owner',
    password,
    database: 'fubie',
  });
  await owner.connect();
  try {
    // Row security holds for the owner, too; but he can name any tenant.
    await owner.query("select set_config('fubie.tenant', $1, false)", [institutionTenant]);
    return await action(owner);
  } finally {
    await owner.end();
  }
}

export class Forger {
  readonly #estate: Estate;
  readonly #key: NoteKey;
  readonly #signer: Signer;
  #entries: readonly ForgedEntry[] = [];
  #tree: ForgedTree = { edges: [], nodes: new Map() };

  private constructor(estate: Estate, key: NoteKey, signer: Signer) {
    this.#estate = estate;
    this.#key = key;
    this.#signer = signer;
  }

  static async open(estate: Estate): Promise<Forger> {
    const key = await logKey(estate.trust, institutionTenant, nodeEngine);
    const signer = softSigner(
      await openKeyFile(join(processFolder(estate, 'sequencer'), logKeyFile(institutionTenant))),
    );
    return new Forger(estate, key, signer);
  }

  /** Moves one entry's time by an hour and makes everything of the house's own agree. */
  async alter(log: readonly LoggedEntry[], index: number): Promise<void> {
    this.#entries = await this.#resigned(log, index);
    this.#tree = await treeOf(this.#entries);
    await asOwner(this.#estate, async (owner) => {
      await this.#replaceEntries(owner, index);
      await this.#renameEntries(owner, log);
      await this.#replaceCheckpoints(owner, index);
    });
    await this.#replaceFiles();
  }

  /** The next checkpoint, signed by the log, with the best proof there is from a witness's size. */
  async nextCheckpoint(oldSize: number): Promise<WitnessRequest> {
    const last = this.#entries.at(-1)?.bytes ?? new Uint8Array(0);
    const nodes = new Map(this.#tree.nodes);
    const edge = await append(this.#edge(), await hashLeaf(last, nodeEngine), {
      engine: nodeEngine,
      completed: (level, at, hash) => nodes.set(`${level}/${at}`, hash),
    });
    const proof = await consistencyProof(
      { from: oldSize, to: edge.size },
      async (level, at) => nodes.get(`${level}/${at}`) ?? new Uint8Array(32),
      nodeEngine,
    );
    const text = await this.#headText(edge);
    const own = printSignatures([await signNote(text, this.#key, this.#signer)]);
    return { oldSize, proof, checkpoint: `${text}\n${own}` };
  }

  async #resigned(log: readonly LoggedEntry[], index: number): Promise<ForgedEntry[]> {
    const signers = new Map<string, Signer>();
    for (const name of ['serve', 'work']) {
      const path = join(processFolder(this.#estate, name), 'key.pem');
      signers.set(name, softSigner(await openKeyFile(path)));
    }
    const renamed = new Map<string, string>();
    const forged: ForgedEntry[] = [];
    for (const logged of log) {
      const { entry } = logged;
      const { sig, ...unsigned } = changed(entry, renamed);
      const next =
        logged.index === index ? { ...unsigned, at: addMs(entry.at, -3_600_000) } : unsigned;
      const signer = signers.get(entry.by.split('+')[0] ?? '');
      if (signer === undefined) throw new Error(`no key of ${entry.by}`);
      const same = toBase64(entryMessage(next)) === toBase64(entryMessage(entry));
      const bytes = printEntry({
        ...next,
        sig: same ? sig : toBase64(await signer.sign(entryMessage(next))),
      });
      const hash = await entryHash(bytes, nodeEngine);
      renamed.set(logged.hash, hash);
      forged.push({ ...logged, hash, bytes });
    }
    return forged;
  }

  async #replaceEntries(owner: pg.Client, from: number): Promise<void> {
    for (const { index, hash, bytes, caseId } of this.#entries.slice(from)) {
      const values = [hash, Buffer.from(bytes), index];
      await owner.query(
        'update evidence_entry set hash = $1, bytes = $2 where log_index = $3',
        values,
      );
      await owner.query('update evidence_case set head = $1 where case_id = $2', [hash, caseId]);
    }
  }

  /** Rows that name an entry by its hash name the forged one. */
  async #renameEntries(owner: pg.Client, log: readonly LoggedEntry[]): Promise<void> {
    for (const { index, hash } of log) {
      const forged = this.#entries[index]?.hash;
      if (forged === undefined || forged === hash) continue;
      for (const [table, column] of [
        ['intent', 'entry'],
        ['event_certificate', 'entry'],
        ['ticket', 'intended'],
      ]) {
        const text = `update ${table} set ${column} = $1 where ${column} = $2`;
        await owner.query(text, [forged, hash]);
      }
    }
  }

  async #replaceCheckpoints(owner: pg.Client, from: number): Promise<void> {
    const { rows } = await owner.query<{ size: string }>('select size from log.checkpoint');
    for (const size of rows.map((row) => Number(row.size)).filter((one) => one > from)) {
      const edge = this.#edge(size);
      const text = await this.#headText(edge);
      const line = printSignatures([await signNote(text, this.#key, this.#signer)]);
      const root = Buffer.from(await edgeRoot(edge, nodeEngine));
      await owner.query('delete from log.signature where size = $1 and not is_log', [size]);
      await owner.query('update log.signature set text = $1 where size = $2', [line, size]);
      await owner.query('update log.checkpoint set root = $1, text = $2 where size = $3', [
        root,
        text,
        size,
      ]);
    }
    const root = Buffer.from(await edgeRoot(this.#edge(), nodeEngine));
    const edge = Buffer.from(printEdge(this.#edge()));
    await owner.query('update log.head set root = $1, edge = $2', [root, edge]);
  }

  async #replaceFiles(): Promise<void> {
    const folder = logFolder(this.#estate.trust, institutionTenant);
    await rm(folder, { recursive: true, force: true });
    const tiles = new FileTiles(folder);
    const edge = this.#edge();
    const root = await edgeRoot(edge, nodeEngine);
    const growth = { from: 0, to: edge.size, root };
    const source = { entries: this.#bytesOf };
    await writeTiles(growth, source, { tiles, hash: treeHash, bundles: true });
    const text = await this.#headText(edge);
    const own = printSignatures([await signNote(text, this.#key, this.#signer)]);
    await tiles.publish(`${text}\n${own}`);
    await this.#remember(signedHeadsFile, { size: edge.size, root });
    await this.#replaceTwin();
  }

  /** What the sequencer remembers to have signed is a file of his, too. */
  async #remember(file: string, head: SignedHead): Promise<void> {
    const keyPath = join(processFolder(this.#estate, 'sequencer'), logKeyFile(institutionTenant));
    const memory = join(dirname(keyPath), file);
    await rm(memory);
    await (await FileSignedHeads.open(memory)).put(head);
  }

  /** The twin is the house's own, too: its key lies beside the log's. */
  async #replaceTwin(): Promise<void> {
    const folder = twinFolder(this.#estate.trust, institutionTenant);
    await rm(folder, { recursive: true, force: true });
    const tiles = new FileTiles(folder);
    const { edges } = await treeOf(this.#entries, twinEngine(nodeEngine));
    const edge = edges.at(-1) ?? emptyEdge;
    const root = await edgeRoot(edge, twinEngine(nodeEngine));
    const growth = { from: 0, to: edge.size, root };
    const source = { entries: this.#bytesOf };
    await writeTiles(growth, source, { tiles, hash: twinTreeHash, bundles: false });
    const place = join(processFolder(this.#estate, 'sequencer'), twinKeyFile(institutionTenant));
    const signer = softSigner(await openKeyFile(place));
    const named = { name: twinOrigin(this.#key.name), publicKey: signer.publicKey };
    const key = await twinKey(named, nodeEngine);
    const text = printHead({ origin: key.name, size: edge.size, root });
    await tiles.publish(`${text}\n${printSignatures([await signTwin(text, key, signer)])}`);
    await this.#remember(twinHeadsFile, { size: edge.size, root });
  }

  readonly #bytesOf = async (start: number, end: number): Promise<Uint8Array[]> =>
    this.#entries.slice(start, end).map(({ bytes }) => bytes);

  #edge(size = this.#entries.length): Edge {
    return this.#tree.edges[size - 1] ?? emptyEdge;
  }

  async #headText(edge: Edge): Promise<string> {
    const root = await edgeRoot(edge, nodeEngine);
    return printHead({ origin: this.#key.name, size: edge.size, root });
  }
}

/** The entry with every name of an earlier entry that has another one now. */
function changed(entry: Entry, renamed: ReadonlyMap<string, string>): Entry {
  const now = (hash: string): string => renamed.get(hash) ?? hash;
  const prev = entry.prev === null ? null : now(entry.prev);
  if (entry.refs === undefined) return { ...entry, prev };
  const refs = Object.fromEntries(
    Object.entries(entry.refs).map(([name, hash]) => [name, now(hash)]),
  );
  return { ...entry, prev, refs };
}

async function treeOf(
  entries: readonly ForgedEntry[],
  engine: Engine = nodeEngine,
): Promise<ForgedTree> {
  const nodes = new Map<string, Uint8Array>();
  const edges: Edge[] = [];
  for (const { bytes } of entries) {
    edges.push(
      await append(edges.at(-1) ?? emptyEdge, await hashLeaf(bytes, engine), {
        engine,
        completed: (level, at, hash) => nodes.set(`${level}/${at}`, hash),
      }),
    );
  }
  return { edges, nodes };
}
