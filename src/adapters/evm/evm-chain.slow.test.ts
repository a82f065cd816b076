/**
 * Heads on a chain and back, against a real node of a single-node test chain (anvil): what it
 * answers, what it loses, and what it refuses. Blocks are made by hand, so nothing waits.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createTestClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  type Hex,
  http,
  parseAbi,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { toBase64, toHex } from '#base/bytes';
import { addMs, type Clock, parseInstant } from '#base/clock';
import { seededRandom } from '#base/random';
import {
  type AnchoredHead,
  type AnchorProof,
  anchorNameOf,
  keccak256,
  parseAnchorFile,
  provedAnchor,
} from '#formats/evm';
import { Anchor } from '#trust/anchor';
import { deployAnchor, EvmChain, FileAnchorBook } from './index.ts';

const chainId = 20_260n;
const confirmations = 2;
const random = seededRandom(20_261_122);
const abi = parseAbi([
  'function propose(uint8 change, address subject, bytes32 log) returns (uint256)',
  'function agree(uint256 id)',
  'function execute(uint256 id)',
]);
const convict = 3;
const dayMs = 86_400_000;
const day = 86_400;

let node: ChildProcess;
let rpcUrl: string;
let contract: Hex;
let folder: string;
const members = Array.from({ length: 3 }, () => `0x${toHex(random.bytes(32))}` as const);
const founders = members.map((key) => privateKeyToAccount(key).address);
let chain: ReturnType<typeof testChain>;

class MovableClock implements Clock {
  readonly source = 'TEST_CLOCK';
  at = parseInstant('2026-11-22T10:00:00.000+08:00');
  now() {
    return this.at;
  }
  pass(ms: number): void {
    this.at = addMs(this.at, ms);
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-anchor-'));
  ({ node, rpcUrl } = await startNode());
  chain = testChain();
  for (const address of founders) await chain.setBalance({ address, value: 10n ** 20n });
  const [privateKey = '0x'] = members;
  const founding = { rpcUrl, chainId, privateKey, founders, delaySeconds: day };
  contract = await deployAnchor(founding);
  await chain.setAutomine(false);
}, 60_000);

afterAll(async () => {
  node.kill();
  await rm(folder, { recursive: true, force: true });
});

describe('a head goes onto the chain and a proof comes back', () => {
  test('not before its block is final, and then any stranger can check it', async () => {
    const { anchor, bookFolder } = open('stranger.example/log');
    const checkpoint = head('stranger.example/log', 40, 1);
    expect(await anchor.step(checkpoint)).toBe('sent');
    expect(await anchor.step(checkpoint)).toBe('waiting');
    await chain.mine({ blocks: 1 });
    expect(await anchor.step(checkpoint)).toBe('waiting');
    await chain.mine({ blocks: confirmations });
    expect(await anchor.step(checkpoint)).toBe('anchored');
    expect(await anchor.step(checkpoint)).toBe('idle');
    const file = new Uint8Array(await readFile(join(bookFolder, '40.anchor')));
    const { proof, checkpoint: kept } = parseAnchorFile(file);
    expect(kept).toBe(checkpoint);
    const log = anchorNameOf('stranger.example/log');
    const wanted = { log, size: 40n, root: root(1) };
    const header = provedAnchor(proof, wanted);
    expect(header.number).toBeGreaterThan(0n);
    for (const lie of [{ root: root(2) }, { size: 41n }, { log: root(3) }]) {
      expect(() => provedAnchor(proof, { ...wanted, ...lie })).toThrow('evm.proof_wrong');
    }
  });

  test('a flipped byte anywhere in the proof leads nowhere', async () => {
    const file = await readFile(join(folder, 'stranger.example-log', '40.anchor'));
    const { proof } = parseAnchorFile(new Uint8Array(file));
    const log = anchorNameOf('stranger.example/log');
    const wanted = { log, size: 40n, root: root(1) };
    const parts = [proof.header, ...proof.account, ...proof.storage];
    for (const [which, part] of parts.entries()) {
      for (let round = 0; round < 8; round += 1) {
        const at = (random.bytes(2)[0] ?? 0) % part.length;
        const bent = part.slice();
        bent[at] = (bent[at] ?? 0) ^ 1;
        const [header = bent, ...nodes] = parts.map((one, place) => (place === which ? bent : one));
        const account = nodes.slice(0, proof.account.length);
        const storage = nodes.slice(proof.account.length);
        const judged = judgedHash({ ...proof, header, account, storage }, wanted);
        // A header bent outside the state root still leads there: as another block.
        if (which > 0) expect(judged).toBe('refused');
        else expect(judged).not.toBe(toHex(keccak256(proof.header)));
      }
    }
  });

  test('heads that are not due wait: a minute, or ten thousand entries', async () => {
    const origin = 'often.example/log';
    const { anchor, clock } = open(origin);
    await anchored(anchor, head(origin, 10, 1));
    expect(await anchor.step(head(origin, 12, 2))).toBe('idle');
    expect(await anchor.step(head(origin, 10_010, 3))).toBe('sent');
    await chain.mine({ blocks: 1 + confirmations });
    expect(await anchor.step(head(origin, 10_010, 3))).toBe('anchored');
    expect(await anchor.step(head(origin, 10_012, 4))).toBe('idle');
    clock.pass(60_000);
    expect(await anchor.step(head(origin, 10_012, 4))).toBe('sent');
  });
});

describe('what the chain loses', () => {
  test('a block that is replaced takes the head along, and it comes back', async () => {
    const origin = 'reorg.example/log';
    const { anchor, clock } = open(origin);
    const checkpoint = head(origin, 7, 1);
    expect(await anchor.step(checkpoint)).toBe('sent');
    await chain.mine({ blocks: 1 });
    expect(await anchor.step(checkpoint)).toBe('waiting');
    await ask('anvil_reorg', [1, []]);
    await ask('anvil_dropAllTransactions', []);
    expect(await anchor.step(checkpoint)).toBe('waiting');
    clock.pass(120_000);
    expect(await anchor.step(checkpoint)).toBe('sent');
    await chain.mine({ blocks: 1 + confirmations });
    expect(await anchor.step(checkpoint)).toBe('anchored');
  });

  test('an hour without a block costs the hour, and nothing else', async () => {
    const origin = 'halt.example/log';
    const { anchor, clock } = open(origin);
    const checkpoint = head(origin, 9, 1);
    expect(await anchor.step(checkpoint)).toBe('sent');
    for (let minute = 0; minute < 60; minute += 10) {
      clock.pass(600_000);
      expect(await anchor.step(head(origin, 10 + minute, minute))).toBe('waiting');
    }
    await chain.mine({ blocks: 1 + confirmations });
    expect(await anchor.step(checkpoint)).toBe('anchored');
  });

  test('who died between writing down and sending sends it after his restart, once', async () => {
    const origin = 'crash.example/log';
    const { bookFolder } = open(origin);
    const checkpoint = head(origin, 5, 1);
    const book = new FileAnchorBook(bookFolder);
    const sent = { checkpoint, sentAt: new MovableClock().at, transaction: undefined };
    await book.save({ sent, anchoredSize: 0, anchoredAt: undefined });
    const { anchor } = open(origin);
    expect(await anchor.step(checkpoint)).toBe('sent');
    await chain.mine({ blocks: 1 + confirmations });
    expect(await anchor.step(checkpoint)).toBe('anchored');
    expect(await readdir(bookFolder)).toEqual(['5.anchor', 'state.json']);
  });
});

describe('what is refused', () => {
  test('another root for a size, whoever signed it: a fork in the eyes of the chain', async () => {
    const origin = 'fork.example/log';
    await anchored(open(origin).anchor, head(origin, 20, 1));
    const other = open(origin, { book: 'fork-again' });
    await expect(other.anchor.step(head(origin, 20, 2))).rejects.toThrow('anchor.other_root');
  });

  test('a log that is smaller than what the chain holds of it was set back', async () => {
    const origin = 'back.example/log';
    await anchored(open(origin).anchor, head(origin, 20, 1));
    const restored = open(origin, { book: 'back-again' });
    await expect(restored.anchor.step(head(origin, 15, 2))).rejects.toThrow('anchor.log_behind');
  });

  test('a log that another member keeps: the contract reverts and the step says so', async () => {
    const origin = 'kept.example/log';
    await anchored(open(origin).anchor, head(origin, 3, 1));
    const [, other = '0x'] = members;
    const stranger = open(origin, { book: 'kept-again', privateKey: other });
    expect(await stranger.anchor.step(head(origin, 4, 2))).toBe('sent');
    await chain.mine({ blocks: 1 });
    await expect(stranger.anchor.step(head(origin, 4, 2))).rejects.toThrow('anchor.refused');
  });

  test('another chain than the one agreed on, before anything is sent', async () => {
    const { anchor } = open('chain.example/log', { expected: 1n });
    await expect(anchor.step(head('chain.example/log', 1, 1))).rejects.toThrow(
      'anchor.wrong_chain',
    );
  });

  test.each([
    ['nobody', '0x'],
    ['code that answers with one word', '0x60015f5260205ff3'],
    ['code that reverts', '0x5f5ffd'],
  ])(
    '%s at the contract’s address: said so before anything is sent, not as silence',
    async (_, code) => {
      const address = `0x${'9'.repeat(40)}` as const;
      await chain.setCode({ address, bytecode: code as Hex });
      const { anchor } = open('wrong.example/log', { address });
      await expect(anchor.step(head('wrong.example/log', 1, 1))).rejects.toMatchObject({
        code: 'anchor.wrong_contract',
        retryable: false,
      });
    },
  );

  test('a node that does not answer is an alarm to try again, and loses nothing', async () => {
    const origin = 'silent.example/log';
    const { anchor } = open(origin, { url: 'http://127.0.0.1:9' });
    await expect(anchor.step(head(origin, 1, 1))).rejects.toMatchObject({
      code: 'anchor.unreachable',
      retryable: true,
    });
  });
});

describe('the members decide together', () => {
  test('a log is convicted by more than half of them, after the delay, and by nobody alone', async () => {
    const origin = 'convicted.example/log';
    const { anchor, clock } = open(origin);
    await anchored(anchor, head(origin, 8, 1));
    const log = `0x${toHex(anchorNameOf(origin))}` as const;
    const [first = '0x', second = '0x'] = members;
    const nobody = founders[2] ?? '0x';
    const execute = encodeFunctionData({ abi, functionName: 'execute', args: [0n] });
    await act(
      first,
      encodeFunctionData({ abi, functionName: 'propose', args: [convict, nobody, log] }),
    );
    expect(await act(first, execute)).toBe('reverted');
    await act(second, encodeFunctionData({ abi, functionName: 'agree', args: [0n] }));
    expect(await act(second, execute)).toBe('reverted');
    await chain.increaseTime({ seconds: day });
    await chain.mine({ blocks: 1 });
    expect(await act(second, execute)).toBe('success');
    clock.pass(dayMs);
    expect(await anchor.step(head(origin, 9, 2))).toBe('sent');
    await chain.mine({ blocks: 1 });
    await expect(anchor.step(head(origin, 9, 2))).rejects.toThrow('anchor.refused');
  });
});

interface Opening {
  readonly book?: string;
  readonly privateKey?: Hex;
  readonly expected?: bigint;
  readonly url?: string;
  readonly address?: Hex;
}

function open(origin: string, how: Opening = {}) {
  const [founder = '0x'] = members;
  const { book = origin.replace('/', '-'), privateKey = founder, expected, url } = how;
  const clock = new MovableClock();
  const bookFolder = join(folder, book);
  const settings = {
    rpcUrl: url ?? rpcUrl,
    chainId,
    contract: how.address ?? contract,
    privateKey,
    confirmations,
  };
  const anchor = new Anchor({
    clock,
    chain: new EvmChain(settings),
    book: new FileAnchorBook(bookFolder),
    chainId: expected ?? chainId,
  });
  return { anchor, clock, bookFolder };
}

function judgedHash(proof: AnchorProof, wanted: AnchoredHead): string {
  try {
    return toHex(provedAnchor(proof, wanted).hash);
  } catch {
    return 'refused';
  }
}

async function anchored(anchor: Anchor, checkpoint: string): Promise<void> {
  expect(await anchor.step(checkpoint)).toBe('sent');
  await chain.mine({ blocks: 1 + confirmations });
  expect(await anchor.step(checkpoint)).toBe('anchored');
}

function root(seed: number): Uint8Array {
  return seededRandom(seed).bytes(32);
}

/** The anchor only reads the head; who signed it is judged before. */
function head(origin: string, size: number, seed: number): string {
  const signature = toBase64(new Uint8Array(68));
  return `${origin}\n${size}\n${toBase64(root(seed))}\n\n\u2014 ${origin} ${signature}\n`;
}

