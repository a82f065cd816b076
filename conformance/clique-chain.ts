/**
 * A chain of several validators on this computer: geth 1.13 with Clique (EIP-225), each node with a
 * key of its own. A block needs the signature of one of them, and nobody may sign two of any
 * ⌊N/2⌋+1 blocks in a row.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Hex, hexToBytes, keccak256, recoverAddress, toHex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { decodeRlp, encodeRlp, listOf, stringOf } from '#formats/evm';
import type { Brought } from './brought-judges.ts';
import { ask, available } from './tools-of-others.ts';

const here = import.meta.dirname;
const go = join(here, '../var/judges/go');
/** The last line whose geth still seals blocks under Clique by itself. */
const gethModule = 'github.com/ethereum/go-ethereum/cmd/geth@v1.13.15';
/** A first build compiles a few hundred packages. */
const buildSecondsMax = 900;
const blockSeconds = 1;
const answerMsMax = 5_000;
const startMsMax = 40_000;
const vanityBytes = 32;
const sealBytes = 65;
const extraPlace = 12;

/** geth, built once from the module proxy into `var/judges`. */
export function bringGeth(): Brought<{ readonly geth: string }> {
  const geth = join(go, 'geth');
  if (existsSync(geth)) return { geth };
  if (!available('go')) return { missing: 'go is not on this computer' };
  mkdirSync(go, { recursive: true });
  // Its memory meter links into Go's runtime, which newer linkers refuse unless they are told.
  const words = ['install', '-ldflags=-checklinkname=0', gethModule];
  const built = spawnSync('go', words, {
    env: { ...process.env, GOBIN: go, GOFLAGS: '-buildvcs=false' },
    encoding: 'utf8',
    timeout: buildSecondsMax * 1_000,
  });
  const last = built.stderr.trim().split('\n').at(-1) ?? '';
  return existsSync(geth) ? { geth } : { missing: `geth could not be built: ${last}` };
}

/** One node with its key, and where it answers. */
export interface Validator {
  readonly address: Hex;
  readonly rpcUrl: string;
  readonly process: ChildProcess;
}

/** Starts as many validators as there are keys, connected each with each, and waits for blocks. */
export async function startValidators(order: {
  readonly geth: string;
  readonly folder: string;
  readonly keys: readonly Hex[];
  readonly chainId: bigint;
}): Promise<readonly Validator[]> {
  const { keys, folder } = order;
  const addresses = keys.map((key) => privateKeyToAccount(key).address).toSorted(byBytes);
  const genesis = join(folder, 'genesis.json');
  writeFileSync(genesis, JSON.stringify(genesisOf(order.chainId, addresses)));
  const validators: Validator[] = [];
  for (const [at, key] of keys.entries()) {
    validators.push(await startValidator({ ...order, key, genesis, home: join(folder, `${at}`) }));
  }
  const enodes = await Promise.all(
    validators.map(async ({ rpcUrl }) => {
      const { enode } = (await rpc(rpcUrl, 'admin_nodeInfo')) as { readonly enode: string };
      return enode;
    }),
  );
  for (const { rpcUrl } of validators) {
    for (const enode of enodes) await rpc(rpcUrl, 'admin_addPeer', [enode]);
  }
  return validators;
}

/** Everybody who sealed one of these headers (RLP), by the signature in `extraData`. */
export async function sealersOf(headers: readonly Uint8Array[]): Promise<ReadonlySet<Hex>> {
  const sealers = await Promise.all(headers.map(sealerOf));
  return new Set(sealers);
}

/** EIP-225: the seal is over the Keccak-256 of the header without the seal. */
async function sealerOf(header: Uint8Array): Promise<Hex> {
  const members = listOf(decodeRlp(header));
  const extra = stringOf(members[extraPlace]);
  const unsealed = members.map((member, at) =>
    at === extraPlace ? extra.slice(0, -sealBytes) : member,
  );
  const signature = extra.slice(-sealBytes);
  return recoverAddress({
    hash: keccak256(encodeRlp(unsealed)),
    signature: {
      r: toHex(signature.slice(0, 32)),
      s: toHex(signature.slice(32, 64)),
      yParity: signature[64] ?? 0,
    },
  });
}

