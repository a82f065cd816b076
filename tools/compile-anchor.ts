/**
 * Compiles the anchor's contract and writes, or with `--check` compares, its byte code and ABI.
 *
 * The byte code is committed, so that a house needs no compiler; conformance compiles it anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../src/adapters/evm');
const name = 'EvidenceAnchor';
/** Before PUSH0: consortium chains are seldom at the newest fork. */
const evmVersion = 'london';

interface Compiled {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts?: {
    readonly [file: string]: {
      readonly [contract: string]: {
        readonly abi: unknown;
        readonly evm: { readonly bytecode: { readonly object: string } };
      };
    };
  };
}

/** The file as it must stand beside the contract. */
export function compiledAnchor(): string {
  const solc = createRequire(import.meta.url)('solc') as {
    compile(input: string): string;
    version(): string;
  };
  const input = {
    language: 'Solidity',
    sources: { [`${name}.sol`]: { content: readFileSync(join(folder, `${name}.sol`), 'utf8') } },
    settings: {
      evmVersion,
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input))) as Compiled;
  for (const { severity, formattedMessage } of output.errors ?? []) {
    if (severity === 'error') throw new Error(formattedMessage);
    console.error(formattedMessage);
  }
  const contract = output.contracts?.[`${name}.sol`]?.[name];
  if (contract === undefined) throw new Error(`the compiler made no ${name}`);
  const bytecode = `0x${contract.evm.bytecode.object}`;
  const made = { compiler: solc.version(), evmVersion, abi: contract.abi, bytecode };
  return `${JSON.stringify(made, null, 2)}\n`;
}

if (import.meta.main) {
  const file = join(folder, `${name}.json`);
  const compiled = compiledAnchor();
  if (!process.argv.includes('--check')) writeFileSync(file, compiled);
  else if (readFileSync(file, 'utf8') !== compiled) {
    console.error(`${file} is not what the compiler makes of the contract`);
    process.exitCode = 1;
  }
}
