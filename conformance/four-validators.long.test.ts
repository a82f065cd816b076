/**
 * A head on a chain of four validators, one of which dies: the anchor goes on, and its proof leads
 * from the checkpoint to a block header whose descendants three of four validators sealed.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { deployAnchor, EvmChain, FileAnchorBook } from '#adapters/evm';
import { fromHex, toBase64, toHex } from '#base/bytes';
import { systemClock } from '#base/clock';
import { seededRandom } from '#base/random';
import {
  anchorNameOf,
  decodeRlp,
  keccak256,
  listOf,
  parseAnchorFile,
  provedAnchor,
  sealedBy,
  stringOf,
} from '#formats/evm';
import { Anchor } from '#trust/anchor';
import { isMissing } from './brought-judges.ts';
import {
  bringGeth,
  sealersOf,
  startValidators,
  type Validator,
  validatorsOfGenesis,
} from './clique-chain.ts';

const chainId = 20_261n;
const origin = 'validators.example/log';
/** Nobody may sign two of ⌊4/2⌋+1 blocks: after two more blocks three have stood for one. */
const confirmations = 2;
const stepsMax = 60;
const brought = bringGeth();
const random = seededRandom(20_261_122);
const keys = Array.from({ length: 4 }, () => `0x${toHex(random.bytes(32))}` as const);

let folder: string;
let validators: readonly Validator[] = [];

beforeAll(async () => {
  if (isMissing(brought)) return;
  folder = mkdtempSync(join(tmpdir(), 'fubie-validators-'));
  validators = await startValidators({ geth: brought.geth, folder, keys, chainId });
}, 120_000);

afterAll(() => {
  for (const { process: node } of validators) node.kill('SIGKILL');
  if (!isMissing(brought)) rmSync(folder, { recursive: true, force: true });
});

describe('four validators', () => {
  test('a head is anchored, one validator dies, the next head is anchored too', async (context) => {
    if (isMissing(brought)) return context.skip(`no geth: ${brought.missing}`);
    const [first, second] = validators;
    if (first === undefined || second === undefined) throw new Error('four validators');
    const privateKey = keys[0] ?? '0x';
    const founders = validators.map(({ address }) => address);
    const founding = { rpcUrl: first.rpcUrl, chainId, privateKey, founders, delaySeconds: 86_400 };
    const contract = await deployAnchor(founding);
    const anchorBy = (node: Validator): Anchor => {
      const settings = { rpcUrl: node.rpcUrl, chainId, contract, privateKey, confirmations };
      const chain = new EvmChain(settings);
      return new Anchor({ clock: systemClock, chain, book: new FileAnchorBook(folder), chainId });
    };
    await anchored(anchorBy(first), head(40, 1));
    // Another node shows the same: what one answers is not what is believed.
    expect(await sealed(40, 1, second)).toBeGreaterThanOrEqual(3);

    validators[3]?.process.kill('SIGKILL');
    await anchored(anchorBy(second), head(90_000, 2));
    expect(await sealed(90_000, 2, second)).toBe(3);
  }, 180_000);
});

async function anchored(anchor: Anchor, checkpoint: string): Promise<void> {
  for (let step = 0; step < stepsMax; step += 1) {
    if ((await anchor.step(checkpoint)) === 'anchored') return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error('not anchored in time');
}

/** Judges the file, and counts the validators that sealed its block and the two upon it. */
async function sealed(size: number, seed: number, node: Validator): Promise<number> {
  const { proof } = parseAnchorFile(new Uint8Array(await readFile(join(folder, `${size}.anchor`))));
  const wanted = { log: anchorNameOf(origin), size: BigInt(size), root: root(seed) };
  const block = provedAnchor(proof, wanted);
  expect(() => provedAnchor(proof, { ...wanted, root: root(seed + 9) })).toThrow('evm.proof_wrong');
  const headers = [proof.header];
  for (let number = block.number + 1n; headers.length <= confirmations; number += 1n) {
    headers.push(await headerAt(node, number));
  }
  for (const [at, header] of headers.slice(1).entries()) {
    // Each names the one before: what the young ones seal, the anchor's block is part of.
    const [parent] = listOf(decodeRlp(header));
    expect(stringOf(parent)).toEqual(keccak256(headers[at] ?? new Uint8Array()));
  }
  const genesis = validatorsOfGenesis(await headerAt(node, 0n)).map((one) => one.toLowerCase());
  const sealers = [...(await sealersOf(headers))].map((one) => one.toLowerCase());
  for (const sealer of sealers) expect(genesis).toContain(sealer);
  // Our own verifier says the same of the file alone, without a node and without viem.
  expect(proof.descendants).toEqual(headers.slice(1));
  const addresses = genesis.map((address) => fromHex(address.slice(2)));
  const own = sealedBy([proof.header, ...(proof.descendants ?? [])], { kind: 'clique', addresses });
  expect(own).toMatchObject({
    of: 4,
    needed: 3,
    by: sealers.map((one) => one.slice(2)).toSorted(),
  });
  return sealers.length;
}

/** RLP of a header, as the adapter prints it: by asking for a proof in that block. */
async function headerAt(node: Validator, number: bigint): Promise<Uint8Array> {
  const contract = `0x${'11'.repeat(20)}` as const;
  const chain = new EvmChain({
    rpcUrl: node.rpcUrl,
    chainId,
    contract,
    privateKey: keys[0] ?? '0x',
  });
  const nothing = { log: new Uint8Array(32), size: 1, root: new Uint8Array(32) };
  return (await chain.prove(nothing, number)).header;
}

function root(seed: number): Uint8Array {
  return seededRandom(seed).bytes(32);
}

/** The anchor only reads the head; who signed it is judged before. */
function head(size: number, seed: number): string {
  const signature = toBase64(new Uint8Array(68));
  return `${origin}\n${size}\n${toBase64(root(seed))}\n\n\u2014 ${origin} ${signature}\n`;
}