/** The validators that the genesis block names, in its `extraData`. */
export function validatorsOfGenesis(header: Uint8Array): readonly Hex[] {
  const extra = stringOf(listOf(decodeRlp(header))[extraPlace]);
  const names = extra.slice(vanityBytes, -sealBytes);
  return Array.from({ length: names.length / 20 }, (_, at) =>
    toHex(names.slice(at * 20, at * 20 + 20)),
  );
}

async function rpc(url: string, method: string, params: readonly unknown[] = []): Promise<unknown> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(answerMsMax),
  });
  const { result, error } = (await answer.json()) as { result?: unknown; error?: unknown };
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

async function startValidator(order: {
  readonly geth: string;
  readonly home: string;
  readonly key: Hex;
  readonly genesis: string;
  readonly chainId: bigint;
}): Promise<Validator> {
  const { geth, home, key, genesis, chainId } = order;
  mkdirSync(home, { recursive: true });
  const [keyFile, password] = [join(home, 'key'), join(home, 'password')];
  writeFileSync(keyFile, key.slice(2));
  writeFileSync(password, 'test');
  const base = ['--datadir', home, '--lightkdf', '--verbosity', '1'];
  must(ask(geth, [...base, 'account', 'import', '--password', password, keyFile]));
  must(ask(geth, [...base, 'init', genesis]));
  const { address } = privateKeyToAccount(key);
  const [web, peers, engine] = [await freePort(), await freePort(), await freePort()];
  const words = [
    `--networkid=${chainId}`,
    '--syncmode=full',
    '--nodiscover',
    '--nat=none',
    '--maxpeers=8',
    '--cache=64',
    `--port=${peers}`,
    `--authrpc.port=${engine}`,
    '--ipcdisable',
    '--http',
    `--http.port=${web}`,
    '--http.api=eth,net,admin',
    '--mine',
    '--miner.gasprice=0',
    `--miner.etherbase=${address}`,
    `--unlock=${address}`,
    `--password=${password}`,
    '--allow-insecure-unlock',
  ];
  const child = spawn(geth, [...base, ...words], { stdio: 'ignore' });
  const rpcUrl = `http://127.0.0.1:${web}`;
  await answering(rpcUrl);
  return { address, rpcUrl, process: child };
}

function genesisOf(chainId: bigint, validators: readonly Hex[]): object {
  const forks = ['homestead', 'eip150', 'eip155', 'eip158', 'byzantium', 'constantinople'];
  const later = ['petersburg', 'istanbul', 'berlin', 'london'];
  const from = [...forks, ...later].map((fork) => [`${fork}Block`, 0] as const);
  const names = validators.map((one) => one.slice(2)).join('');
  return {
    config: {
      chainId: Number(chainId),
      ...Object.fromEntries(from),
      clique: { period: blockSeconds, epoch: 30_000 },
    },
    difficulty: '1',
    gasLimit: '30000000',
    extradata: `0x${'00'.repeat(vanityBytes)}${names}${'00'.repeat(sealBytes)}`,
    alloc: Object.fromEntries(validators.map((one) => [one, { balance: '0x56bc75e2d63100000' }])),
  };
}

async function answering(url: string): Promise<void> {
  const until = performance.now() + startMsMax;
  for (;;) {
    try {
      await rpc(url, 'eth_chainId');
      return;
    } catch (thrown) {
      if (performance.now() > until) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

function must({ code, text }: { code: number; text: string }): void {
  if (code !== 0) throw new Error(text.trim().split('\n').at(-1) ?? 'geth failed');
}

function byBytes(one: Hex, other: Hex): number {
  return Buffer.compare(hexToBytes(one), hexToBytes(other));
}
