/**
 * For tests: a genuine package of one deposit whose records its source signed in a batch, and what
 * a house would make that lies about it. Two of the batch's three records are in the package.
 */
import { toBase64, toBase64Url, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { type BundleFile, manifestOf, numbered, writeZip } from '#formats/bundle';
import { type Disclosure, printDisclosures } from '#formats/disclosure';
import { batchMessage, sourceLeaf } from '#formats/entry';
import { hashLeaf, heldTree } from '#formats/tlog';
import type { JsonObject } from '../json.ts';
import type { SampleHouse } from '../own/sample-trust.fixture.ts';
import { digestNamed, revocationFile, withReport } from './sample-files.fixture.ts';
import { type Draft, opening, SampleCase, sampleLog } from './sample-log.fixture.ts';

const caseTag = 'CAECAwQFBgcICQoLDA0ODw';
const platformTag = 'EAECAwQFBgcICQoLDA0ODw';
const deposit = 'loan-7';
const amounts = ['100.00', '200.00', '300.00'];
/** The third came for another deposit: here is only the hash of its leaf. */
const recordsHere = 2;

const schema = canonicalBytes({
  $id: 'repayment',
  title: '还款',
  type: 'object',
  properties: { 金额: { type: 'string', 'x-sensitivity': 'business' } },
  required: ['金额'],
  additionalProperties: false,
});
const requiredList = canonicalBytes({
  v: 1,
  entries: [{ type: 'deposit.item', min: 1 }],
  documents: [],
});

const longerList = canonicalBytes({
  v: 1,
  entries: [{ type: 'deposit.item', min: recordsHere + 1 }],
  documents: [],
});

/** The key of a source: its signatures as records carry them, r ‖ s where there are two numbers. */
export interface SourceKey {
  readonly algorithm: string;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
}

/** What is other than an honest house would have it. */
export interface DepositWish {
  /** Where the source does not sign with an Ed25519 key. */
  readonly key?: SourceKey;
  /** What the house states of the source of its first record; `all` is that of every record. */
  readonly source?: (word: JsonObject, all: readonly JsonObject[]) => Json;
  /** What the house states the first record to be. */
  readonly amount?: Json;
  /** Whoever hands the package on keeps this value back, in every entry. */
  readonly keepsBack?: string;
  /** The first record's entry says it was signed by itself, as before there were batches. */
  readonly single?: true;
  /** What stands behind the records; told of their entries' hashes and of the case. */
  readonly more?: (hashes: readonly string[], caseTag: string) => Promise<Draft>;
  /** The first record's entry stands there a second time. */
  readonly again?: true;
  /** The one slot that every record fills. */
  readonly slot?: JsonObject & { readonly slot: string };
  /** The name under which entry 0 names the list of this package, where it names another too. */
  readonly listAs?: string;
}

export async function sampleDeposit(
  house: SampleHouse,
  wish: DepositWish = {},
): Promise<Uint8Array> {
  const { engine } = house;
  const words = await wordsOf(house, wish.key ?? ed25519Of(house));
  const own = new SampleCase(house, caseTag);
  const opens = [await openingsOf(house, { institution: house.tenant, deposit })];
  const { slot } = wish;
  const required =
    slot === undefined ? requiredList : canonicalBytes({ v: 1, entries: [slot], documents: [] });
  const list = { name: wish.listAs ?? 'required-evidence', bytes: required };
  const longer = { name: 'required-evidence', bytes: longerList };
  const of = wish.listAs === undefined ? [list] : [longer, list];
  await own.record({ type: 'deposit.opened', of, opens: opens[0] ?? [] });
  const hashes: string[] = [];
  for (const [at, word] of words.slice(0, recordsHere).entries()) {
    const isFirst = at === 0;
    const stated = isFirst ? (wish.source?.(word, words) ?? word) : word;
    const amount = (isFirst ? wish.amount : undefined) ?? amounts[at] ?? '';
    const values = { 金额: amount, '@item': `r${at + 1}`, '@source': stated, '@flags': [] };
    const disclosed = await openingsOf(house, values);
    const isBatched = !(isFirst && wish.single === true);
    const draft: Draft = {
      type: 'deposit.item',
      ...(isBatched ? { batched: true } : {}),
      of: [
        { name: 'schema/repayment@1', bytes: schema },
        ...(slot === undefined ? [] : [{ name: `slot/${slot.slot}`, bytes: canonicalBytes(slot) }]),
      ],
      opens: disclosed,
    };
    for (const told of isFirst && wish.again === true ? [draft, draft] : [draft]) {
      hashes.push(await own.record(told));
      opens.push(disclosed);
    }
  }
  const more = await wish.more?.(hashes, caseTag);
  if (more !== undefined) await own.record(more);
  await own.seal();
  const files = [
    { name: 'required-evidence.json', bytes: required },
    await digestNamed('schema', schema, engine),
    await revocationFile(house, {}),
    ...(await logFiles(house, own)),
    ...opens.map((one, seq) => ({
      name: numbered('disclosures', seq),
      bytes: printDisclosures(one.filter(({ name }) => name !== wish.keepsBack)),
    })),
  ];
  const sealed = await withReport(house, files);
  const manifest = await manifestOf({ caseId: caseTag, files: sealed }, engine);
  return writeZip([...sealed, { name: 'manifest.json', bytes: manifest }]);
}

/** `@source` of every record of the batch. */
async function wordsOf({ engine }: SampleHouse, source: SourceKey): Promise<readonly JsonObject[]> {
  const records = amounts.map((amount, at) => ({
    record: { deposit, item: `r${at + 1}`, schema: 'repayment@1', fields: { 金额: amount } },
    blind: toBase64Url(new Uint8Array(16).fill(at + 1)),
  }));
  const leaves = await Promise.all(
    records.map(({ record, blind }) => hashLeaf(sourceLeaf(record, blind), engine)),
  );
  const { root, path } = await heldTree(leaves, engine);
  const size = records.length;
  const signature = toBase64(await source.sign(batchMessage({ root, size })));
  return Promise.all(
    records.map(async ({ blind }, index) => ({
      algorithm: source.algorithm,
      batch: {
        blind,
        index,
        path: (await path(index)).map(toBase64),
        root: toBase64(root),
        size,
      },
      client: '0192a000-0000-7000-8000-000000000001',
      key: '0123456789abcdef01234567',
      name: '核心系统',
      publicKey: toBase64(source.publicKey),
      signature,
      signed: true,
    })),
  );
}

function ed25519Of({ makeKey }: SampleHouse): SourceKey {
  const signer = makeKey('ed25519');
  const { publicKey } = signer;
  return { algorithm: 'ed25519', publicKey, sign: (message) => signer.sign(message) };
}

async function openingsOf(house: SampleHouse, values: JsonObject): Promise<readonly Disclosure[]> {
  return Promise.all(
    Object.entries(values).map(([name, value]) => opening(name, value, house.engine)),
  );
}

async function logFiles(house: SampleHouse, own: SampleCase): Promise<BundleFile[]> {
  const platform = new SampleCase(house, platformTag);
  await platform.record({ type: 'policy.adopted', of: [{ name: 'policy', bytes: house.policy }] });
  const [policy = new Uint8Array()] = platform.entries;
  const log = await sampleLog(house, [policy, ...own.entries], house.witnesses);
  return [
    { name: 'checkpoint.txt', bytes: utf8(log.checkpoint) },
    { name: 'policy.json', bytes: house.policy },
    { name: 'policy-entry.json', bytes: policy },
    { name: 'policy.tlog-proof', bytes: utf8(log.proofs[0] ?? '') },
    ...own.entries.map((bytes, seq) => ({ name: numbered('entry', seq), bytes })),
    ...own.entries.map((_, seq) => ({
      name: numbered('proof', seq),
      bytes: utf8(log.proofs[seq + 1] ?? ''),
    })),
  ];
}
