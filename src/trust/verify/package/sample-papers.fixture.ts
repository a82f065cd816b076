/**
 * For tests: what a sample package holds of its log itself: the twin with its link, a stamped head,
 * an anchor, a register. Everything is real; a twist changes one thing before the report is sealed.
 */
import { concat, fromUtf8, toBase64, toHex, utf8 } from '#base/bytes';
import { addSeconds } from '#base/clock';
import { type BundleFile, digestName, numbered } from '#formats/bundle';
import type { Engine, Signer } from '#formats/crypto';
import { firstImprint, printEvidenceRecord } from '#formats/ers';
import {
  consistencyProof,
  hashLeaf,
  inclusionProof,
  type NodeReader,
  printHead,
  printLogProof,
  printNote,
  rootHash,
} from '#formats/tlog';
import { buildToken } from '#formats/tsp';
import {
  printTwinVkey,
  signTwin,
  type TwinKey,
  twinEngine,
  twinKey,
  twinOrigin,
} from '#formats/twin';
import { anchorOf, sampleChain } from '../input/sample-anchor.fixture.ts';
import type { SampleHouse } from '../own/sample-trust.fixture.ts';
import { type Draft, SampleCase, sampleLog } from './sample-log.fixture.ts';
import { type SamplePackage, samplePackage } from './sample-package.fixture.ts';

/** The policy and the link stand before the case. */
const linkIndex = 1;

export interface Papers {
  readonly sample: SamplePackage;
  readonly trust: ReadonlyMap<string, Uint8Array>;
}

/** What a test changes: of the files, of the leaves the twin is made of, or of its signature. */
export interface Twist {
  readonly files?: (papers: readonly BundleFile[]) => readonly BundleFile[];
  readonly twinLeaves?: (leaves: readonly Uint8Array[]) => readonly Uint8Array[];
  readonly twinSigner?: Signer;
  /** The head that is stamped or anchored is of another history of the same log. */
  readonly otherHistory?: boolean;
  /** The head that is stamped covers this many leaves; all of them. */
  readonly headSize?: number;
  /** By how many seconds the case's last entries are dated later than the head that holds them. */
  readonly datedAhead?: number;
}

export async function samplePapers(
  house: SampleHouse,
  twin: Signer,
  twist: Twist = {},
): Promise<Papers> {
  const { engine, log } = house;
  const name = twinOrigin(log.key.name);
  const key = await twinKey({ name, publicKey: twin.publicKey }, engine);
  const by = { key, signer: twist.twinSigner ?? twin };
  const sample = await samplePackage(house, {
    behind: async () =>
      twist.datedAhead === undefined ? [] : [{ type: 'clause.confirmed', later: twist.datedAhead }],
    earlier: async (first) => [await linkOf([first], house, by.key)],
    swap: async (files) => {
      const papers = await papersOf(files, { house, by, twist });
      return [...files, ...(twist.files?.(papers) ?? papers)];
    },
  });
  const trust = new Map([
    ...house.trust,
    [`twins/${house.tenant}.vkey`, utf8(`${printTwinVkey(key)}\n`)],
    ['anchor.json', sampleChain],
  ]);
  return { sample, trust };
}

interface Making {
  readonly house: SampleHouse;
  readonly by: { readonly key: TwinKey; readonly signer: Signer };
  readonly twist: Twist;
}

async function papersOf(files: readonly BundleFile[], made: Making): Promise<BundleFile[]> {
  const { house, twist } = made;
  const policy = bytesOf(files, 'policy-entry.json');
  const entries = files.filter(({ name }) => name.startsWith('entries/'));
  const link = await linkEntry(house, made.by.key, policy);
  const leaves = [policy, link, ...entries.map(({ bytes }) => bytes)];
  return [
    ...(await twinFilesOf(leaves, { ...made, link, checkpoint: bytesOf(files, 'checkpoint.txt') })),
    ...(await headFiles(leaves, house, twist)),
  ];
}

/** The same draft makes the same bytes: keys of actors are Ed25519 and the clock stands. */
async function linkEntry(
  house: SampleHouse,
  key: TwinKey,
  policy: Uint8Array,
): Promise<Uint8Array> {
  const platform = new SampleCase(house, 'EAECAwQFBgcICQoLDA0ODw');
  await platform.record({ type: 'policy.adopted', of: [{ name: 'policy', bytes: house.policy }] });
  await platform.record(await linkOf([policy], house, key));
  return platform.entries[linkIndex] ?? new Uint8Array();
}

/** An entry that names the heads of both trees over these leaves. */
async function linkOf(
  leaves: readonly Uint8Array[],
  { engine, log }: SampleHouse,
  key: TwinKey,
): Promise<Draft> {
  const of = [
    { name: 'checkpoint', bytes: utf8(await headOf(leaves, log.key.name, engine)) },
    { name: 'checkpoint-sm3', bytes: utf8(await headOf(leaves, key.name, twinEngine(engine))) },
  ];
  return { type: 'log.twinned', of };
}