function testChain() {
  return createTestClient({
    mode: 'anvil',
    transport: http(rpcUrl),
    chain: consortium(),
  });
}

function consortium() {
  const nativeCurrency = { name: 'none', symbol: 'NONE', decimals: 18 };
  const rpcUrls = { default: { http: [rpcUrl] } };
  return defineChain({ id: Number(chainId), name: 'test', nativeCurrency, rpcUrls });
}

async function ask(method: string, params: readonly unknown[]): Promise<void> {
  await chain.request({ method, params } as never);
}

async function act(key: Hex, data: Hex): Promise<string> {
  const account = privateKeyToAccount(key);
  const wallet = createWalletClient({ account, chain: consortium(), transport: http(rpcUrl) });
  const hash = await wallet.sendTransaction({ to: contract, data, gas: 500_000n });
  await chain.mine({ blocks: 1 });
  const answer = (await chain.request({
    method: 'eth_getTransactionReceipt',
    params: [hash],
  } as never)) as { status: string };
  return answer.status === '0x1' ? 'success' : 'reverted';
}

function startNode(): Promise<{ node: ChildProcess; rpcUrl: string }> {
  const program = createRequire(import.meta.url).resolve('@foundry-rs/anvil/bin.mjs');
  const words = ['--port', '0', '--chain-id', String(chainId), '--accounts', '0', '--no-cors'];
  const child = spawn(process.execPath, [program, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let heard = '';
    child.stdout.on('data', (bytes: Buffer) => {
      heard += bytes.toString();
      const [, address] = /Listening on (\S+)/.exec(heard) ?? [];
      if (address !== undefined) resolve({ node: child, rpcUrl: `http://${address}` });
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(heard)));
  });
}
