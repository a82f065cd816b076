/**
 * Step 5b: the log's twin under SM3 and SM2, where the package holds its proofs.
 *
 * Every entry must stand at the same place of both trees, and one entry that stands in both names a
 * head of each: whoever could forge one of the two hashes would still have to forge the other. The
 * twin crosses the borders of shards with its log: the same two leaves stand in both.
 */
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { borderName } from '#formats/bundle';
import type { Engine } from '#formats/crypto';
import { type Entry, parseEntry, signatureFlaw } from '#formats/entry';
import { type Checkpoint, hashLeaf, inclusionFlaw, parseHead, parseLogProof } from '#formats/tlog';
import { judgeTwin, type TwinKey, twinEngine, twinOrigin } from '#formats/twin';
import type { Notice } from '../report/report.ts';
import { isTwinRoot } from './closed-tree.ts';
import type { PackageFiles } from './container.ts';
import { newerCode, type Placed, proofOf } from './entries.ts';
import { beginningFlaw, type LogContext } from './log-context.ts';

const twinName = 'twin/checkpoint.txt';
const linkName = 'twin/link.json';
const linkNames = [
  linkName,
  'twin/link.tlog-proof',
  'twin/link-sm3.tlog-proof',
  'twin/head.txt',
  'twin/head-sm3.txt',
  'twin/head.consistency',
  'twin/head-sm3.consistency',
];

/** One tree as a proof is held against it. */
interface Tree {
  readonly head: Checkpoint;
  readonly note: string;
  readonly engine: Engine;
}

/** A leaf and the file that says where it stands. */
interface Claim {
  readonly part: string;
  readonly leaf: Uint8Array;
}

export async function judgeTwinFiles(
  placed: readonly Placed[],
  context: LogContext,
): Promise<readonly Notice[]> {
  const { files, trust, checkpoint, findings } = context;
  const held = files.all.filter(({ name }) => name.startsWith('twin/'));
  if (held.length === 0) return [];
  const keys = context.trees.map(({ log }) => trust.twinOf(log.name));
  const detail = `${twinOrigin(checkpoint.origin)} ${checkpoint.size}`;
  try {
    const hasLink = requireWhole(placed, files);
    if (keys.includes(undefined)) return [{ code: 'twin_not_judged', detail }];
    const twins: Tree[] = [];
    for (const [at, key] of keys.entries()) {
      if (key !== undefined) twins.push(await judgeHead(key, at, context));
    }
    await judgeBorders(twins, context);
    for (const [at, one] of placed.entries()) {
      const part = proofOf(one.part, 'twin');
      const place = context.places[at];
      const twin = twins[place?.tree ?? -1];
      const index = twin && (await placeIn(twin, { part, leaf: one.bytes }, files));
      if (index !== place?.index) throw wrong(part, 'at another place than in the log');
    }
    const twin = twins.at(-1);
    if (twin && hasLink) await judgeLink(twin, context);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const { part = twinName, why = thrown.code } = thrown.details;
    const isNewer = thrown.code === newerCode;
    if (isNewer) findings.add('entry_version_unknown', linkName, thrown.code);
    else findings.add('twin_wrong', String(part), String(why));
    return [];
  }
  return [{ code: 'twin_holds', detail }];
}

/** Checkpoint and proofs are all there, and of the link all files or none. Answers which. */
function requireWhole(placed: readonly Placed[], files: PackageFiles): boolean {
  const proofs = placed.map(({ part }) => proofOf(part, 'twin'));
  for (const name of [twinName, ...proofs]) bytesOf(name, files);
  const hasLink = linkNames.some((name) => files.named(name) !== undefined);
  for (const name of hasLink ? linkNames : []) bytesOf(name, files);
  return hasLink;
}

/** The twin's head of the size of one of the package's trees; a closed one's is in its proof. */
async function judgeHead(key: TwinKey, at: number, context: LogContext): Promise<Tree> {
  const { files, trees, engine } = context;
  const tree = trees[at];
  const isLast = tree?.closed === undefined;
  const part = isLast ? twinName : borderName('closing twin proof', at + 1);
  const text = textOf(part, files);
  const note = isLast ? text : parseLogProof(text).checkpoint;
  const twin = await judgeTwin(note, key, engine);
  if (!twin.signedByLog) throw wrong(part, 'not signed by the twin');
  if (twin.checkpoint.size !== tree?.checkpoint.size) throw wrong(part, 'of another size');
  return { head: twin.checkpoint, note, engine: twinEngine(engine) };
}

