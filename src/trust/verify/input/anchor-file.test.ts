import { beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { parseInstant } from '#base/clock';
import { openZip } from '#formats/bundle';
import {
  type AnchorProof,
  anchorNameOf,
  anchorSlot,
  encodeRlp,
  keccak256,
  printAnchorFile,
  type Rlp,
  rlpNumber,
} from '#formats/evm';
import { parseCheckpoint } from '#formats/tlog';
import { type Report, verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { samplePackage } from '../package/sample-package.fixture.ts';

const contract = new Uint8Array(20).fill(7);
const chain = 31_337n;
const headerMembers = 15;
const blockSeconds = 1_795_000_000n;

let house: SampleHouse;
let checkpoint: string;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-11-22T10:00:00.000+08:00'),
  });
  const { zip } = await samplePackage(house);
  const held = openZip(zip).files.find(({ name }) => name === 'checkpoint.txt');
  checkpoint = fromUtf8(held?.bytes ?? new Uint8Array());
});

describe('an anchor by itself', () => {
  test('is valid under its contract, and says that nobody looked for the block', async () => {
    const report = await judged(anchorOf(checkpoint));
    expect(report).toMatchObject({ kind: 'anchor', is: 'valid', flaws: [] });
    const said = report.notices.map(({ code }) => code);
    expect(said).toEqual(['self_attested', 'anchored', 'block_not_judged']);
    expect(report.notices[1]?.detail).toContain('single-node test chain, block 12, ');
  });

  test('of another root, chain or contract is invalid', async () => {
    const { root } = parseCheckpoint(checkpoint);
    const other = root.map((byte) => byte ^ 1);
    for (const lie of [{ root: other }, { chain: 1n }, { contract: new Uint8Array(20) }]) {
      const report = await judged(anchorOf(checkpoint, lie));
      expect([report.is, report.because], JSON.stringify(Object.keys(lie))).toEqual([
        'invalid',
        'anchor_wrong',
      ]);
    }
  });

  test('of a checkpoint that the log did not sign is invalid, however it is anchored', async () => {
    const { size } = parseCheckpoint(checkpoint);
    const altered = checkpoint.replace(`\n${size}\n`, `\n${size + 1}\n`);
    expect((await judged(anchorOf(altered))).is).toBe('invalid');
  });

  test('without a trusted contract nothing can be told, and a torn file is malformed', async () => {
    const report = await judged(anchorOf(checkpoint), {});
    expect([report.is, report.because]).toEqual(['indeterminate', 'trust_missing']);
    const torn = await judged(anchorOf(checkpoint).slice(0, -5));
    expect([torn.is, torn.because]).toEqual(['invalid', 'anchor_malformed']);
  });
});

function judged(bytes: Uint8Array, more?: Record<string, Uint8Array>): Promise<Report> {
  const name = 'test chain: single-node test chain';
  const known = { v: 1, chain: String(chain), contract: toHex(contract), name };
  const files = more ?? { 'anchor.json': canonicalBytes(known) };
  const trust = new Map([...house.trust, ...Object.entries(files)]);
  return verify({ name: '40.anchor', bytes, trust }, nodeEngine);
}

/** A chain of one block whose state holds one contract with one slot. */
function anchorOf(
  text: string,
  lie: { root?: Uint8Array; chain?: bigint; contract?: Uint8Array } = {},
): Uint8Array {
  const { origin, size, root } = parseCheckpoint(text);
  const slot = anchorSlot({ log: anchorNameOf(origin), size: BigInt(size) });
  const storage = leaf(keccak256(slot), encodeRlp(lie.root ?? root));
  const account = [rlpNumber(1n), rlpNumber(0n), keccak256(storage), keccak256(utf8('code'))];
  const address = lie.contract ?? contract;
  const state = leaf(keccak256(address), encodeRlp(account));
  const members: Rlp[] = Array.from({ length: headerMembers }, () => new Uint8Array(32).fill(9));
  members[3] = keccak256(state);
  members[8] = rlpNumber(12n);
  members[11] = rlpNumber(blockSeconds);
  const proof: AnchorProof = {
    chain: lie.chain ?? chain,
    contract: address,
    header: encodeRlp(members),
    account: [state],
    storage: [storage],
  };
  return printAnchorFile({ checkpoint: text, proof });
}

/** A trie of one leaf: hex prefix of an even way, then all of it. */
function leaf(key: Uint8Array, value: Uint8Array): Uint8Array {
  return encodeRlp([Uint8Array.of(0x20, ...key), value]);
}
