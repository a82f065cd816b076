/**
 * Step 4a: the shards of the log, where it crossed a border (docs/specs/twin.md and package.md).
 *
 * Only the key of the first shard must be trusted. Each border gives the last leaf of one shard,
 * which names the next key, and the first leaf of the next, which names the head before: from the
 * one to the other the log is followed up to `checkpoint.txt`, and whoever altered, hid or moved
 * anything at a border would need another root under a quorum's cosignatures.
 */
import { equal, fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { borderName } from '#formats/bundle';
import {
  type ClosedShard,
  judgeClosing,
  openingFlaw,
  parseOpening,
  type ShardLeaf,
} from '#formats/shard';
import { parseLogProof } from '#formats/tlog';
import { parseTwinVkey } from '#formats/twin';
import type { TenantLog, Trust } from '../trust.ts';
import type { ClosedTree } from './closed-tree.ts';
import type { PackageFiles } from './container.ts';
import { logOfNote } from './institution.ts';
import { trustUnderRule } from './level-rule.ts';
import { judgeLevel, judgeLines, type LogParts } from './proofs.ts';

/** What the borders of a package show. */
export interface JudgedShards {
  /** Oldest first; empty where the log is one shard. */
  readonly closed: readonly ClosedTree[];
  /** The trust folder, and the keys of later shards that were learned from it. */
  readonly trust: Trust;
}

export async function judgeShards(files: PackageFiles, parts: LogParts): Promise<JudgedShards> {
  const held = files.at('border');
  if (held.length === 0) return { closed: [], trust: parts.trust };
  const walk = new Walk(files, parts);
  const count = held.filter(({ name }) => name.endsWith('.close')).length;
  try {
    for (let number = 1; number <= count; number += 1) await walk.cross(number);
    walk.end(count);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { part = 'shards', why = thrown.code } = thrown.details;
    parts.findings.add('shard_wrong', String(part), String(why));
  }
  return { closed: walk.closed, trust: walk.trust };
}

class Walk {
  readonly closed: ClosedTree[] = [];
  trust: Trust;
  readonly #files: PackageFiles;
  readonly #parts: LogParts;
  readonly #known = new Set<string>();
  /** Whose key signs the shard that comes next. */
  #next: TenantLog | undefined;

  constructor(files: PackageFiles, parts: LogParts) {
    this.#files = files;
    this.#parts = parts;
    this.trust = parts.trust;
  }

  /** From shard `number` to the one after it. */
  async cross(number: number): Promise<void> {
    const { findings, engine } = this.#parts;
    const closing = this.#leaf('closing', number);
    const part = borderName('closing', number);
    const note = parseLogProof(closing.proof).checkpoint;
    const log = this.#next ?? logOfNote(utf8(note), this.trust);
    if (log === undefined) throw wrong(part, 'names no log that is trusted');
    const notes = this.#files.at('register').map(({ bytes }) => bytes);
    const rule = { checkpoint: utf8(note), notes };
    const trust = await trustUnderRule(rule, this.trust, engine);
    const keys = { log: log.key, witnesses: trust.witnesses };
    const closed = await judgeClosing(closing, keys, engine);
    if (typeof closed === 'string') throw wrong(part, closed);
    judgeLines(closed.judged, part, findings);
    const level = judgeLevel(closed.judged, part, { trust, findings });
    const twinRoot = await this.#opened(number, closed);
    const { judged } = closed;
    const { checkpoint } = judged;
    this.closed.push({ number, log: log.key, note, judged, checkpoint, level, twinRoot });
    this.#next = { tenant: log.tenant, key: closed.next };
    const known = this.trust.logOf(closed.next.name);
    if (known !== undefined && !equal(known.key.publicKey, closed.next.publicKey)) {
      throw wrong(part, 'names another key than is trusted');
    }
    const { nextTwin } = closed.says;
    const twin = nextTwin === undefined ? undefined : await parseTwinVkey(nextTwin, engine);
    this.trust = this.trust.goingOn(log, { key: closed.next, twin });
  }

  /** No file of a border is left over, and the log ends where `checkpoint.txt` stands. */
  end(count: number): void {
    for (const { name } of this.#files.at('border')) {
      const isTwin = name.includes('-sm3.');
      const isKnown = isTwin ? Number(/\d{4}/.exec(name)?.[0]) <= count : this.#known.has(name);
      if (!isKnown) throw wrong(name, 'stands at no border');
    }
    const checkpoint = this.#files.named('checkpoint.txt');
    const log = checkpoint === undefined ? undefined : logOfNote(checkpoint, this.trust);
    if (log !== undefined && log.key.name === this.#next?.key.name) return;
    throw wrong('checkpoint.txt', 'of another shard than the last border opens');
  }

  /** The opening leaf under the very checkpoint under which the proofs of its shard stand. */
  async #opened(number: number, closed: ClosedShard): Promise<Uint8Array | undefined> {
    const opening = this.#leaf('opening', number);
    const part = borderName('opening', number);
    const flaw = await openingFlaw(opening, closed, this.#parts.engine);
    if (flaw !== undefined) throw wrong(part, flaw);
    const after = this.#files.named(borderName('closing proof', number + 1));
    const last = this.#files.named('checkpoint.txt');
    const stands =
      after === undefined ? last && fromUtf8(last) : parseLogProof(fromUtf8(after)).checkpoint;
    if (parseLogProof(opening.proof).checkpoint !== stands) throw wrong(part, 'other_checkpoint');
    return parseOpening(opening.leaf).before.twinRoot;
  }

  #leaf(what: 'closing' | 'opening', number: number): ShardLeaf {
    const [name, proofName] = [borderName(what, number), borderName(`${what} proof`, number)];
    const leaf = this.#files.named(name);
    const proof = this.#files.named(proofName);
    if (leaf === undefined) throw wrong(name, 'missing');
    if (proof === undefined) throw wrong(proofName, 'missing');
    this.#known.add(name).add(proofName);
    return { leaf, proof: fromUtf8(proof) };
  }
}

function wrong(part: string, why: string): Fault {
  return new Fault('verify.shard_wrong', { part, why });
}
