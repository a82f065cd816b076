/**
 * The example of docs/specs/entry.md that signs three records at once, made anew from its seeds.
 */
import { nodeEngine } from '#adapters/engine';
import { fromUtf8, toBase64, toBase64Url, toHex } from '#base/bytes';
import { canonical } from '#base/canonical';
import type { Signer } from '#formats/crypto';
import { batchMessage, sourceLeaf } from '#formats/entry';
import { hashLeaf, heldTree } from '#formats/tlog';

/** The second record of three: its path goes to both sides. */
const index = 1;

/** Text by the name that stands above it in the page. */
export async function batchExamples(source: Signer): Promise<[string, string][]> {
  const records = ['r1', 'r2', 'r3'].map((item, at) => ({
    record: { deposit: 'loan-7', item, schema: 'repayment@1', fields: { 金额: `${at + 1}00.00` } },
    blind: toBase64Url(new Uint8Array(16).fill(at + 1)),
  }));
  const bytes = records.map(({ record, blind }) => sourceLeaf(record, blind));
  const leaves = await Promise.all(bytes.map((leaf) => hashLeaf(leaf, nodeEngine)));
  const { root, path } = await heldTree(leaves, nodeEngine);
  const size = records.length;
  const message = batchMessage({ root, size });
  const hashes = await path(index);
  const word = {
    algorithm: 'ed25519',
    batch: {
      blind: records[index]?.blind ?? '',
      index,
      path: hashes.map(toBase64),
      root: toBase64(root),
      size,
    },
    client: '0192a000-0000-7000-8000-000000000001',
    key: '0123456789abcdef01234567',
    name: 'core',
    publicKey: toBase64(source.publicKey),
    signature: toBase64(await source.sign(message)),
    signed: true,
  };
  return [
    ['source leaf', `${JSON.stringify(fromUtf8(bytes[index] ?? new Uint8Array()))}\n`],
    ['source leaf hash', `${toHex(leaves[index] ?? new Uint8Array())}\n`],
    ['batch message', `${JSON.stringify(fromUtf8(message))}\n`],
    ['batched source', `${canonical(word)}\n`],
  ];
}