async function twinFilesOf(
  leaves: readonly Uint8Array[],
  made: Making & { readonly link: Uint8Array; readonly checkpoint: Uint8Array },
): Promise<BundleFile[]> {
  const { house, by, twist, link, checkpoint } = made;
  const { engine, log } = house;
  const sm3 = twinEngine(engine);
  const own = twist.twinLeaves?.(leaves) ?? leaves;
  const text = await headOf(own, by.key.name, sm3);
  const note = printNote({ text, signatures: [await signTwin(text, by.key, by.signer)] });
  const proof = (index: number) => proofIn(own, { index, note }, sm3);
  const files: BundleFile[] = [{ name: 'twin/checkpoint.txt', bytes: utf8(note) }];
  for (let index = linkIndex + 1; index < leaves.length; index += 1) {
    const name = numbered('twin proof', index - linkIndex - 1);
    files.push({ name, bytes: await proof(index) });
  }
  const first = leaves.slice(0, linkIndex);
  const main = { index: linkIndex, note: fromUtf8(checkpoint) };
  return [
    ...files,
    { name: 'twin/link.json', bytes: link },
    { name: 'twin/link.tlog-proof', bytes: await proofIn(leaves, main, engine) },
    { name: 'twin/link-sm3.tlog-proof', bytes: await proof(linkIndex) },
    { name: 'twin/head.txt', bytes: utf8(await headOf(first, log.key.name, engine)) },
    { name: 'twin/head-sm3.txt', bytes: utf8(await headOf(first, by.key.name, sm3)) },
    { name: 'twin/head.consistency', bytes: await consistency(leaves, linkIndex, engine) },
    { name: 'twin/head-sm3.consistency', bytes: await consistency(own, linkIndex, sm3) },
  ];
}

/** A head under trusted time, and the same head on a chain. */
async function headFiles(
  leaves: readonly Uint8Array[],
  house: SampleHouse,
  twist: Twist,
): Promise<BundleFile[]> {
  const { engine, stamper, now, witnesses } = house;
  const size = twist.headSize ?? leaves.length;
  const other = leaves.map((leaf) => concat(leaf, utf8(' ')));
  const history = twist.otherHistory === true ? other : leaves;
  const { checkpoint } = await sampleLog(house, history.slice(0, size), witnesses);
  const note = utf8(checkpoint);
  const token = await buildToken(
    {
      policy: '1.2.3.4.1',
      imprint: await firstImprint(note, 'sha256', engine),
      serial: '0102030405060709',
      time: addSeconds(now, 70),
      accuracyMs: 1000,
      ordering: false,
      nonce: 78n,
    },
    { ...stamper, engine },
  );
  const record = printEvidenceRecord({ chains: [[{ hash: 'sha256', tree: [], token }]] });
  const anchor = anchorOf(checkpoint);
  const proof = await consistency(leaves, size, engine);
  const [head, anchored] = [await idOf(note, engine), await idOf(anchor, engine)];
  return [
    { name: digestName('head', head), bytes: note },
    { name: digestName('head record', head), bytes: record },
    { name: digestName('head consistency', head), bytes: proof },
    { name: digestName('anchor', anchored), bytes: anchor },
    { name: digestName('anchor consistency', anchored), bytes: proof },
  ];
}

async function idOf(bytes: Uint8Array, engine: Engine): Promise<string> {
  return toHex(await engine.digest('sha256', bytes));
}

/** The text of the head over these leaves. */
export async function headOf(
  leaves: readonly Uint8Array[],
  origin: string,
  engine: Engine,
): Promise<string> {
  const root = await rootHash(leaves.length, nodesOf(leaves, engine), engine);
  return printHead({ origin, size: leaves.length, root });
}

/** A `.tlog-proof` of one of them under a note. */
export async function proofIn(
  leaves: readonly Uint8Array[],
  { index, note }: { readonly index: number; readonly note: string },
  engine: Engine,
): Promise<Uint8Array> {
  const nodes = nodesOf(leaves, engine);
  const hashes = await inclusionProof({ index, size: leaves.length }, nodes, engine);
  return utf8(printLogProof({ index, hashes, checkpoint: note }));
}

async function consistency(
  leaves: readonly Uint8Array[],
  from: number,
  engine: Engine,
): Promise<Uint8Array> {
  const between = { from, to: leaves.length };
  const hashes = await consistencyProof(between, nodesOf(leaves, engine), engine);
  return utf8(hashes.map((hash) => `${toBase64(hash)}\n`).join(''));
}

function nodesOf(leaves: readonly Uint8Array[], engine: Engine): NodeReader {
  const node = async (level: number, index: number): Promise<Uint8Array> => {
    if (level === 0) return hashLeaf(leaves[index] ?? new Uint8Array(), engine);
    const left = await node(level - 1, 2 * index);
    const right = await node(level - 1, 2 * index + 1);
    return engine.digest('sha256', concat(Uint8Array.of(1), left, right));
  };
  return node;
}

function bytesOf(files: readonly BundleFile[], name: string): Uint8Array {
  const file = files.find((one) => one.name === name);
  if (file === undefined) throw new Error(`${name} is in every package`);
  return file.bytes;
}
