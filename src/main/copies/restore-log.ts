/**
 * Brings a restored log up to the head that others have seen, from the log's own public files.
 *
 * The rows of a back-up end where it was made; witnesses have cosigned more since. A log that went
 * on from there would be another log, and the sequencer refuses to begin. So every entry of the
 * files takes its place again, and the tree over all of them must have the root that the log's key
 * signed, before the first row is believed.
 */
import { nodeEngine } from '#adapters/engine';
import { LoadedLog, type Loading, type LoggedLooseEntry, type Placed } from '#adapters/postgres';
import { equal, fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { type Entry, entryHash, parseEntry } from '#formats/entry';
import { bundlePath, newTiles, parseBundle } from '#formats/tiles';
import {
  append,
  type Edge,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  type Level,
  parseCheckpoint,
  printEdge,
  printSignatures,
} from '#formats/tlog';
import { subjectsNamed, type TileFiles } from '#trust/evidence';
import type { NoteJudge } from '../rooms/note-judge.ts';

/** What became of one tenant's log. */
export interface LogReturn {
  readonly tenant: TenantId;
  /** Entries the back-up's own rows had a place for. */
  readonly inBackup: number;
  /** Where the log goes on. */
  readonly size: number;
  /** Entries that stood in the files only. Their openings, and the rows they speak of, are lost. */
  readonly broughtBack: number;
  /** Cases with such an entry: by their tag in the log. */
  readonly casesBehind: readonly string[];
  /** Vault subjects that the log says were erased. */
  readonly erased: readonly string[];
}

export interface LogReturning {
  readonly loading: Loading;
  readonly tenant: TenantId;
  readonly tiles: TileFiles;
  readonly judge: NoteJudge;
}

/** Refuses with main.restore_log_differs where files and rows tell two histories. */
export async function returnLog(returning: LogReturning): Promise<LogReturn> {
  const { loading, tenant, tiles, judge } = returning;
  const log = new LoadedLog(loading, tenant);
  const inBackup = await log.size();
  const published = await tiles.read('checkpoint');
  if (published === undefined) {
    return { tenant, inBackup, size: inBackup, broughtBack: 0, casesBehind: [], erased: [] };
  }
  const note = fromUtf8(published);
  const level = await judge(note, tenant);
  const { size } = parseCheckpoint(note);
  const walk = new Walk(log, tenant);
  for (const tile of newTiles(0, size).filter(({ level: height }) => height === 0)) {
    const bundle = await tiles.read(bundlePath(tile));
    if (bundle === undefined) throw differs(tenant, `no ${bundlePath(tile)}`);
    for (const bytes of parseBundle(bundle)) await walk.entry(bytes);
  }
  await walk.finish({ note, level, inBackup });
  const { broughtBack, behind, erased } = walk;
  const casesBehind = [...behind].toSorted();
  return { tenant, inBackup, size, broughtBack, casesBehind, erased: [...erased].toSorted() };
}

class Walk {
  readonly behind = new Set<string>();
  readonly erased = new Set<string>();
  broughtBack = 0;
  readonly #log: LoadedLog;
  readonly #tenant: TenantId;
  #edge: Edge = emptyEdge;
  #last = 0;

  constructor(log: LoadedLog, tenant: TenantId) {
    this.#log = log;
    this.#tenant = tenant;
  }

  async entry(bytes: Uint8Array): Promise<void> {
    const index = this.#edge.size;
    const leaf = await hashLeaf(bytes, nodeEngine);
    const entry = entryIn(bytes);
    const placed =
      entry === undefined
        ? await this.#log.placeLoose({ index, leaf, bytes })
        : await this.#place(entry, { index, leaf, bytes });
    if (placed === 'differs') throw differs(this.#tenant, `entry ${index}`);
    if (placed === 'brought back') {
      this.broughtBack += 1;
      if (entry !== undefined) this.behind.add(entry.caseTag);
    }
    if (entry !== undefined) {
      for (const subject of subjectsErasedBy(entry)) this.erased.add(subject);
      this.#last = entry.at;
    }
    this.#edge = await append(this.#edge, leaf, { engine: nodeEngine });
  }

  async #place(entry: Entry, at: LoggedLooseEntry): Promise<Placed> {
    const { caseTag, seq, type } = entry;
    const hash = await entryHash(at.bytes, nodeEngine);
    return this.#log.place({ ...at, caseTag, seq, hash, type });
  }

  /** Only a tree with the signed root is the log; rows that know a longer one keep their head. */
  async finish(given: { note: string; level: Level; inBackup: number }): Promise<void> {
    const { size, root, note } = parseCheckpoint(given.note);
    const ours = await edgeRoot(this.#edge, nodeEngine);
    if (this.#edge.size !== size || !equal(ours, root)) throw differs(this.#tenant, 'root');
    if (size < given.inBackup) return;
    const [origin] = note.text.split('\n');
    const lines = note.signatures.map((signature) => ({
      by: signature.name,
      isLog: signature.name === origin,
      text: printSignatures([signature]),
    }));
    const edge = printEdge(this.#edge);
    const { level } = given;
    await this.#log.head({ size, root, edge, text: note.text, level, at: this.#last, lines });
  }
}

/** What others have brought need not be an entry of ours. */
function entryIn(bytes: Uint8Array): Entry | undefined {
  try {
    return parseEntry(bytes);
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

/** What ends subjects of the vault: a whole person, or what rested on one consent or had a term. */
const endings: ReadonlySet<string> = new Set(['erased', 'consent.withdrawn', 'retention.executed']);

/** Such an entry names the vault's subjects, which are no person's names. */
export function subjectsErasedBy({ type, of }: Pick<Entry, 'type' | 'of'>): readonly string[] {
  return endings.has(type) ? subjectsNamed(of) : [];
}

function differs(tenant: TenantId, where: string): Fault {
  return new Fault('main.restore_log_differs', { tenant, where });
}
