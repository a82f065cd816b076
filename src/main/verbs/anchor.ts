/**
 * `fubie anchor --log URL|FOLDER --origin NAME --trust DIR --state DIR
 *    --rpc URL --chain-id N --contract 0x… --key FILE [--confirmations N] [--every SECONDS]`
 * `fubie anchor found --rpc URL --chain-id N --key FILE --founder 0x… [--founder 0x…]…
 *    [--delay SECONDS]` puts the contract on a chain and prints its address.
 *
 * A program beside the house, never in the way of a write: it needs the log's public files, a
 * folder of its own and an account on the consortium's chain. With `--state var/anchors/TENANT` (a
 * later half-year's `var/anchors/TENANT/2027h1`, its files below the log's, its origin its own) the
 * house finds the anchors for receipts and packages; `trust/anchor.json` says which contract
 * counts. One step, or one after the other; exit 0 done, 4 with an alarm that stands until it is
 * over.
 */
import { readFile } from 'node:fs/promises';

import { nodeEngine } from '#adapters/engine';
import { deployAnchor, EvmChain, FileAnchorBook } from '#adapters/evm';
import { publicFiles } from '#adapters/witnesses';
import { fromUtf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { parseCheckpoint } from '#formats/tlog';
import { Anchor } from '#trust/anchor';
import { verify } from '#trust/verify';
import { pause } from '../estate/repeat.ts';
import { trustFiles } from '../estate/trust-folder.ts';
import { neededOption, optionsOf, wholeOption } from '../options.ts';

const usualDelaySeconds = 86_400;
const alarmCode = 4;
type Hex = `0x${string}`;

export async function run(args: readonly string[]): Promise<number> {
  if (args[0] === 'found') return found(args);
  const every = wholeOption(args, '--every', 1);
  const anchor = await anchorOf(args);
  const witnessed = await witnessedHeads(args);
  for (;;) {
    const code = await step(anchor, witnessed);
    if (every === undefined) return code;
    await pause(every * 1_000, new AbortController().signal);
  }
}

async function step(anchor: Anchor, witnessed: () => Promise<string>): Promise<number> {
  try {
    process.stdout.write(`${systemClock.now()} ${await anchor.step(await witnessed())}\n`);
    return 0;
  } catch (thrown) {
    const code = faultCode(thrown);
    if (code === undefined) throw thrown;
    process.stderr.write(`${code} ${JSON.stringify((thrown as Fault).details)}\n`);
    return alarmCode;
  }
}

async function anchorOf(args: readonly string[]): Promise<Anchor> {
  const settings = {
    rpcUrl: neededOption(args, '--rpc'),
    chainId: chainIdIn(args),
    contract: hexOf(neededOption(args, '--contract'), 20),
    privateKey: await keyIn(neededOption(args, '--key')),
  };
  const confirmations = wholeOption(args, '--confirmations', 0);
  const finality = confirmations === undefined ? {} : { confirmations };
  return new Anchor({
    clock: systemClock,
    chain: new EvmChain({ ...settings, ...finality }),
    book: new FileAnchorBook(neededOption(args, '--state')),
    chainId: settings.chainId,
  });
}

/** What an anchor stands for must stand without it: the log's signature and the quorum's. */
async function witnessedHeads(args: readonly string[]): Promise<() => Promise<string>> {
  const trust = await trustFiles(neededOption(args, '--trust'));
  const origin = neededOption(args, '--origin');
  const read = publicFiles(neededOption(args, '--log'));
  return async () => {
    const bytes = await read('checkpoint');
    if (bytes === undefined) throw unwitnessed('there is no checkpoint');
    const { is, because = '' } = await verify({ name: 'checkpoint', bytes, trust }, nodeEngine);
    const text = fromUtf8(bytes);
    if (is !== 'valid') throw unwitnessed(because);
    if (parseCheckpoint(text).origin !== origin) throw unwitnessed('another origin');
    return text;
  };
}

function unwitnessed(why: string): Fault {
  return new Fault('anchor.log_unwitnessed', { why }, { retryable: true });
}

async function found(args: readonly string[]): Promise<number> {
  const contract = await deployAnchor({
    rpcUrl: neededOption(args, '--rpc'),
    chainId: chainIdIn(args),
    privateKey: await keyIn(neededOption(args, '--key')),
    founders: optionsOf(args, '--founder').map((address) => hexOf(address, 20)),
    delaySeconds: wholeOption(args, '--delay', 0) ?? usualDelaySeconds,
  });
  process.stdout.write(`${contract}\n`);
  return 0;
}

function chainIdIn(args: readonly string[]): bigint {
  const text = neededOption(args, '--chain-id');
  if (!/^\d{1,18}$/.test(text)) throw new Fault('main.usage', { needs: '--chain-id N' });
  return BigInt(text);
}

async function keyIn(path: string): Promise<Hex> {
  return hexOf((await readFile(path, 'utf8')).trim(), 32);
}

function hexOf(text: string, bytes: number): Hex {
  if (!new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`).test(text)) {
    throw new Fault('main.usage', { needs: `0x and ${bytes * 2} hex digits` });
  }
  return text as Hex;
}
