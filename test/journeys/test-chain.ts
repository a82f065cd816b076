/**
 * A single-node test chain (anvil) with the house's contract on it, and one log anchored there as
 * `fubie anchor` does it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { privateKeyToAccount } from 'viem/accounts';

import { deployAnchor, EvmChain, FileAnchorBook } from '#adapters/evm';
import { canonicalBytes } from '#base/canonical';
import { systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { Anchor } from '#trust/anchor';
import { anchorFolder, logFolder } from '../../src/main/estate/trust-folder.ts';
import type { Guest } from '../guest.ts';

const chainId = 20_261n;
const stepsMax = 20;
const confirmations = 1;
const privateKey = `0x${'5a'.repeat(32)}` as const;

export class TestChain {
  readonly #node: ChildProcess;
  readonly #rpcUrl: string;
  #contract: `0x${string}` = '0x';

  private constructor(node: ChildProcess, rpcUrl: string) {
    this.#node = node;
    this.#rpcUrl = rpcUrl;
  }

  static async open(): Promise<TestChain> {
    const program = createRequire(import.meta.url).resolve('@foundry-rs/anvil/bin.mjs');
    const words = ['--port', '0', '--chain-id', String(chainId), '--accounts', '0', '--no-cors'];
    const node = spawn(process.execPath, [program, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const rpcUrl = await new Promise<string>((resolve, reject) => {
      let heard = '';
      node.stdout.on('data', (bytes: Buffer) => {
        heard += bytes.toString();
        const [, address] = /Listening on (\S+)/.exec(heard) ?? [];
        if (address !== undefined) resolve(`http://${address}`);
      });
      node.once('error', reject);
      node.once('exit', () => reject(new Error(heard)));
    });
    const chain = new TestChain(node, rpcUrl);
    const { address } = privateKeyToAccount(privateKey);
    await chain.#ask('anvil_setBalance', [address, '0x56bc75e2d63100000']);
    const founding = { rpcUrl, chainId, privateKey, founders: [address], delaySeconds: 86_400 };
    chain.#contract = await deployAnchor(founding);
    return chain;
  }

  /** The trust folder's anchor.json; its name is what a report says (law 10). */
  get trusted(): Uint8Array {
    const name = 'anchor: single-node test chain';
    const contract = this.#contract.slice(2).toLowerCase();
    return canonicalBytes({ v: 1, chain: String(chainId), contract, name });
  }

  /** Brings the head that the log shows now onto the chain and its anchor into the house. */
  async anchor(world: Guest, tenant: TenantId): Promise<void> {
    const anchor = new Anchor({
      clock: systemClock,
      chain: new EvmChain({
        rpcUrl: this.#rpcUrl,
        chainId,
        contract: this.#contract,
        privateKey,
        confirmations,
      }),
      book: new FileAnchorBook(anchorFolder(world.trust, tenant)),
      chainId,
    });
    const shown = await readFile(join(logFolder(world.trust, tenant), 'checkpoint'), 'utf8');
    for (let steps = 0; steps < stepsMax; steps += 1) {
      if ((await anchor.step(shown)) === 'anchored') return;
      await this.#ask('anvil_mine', ['0x2']);
    }
    throw new Error('the head was not anchored');
  }

  close(): void {
    this.#node.kill();
  }

  async #ask(method: string, params: readonly string[]): Promise<void> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const headers = { 'content-type': 'application/json' };
    await fetch(this.#rpcUrl, { method: 'POST', headers, body });
  }
}
