/** Puts the contract on a chain, once per consortium. */
import { readFile } from 'node:fs/promises';
import { createPublicClient, createWalletClient, defineChain, type Hex, http } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { Fault } from '#base/fault';

const compiledFile = new URL('./EvidenceAnchor.json', import.meta.url);
const minedMsMax = 120_000;

/** How a consortium begins: its first members and how long they think about changes. */
export interface Founding {
  readonly rpcUrl: string;
  readonly chainId: bigint;
  readonly privateKey: Hex;
  /** Addresses of the first members; all have one voice each. */
  readonly founders: readonly Hex[];
  /** Between a proposal and its execution. */
  readonly delaySeconds: number;
}

/** Answers the contract's address, once the chain has it. */
export async function deployAnchor(founding: Founding): Promise<Hex> {
  const { abi, bytecode } = JSON.parse(await readFile(compiledFile, 'utf8')) as {
    readonly abi: readonly [];
    readonly bytecode: Hex;
  };
  const chain = defineChain({
    id: Number(founding.chainId),
    name: 'consortium',
    nativeCurrency: { name: 'none', symbol: 'NONE', decimals: 18 },
    rpcUrls: { default: { http: [founding.rpcUrl] } },
  });
  const transport = http(founding.rpcUrl);
  const account = privateKeyToAccount(founding.privateKey);
  const wallet = createWalletClient({ account, chain, transport });
  const args = [founding.founders, BigInt(founding.delaySeconds)] as const;
  const hash = await wallet.deployContract({ abi, bytecode, args });
  const reading = createPublicClient({ chain, transport });
  const { contractAddress, status } = await reading.waitForTransactionReceipt({
    hash,
    timeout: minedMsMax,
  });
  if (status !== 'success' || contractAddress == null) throw new Fault('anchor.refused');
  return contractAddress;
}
