/**
 * The contract of EvidenceAnchor.sol over JSON-RPC, by viem.
 *
 * The account's key signs here and nowhere else; it can anchor heads and do nothing to people.
 */
import {
  BaseError,
  createPublicClient,
  createWalletClient,
  defineChain,
  type Hex,
  hexToBytes,
  http,
  keccak256,
  type PublicClient,
  parseAbi,
  TransactionReceiptNotFoundError,
  toHex,
} from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

import { Fault } from '#base/fault';
import { type AnchorProof, anchorSlot, encodeRlp, type Rlp, rlpNumber } from '#formats/evm';
import type { AnchorChain, ChainHead, Outcome } from '#trust/anchor';

const answerMsMax = 10_000;
const retriesMax = 1;
const abi = parseAbi([
  'function anchor(bytes32 log, uint64 size, bytes32 root)',
  'function rootOf(bytes32 log, uint64 size) view returns (bytes32)',
  'function heads(bytes32 log) view returns (uint64 size, address keeper, bool convicted)',
]);
const noRoot = /^0x0+$/;
/** What viem throws over an answer that has no bytes, or not those of such a function. */
const unreadableAnswers = new Set([
  'AbiDecodingDataSizeTooSmallError',
  'AbiDecodingZeroDataError',
  'ContractFunctionZeroDataError',
  'PositionOutOfBoundsError',
]);
/** Members that forks added to the header, in their order; a chain has the first few of them. */
const laterMembers = [
  ['baseFeePerGas', 'number'],
  ['withdrawalsRoot', 'bytes'],
  ['blobGasUsed', 'number'],
  ['excessBlobGas', 'number'],
  ['parentBeaconBlockRoot', 'bytes'],
  ['requestsHash', 'bytes'],
] as const;

/** Which contract on which chain, and whose account speaks to it. */
export interface EvmChainSettings {
  readonly rpcUrl: string;
  readonly chainId: bigint;
  /** 0x and 40 hex digits. */
  readonly contract: Hex;
  /** 0x and 64 hex digits, secp256k1. */
  readonly privateKey: Hex;
  /** For chains without the tag `finalized`: so many blocks on top of one make it final. */
  readonly confirmations?: number;
}

export class EvmChain implements AnchorChain {
  readonly #settings: EvmChainSettings;
  readonly #reading: PublicClient;
  readonly #writing: ReturnType<typeof walletOf>;

  constructor(settings: EvmChainSettings) {
    this.#settings = settings;
    const { rpcUrl } = settings;
    const transport = http(rpcUrl, { timeout: answerMsMax, retryCount: retriesMax });
    this.#reading = createPublicClient({ transport });
    this.#writing = walletOf(settings);
  }