/** At each border the same two leaves, and the opening one names the twin's last head as well. */
async function judgeBorders(twins: readonly Tree[], { files, trees }: LogContext): Promise<void> {
  for (const [at, { closed }] of trees.entries()) {
    const [before, after] = [twins[at], twins[at + 1]];
    if (closed === undefined || before === undefined || after === undefined) return;
    const claim = (what: 'closing' | 'opening'): Claim => ({
      part: borderName(`${what} twin proof`, at + 1),
      leaf: bytesOf(borderName(what, at + 1), files),
    });
    const last = await placeIn(before, claim('closing'), files);
    if (last !== before.head.size - 1) throw wrong(claim('closing').part, 'not_last');
    const first = await placeIn(after, claim('opening'), files);
    if (first !== 0) throw wrong(claim('opening').part, 'not_first');
    if (!isTwinRoot(closed, before.head.root)) throw wrong(claim('opening').part, 'other_head');
  }
}

/** Where the proof of this name shows the leaf to stand. */
async function placeIn(
  { head, note, engine }: Tree,
  { part, leaf: bytes }: Claim,
  files: PackageFiles,
): Promise<number> {
  const { index, hashes: proof, checkpoint } = parseLogProof(textOf(part, files));
  if (checkpoint !== note) throw wrong(part, 'for another checkpoint');
  const { size, root } = head;
  const leaf = await hashLeaf(bytes, engine);
  const flaw = await inclusionFlaw({ leaf, index, size, root, proof }, engine);
  if (flaw !== undefined) throw wrong(part, flaw);
  return index;
}

/** One entry in both trees that names an earlier head of each. */
async function judgeLink(twin: Tree, context: LogContext): Promise<void> {
  const { files, checkpoint, engine, trust } = context;
  const log: Tree = { head: checkpoint, note: context.note, engine };
  const leaf = bytesOf(linkName, files);
  const entry = parseEntry(leaf);
  const flaw = await signatureFlaw(entry, (by) => trust.actorKey(by), engine);
  if (flaw !== undefined) throw wrong(linkName, flaw.detail);
  const places: number[] = [];
  for (const [tree, suffix, named] of [
    [log, '', 'checkpoint'],
    [twin, '-sm3', 'checkpoint-sm3'],
  ] as const) {
    const text = textOf(`twin/head${suffix}.txt`, files);
    await requireNamed(entry, { named, text }, engine);
    const head = parseHead(text);
    if (head.origin !== tree.head.origin) throw wrong(linkName, 'names a head of another log');
    const beginning = { files, name: `twin/head${suffix}.consistency` };
    const differs = await beginningFlaw(beginning, { from: head, to: tree.head }, tree.engine);
    if (differs !== undefined) throw wrong(linkName, differs);
    const place = { part: `twin/link${suffix}.tlog-proof`, leaf };
    places.push(head.size, await placeIn(tree, place, files));
  }
  const [size, index, twinSize, twinIndex] = places;
  if (size !== twinSize || index !== twinIndex) throw wrong(linkName, 'no pair of heads');
}

/** Both digests: an entry that agrees under one hash only is a forged one. */
async function requireNamed(
  { type, of }: Entry,
  { named, text }: { readonly named: string; readonly text: string },
  engine: Engine,
): Promise<void> {
  const original = of.find(({ name }) => name === named);
  const sha256 = toBase64(await engine.digest('sha256', utf8(text)));
  const sm3 = toBase64(await engine.digest('sm3', utf8(text)));
  const isNamed = original?.sha256 === sha256 && original.sm3 === sm3;
  if (type !== 'log.twinned' || !isNamed) throw wrong(linkName, `names another ${named}`);
}

function textOf(name: string, files: PackageFiles): string {
  return fromUtf8(bytesOf(name, files));
}

function bytesOf(name: string, files: PackageFiles): Uint8Array {
  const bytes = files.named(name);
  if (bytes === undefined) throw wrong(name, 'missing');
  return bytes;
}

function wrong(part: string, why: string): Fault {
  return new Fault('verify.twin_wrong', { part, why });
}
