/**
 * Packages of a case whose log crossed the border of a half-year, sound and with one thing wrong.
 */
import { generateSoftKey, softSigner } from '#adapters/engine';
import { fromUtf8, utf8 } from '#base/bytes';
import type { BundleFile } from '#formats/bundle';
import { parseOpening, printOpening, type ShardOpening } from '#formats/shard';
import type { SampleHouse } from '../src/trust/verify/own/sample-trust.fixture.ts';
import {
  type Crossing,
  firstTwin,
  shardPackage,
} from '../src/trust/verify/package/sample-shards.fixture.ts';
import type { Mutant, NamedSound } from './stranger-cases.ts';

export async function shardMutants(house: SampleHouse): Promise<{
  readonly sound: readonly NamedSound[];
  readonly mutants: readonly Mutant[];
}> {
  const twins = [0, 1].map(() => softSigner(generateSoftKey('sm2')));
  const [first = softSigner(generateSoftKey('sm2'))] = twins;
  const key = utf8(`${await firstTwin(house, first)}\n`);
  const trust = new Map([...house.trust, [`twins/${house.tenant}.vkey`, key]]);
  const made = async (name: string, crossing: Crossing) => ({
    name,
    bytes: (await shardPackage(house, { twins, ...crossing })).zip,
    trust,
  });
  const sound = [
    await made('over a border', {}),
    await made('over three borders', { borders: [0, 3, 3], twins: [] }),
  ];
  const mutants: Mutant[] = [];
  for (const [name, part, crossing] of lines()) {
    mutants.push({ ...(await made(`border: ${name}`, crossing)), part });
  }
  return { sound, mutants };
}

function lines(): readonly (readonly [string, RegExp, Crossing])[] {
  const close = /^shards\/0001\.close/;
  const open = /^shards\/0001\.open/;
  return [
    ['another key in the closing leaf', close, swapped('shards/0001.close', '2027h1+', '2027h2+')],
    ['a closing leaf of another log', close, { closing: ofAnotherLog }],
    ['behind it a thief signs', open, { thief: softSigner(generateSoftKey('ed25519')) }],
    ['another root', open, naming({ root: new Uint8Array(32) })],
    ['another size', open, naming({ size: 2 })],
    ['another log before', open, naming({ origin: 'log.other/x' })],
    ['another twin before', open, naming({ twinRoot: new Uint8Array(32) })],
    ['too few saw the end', close, { votes: 2 }],
    ['the opening left out', open, without('shards/0001.open')],
    ['the closing proof left out', close, without('shards/0001.close.tlog-proof')],
    ['a border more', /^shards\/0002/, copied('shards/0001.open', 'shards/0002.open')],
    ['a proof moved over the border', /^proofs\/0004/, moved(3, 4)],
    ['an entry hidden behind it', /^entries\/0005/, without('entries/0004.json')],
    ['the twin’s leaf left out', open, without('shards/0001.open-sm3.tlog-proof')],
  ];
}

function texted(leaf: Uint8Array, from: string, to: string): Uint8Array {
  return utf8(fromUtf8(leaf).replace(from, to));
}

function ofAnotherLog(leaf: Uint8Array): Uint8Array {
  const [first = '', , ...rest] = fromUtf8(leaf).split('\n');
  return utf8([first, 'log.other/x', ...rest].join('\n'));
}

function naming(change: Partial<ShardOpening['before']>): Crossing {
  return {
    opening: (leaf) => {
      const says = parseOpening(leaf);
      return printOpening({ ...says, before: { ...says.before, ...change } });
    },
  };
}

function swapped(name: string, from: string, to: string): Crossing {
  return {
    files: (files) =>
      files.map((file) =>
        file.name === name ? { ...file, bytes: texted(file.bytes, from, to) } : file,
      ),
  };
}

function without(name: string): Crossing {
  return { files: (files) => files.filter((file) => file.name !== name) };
}

function copied(name: string, to: string): Crossing {
  return { files: (files) => [...files, { ...named(files, name), name: to }] };
}

const proof = (seq: number): string => `proofs/${String(seq).padStart(4, '0')}.tlog-proof`;

function moved(from: number, to: number): Crossing {
  return {
    files: (files) =>
      files.map((file) =>
        file.name === proof(to) ? { ...file, bytes: named(files, proof(from)).bytes } : file,
      ),
  };
}

function named(files: readonly BundleFile[], name: string): BundleFile {
  return files.find((file) => file.name === name) ?? { name, bytes: utf8('') };
}