  async chainId(): Promise<bigint> {
    return BigInt(await reached(this.#reading.getChainId()));
  }

  async sizeOf(log: Uint8Array): Promise<number> {
    const { contract: address } = this.#settings;
    const asked = { address, abi, functionName: 'heads', args: [toHex(log)] } as const;
    const [size] = await told(this.#reading.readContract(asked), address);
    return Number(size);
  }

  async rootOf(log: Uint8Array, size: number): Promise<Uint8Array | undefined> {
    const { contract: address } = this.#settings;
    const args = [toHex(log), BigInt(size)] as const;
    const asked = { address, abi, functionName: 'rootOf', args } as const;
    const root = await told(this.#reading.readContract(asked), address);
    return noRoot.test(root) ? undefined : hexToBytes(root);
  }

  send({ log, size, root }: ChainHead): Promise<string> {
    const { contract: address } = this.#settings;
    const args = [toHex(log), BigInt(size), toHex(root)] as const;
    // The node's estimate would refuse what must be seen as a reverted transaction later.
    const gas = 200_000n;
    const order = { address, abi, functionName: 'anchor', args, gas } as const;
    return reached(this.#writing.writeContract(order));
  }

  async outcomeOf(transaction: string): Promise<Outcome> {
    const hash = transaction as Hex;
    try {
      const receipt = await this.#reading.getTransactionReceipt({ hash });
      if (receipt.status === 'reverted') return { is: 'reverted' };
      return { is: 'included', block: receipt.blockNumber };
    } catch (thrown) {
      if (!(thrown instanceof TransactionReceiptNotFoundError)) throw unreachable(thrown);
    }
    const isKnown = await this.#reading.getTransaction({ hash }).then(
      () => true,
      () => false,
    );
    return { is: isKnown ? 'waiting' : 'unknown' };
  }

  async finalBlock(): Promise<bigint> {
    const { confirmations } = this.#settings;
    if (confirmations === undefined) {
      const { number } = await reached(this.#reading.getBlock({ blockTag: 'finalized' }));
      return number;
    }
    const newest = await reached(this.#reading.getBlockNumber({ cacheTime: 0 }));
    const final = newest - BigInt(confirmations);
    return final > 0n ? final : 0n;
  }

  async prove(head: ChainHead, block: bigint): Promise<AnchorProof> {
    const { contract, chainId } = this.#settings;
    const number = `0x${block.toString(16)}` as const;
    const slot = toHex(anchorSlot({ log: head.log, size: BigInt(head.size) }));
    const request = this.#reading.request;
    const proof = await reached(
      request({ method: 'eth_getProof', params: [contract, [slot], number] }),
    );
    return {
      chain: chainId,
      contract: hexToBytes(contract),
      header: await this.#header(block),
      account: proof.accountProof.map((node) => hexToBytes(node)),
      storage: (proof.storageProof[0]?.proof ?? []).map((node) => hexToBytes(node)),
      ...(await this.#descendants(block)),
    };
  }

  /** Where a block counts by those upon it, they are shown: their seals stand for it. */
  async #descendants(block: bigint): Promise<Pick<AnchorProof, 'descendants'>> {
    const { confirmations = 0 } = this.#settings;
    const newest = await reached(this.#reading.getBlockNumber({ cacheTime: 0 }));
    const last = BigInt(Math.min(confirmations, Number(newest - block)));
    const headers: Uint8Array[] = [];
    for (let above = 1n; above <= last; above += 1n)
      headers.push(await this.#header(block + above));
    return headers.length === 0 ? {} : { descendants: headers };
  }

  async #header(block: bigint): Promise<Uint8Array> {
    const number = `0x${block.toString(16)}` as const;
    const { request } = this.#reading;
    const raw = await reached(request({ method: 'eth_getBlockByNumber', params: [number, false] }));
    return headerOf(raw as unknown as Readonly<Record<string, unknown>>);
  }
}

function walletOf({ rpcUrl, chainId, privateKey }: EvmChainSettings) {
  const chain = defineChain({
    id: Number(chainId),
    name: 'consortium',
    nativeCurrency: { name: 'none', symbol: 'NONE', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  });
  const transport = http(rpcUrl, { timeout: answerMsMax, retryCount: 0 });
  return createWalletClient({ account: privateKeyToAccount(privateKey), chain, transport });
}

/** A block as the node tells it, written again as its header; the proof says whether it is one. */
function headerOf(block: Readonly<Record<string, unknown>>): Uint8Array {
  const bytes = (name: string): Rlp => hexToBytes(hexIn(block, name));
  const number = (name: string): Rlp => rlpNumber(BigInt(hexIn(block, name)));
  const members: Rlp[] = [
    bytes('parentHash'),
    bytes('sha3Uncles'),
    bytes('miner'),
    bytes('stateRoot'),
    bytes('transactionsRoot'),
    bytes('receiptsRoot'),
    bytes('logsBloom'),
    number('difficulty'),
    number('number'),
    number('gasLimit'),
    number('gasUsed'),
    number('timestamp'),
    bytes('extraData'),
    bytes('mixHash'),
    bytes('nonce'),
  ];
  for (const [name, kind] of laterMembers) {
    if (block[name] === undefined || block[name] === null) break;
    members.push(kind === 'number' ? number(name) : bytes(name));
  }
  const header = encodeRlp(members);
  if (keccak256(header) !== block['hash']) throw new Fault('anchor.proof_wrong', { why: 'header' });
  return header;
}

function hexIn(block: Readonly<Record<string, unknown>>, name: string): Hex {
  const value = block[name];
  if (typeof value !== 'string' || !/^0x[0-9a-f]*$/.test(value)) {
    throw new Fault('anchor.proof_wrong', { why: name });
  }
  return value as Hex;
}

/**
 * What the contract itself says. A node that answers, with nothing or with what no such contract
 * says, was asked at the wrong address: waiting for it would be waiting for ever.
 */
async function told<T>(asked: Promise<T>, contract: Hex): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    if (!isContractSilent(thrown)) throw unreachable(thrown);
    throw new Fault('anchor.wrong_contract', { contract }, { cause: thrown });
  }
}

/** A node that is ill also says `internal error`: only an answer of the address itself counts. */
function isContractSilent(thrown: unknown): boolean {
  if (!(thrown instanceof BaseError)) return false;
  const said = thrown.walk(
    (cause) =>
      cause instanceof BaseError &&
      (unreadableAnswers.has(cause.name) || /execution reverted/i.test(cause.details)),
  );
  return said !== null;
}

async function reached<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    throw unreachable(thrown);
  }
}

function unreachable(cause: unknown): Fault {
  return new Fault('anchor.unreachable', {}, { cause, retryable: true });
}
