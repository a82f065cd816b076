/**
 * A package that holds what its log says of itself — the twin, a stamped head, an anchor — and the
 * same with one of these papers wrong.
 */
import { generateSoftKey, softSigner } from '#adapters/engine';
import { concat, fromUtf8, utf8 } from '#base/bytes';
import { noteKey, printVkey } from '#formats/tlog';

import type { SampleHouse } from '../src/trust/verify/own/sample-trust.fixture.ts';
import { samplePapers, type Twist } from '../src/trust/verify/package/sample-papers.fixture.ts';
import type { Mutant, Sound } from './stranger-cases.ts';

type Change = (bytes: Uint8Array) => Uint8Array;

/** The sound one, and those that are not. One witness of this house cosigns with ML-DSA-44. */
export async function paperMutants(
  plain: SampleHouse,
): Promise<{ readonly sound: Sound; readonly mutants: readonly Mutant[] }> {
  const house = await withModernWitness(plain);
  const twin = softSigner(generateSoftKey('sm2'));
  const made = async (twist: Twist): Promise<Sound> => {
    const { sample, trust } = await samplePapers(house, twin, twist);
    return { bytes: sample.zip, trust };
  };
  const stories: readonly (readonly [string, RegExp, Twist])[] = [
    ['the twin’s entries in another order', /^twin\//, { twinLeaves: (all) => all.toReversed() }],
    ['an entry more in the twin', /^twin\//, { twinLeaves: (all) => [...all, utf8('one')] }],
    ['another key of the twin', /^twin\//, { twinSigner: softSigner(generateSoftKey('sm2')) }],
    ['an entry without its twin', /^twin\//, without(/^twin\/0003/)],
    ['another place in the twin', /^twin\//, altered(/^twin\/0000/, otherIndex)],
    ['a link to another head', /^twin\//, altered(/^twin\/head\.txt/, oneLineMore)],
    ['half of a link', /^twin\//, without(/^twin\/head-sm3\.consistency/)],
    ['a longer proof of growth', /^twin\//, altered(/^twin\/head\.consistency/, oneLineMore)],
    ['a twin without its checkpoint', /^twin\//, without(/^twin\/checkpoint/)],
    ['heads of another history', /^(heads|anchors)\//, { otherHistory: true }],
    ['a head whose ML-DSA line is bent', /^heads\//, altered(/\.note$/, mldsaBent)],
    ['an entry dated behind the head that holds it', /^heads\//, { datedAhead: 200_000 }],
    ['a torn evidence record', /^heads\//, altered(/\.ers$/, lastBitFlipped)],
    ['a head without its record', /^heads\//, without(/\.ers$/)],
    ['a head without its growth', /^heads\//, without(/^heads\/.*consistency$/)],
    ['a torn anchor', /^anchors/, altered(/\.anchor$/, lastBitFlipped)],
    ['an anchor without its growth', /^anchors/, without(/^anchors\/.*consistency$/)],
    ['growth without its anchor', /^anchors/, without(/\.anchor$/)],
  ];
  const sound = await made({});
  const mutants: Mutant[] = [];
  for (const [name, part, twist] of stories) {
    const { bytes } = await made(twist);
    mutants.push({ name: `papers: ${name}`, part, bytes, trust: sound.trust });
  }
  return { sound, mutants };
}

/** The first witness under its name, with a key of type 0x06. */
async function withModernWitness(house: SampleHouse): Promise<SampleHouse> {
  const [first, ...others] = house.witnesses;
  if (first === undefined) throw new Error('a house has witnesses');
  const signer = softSigner(generateSoftKey('ml-dsa-44'));
  const { name } = first.key;
  const { publicKey } = signer;
  const key = await noteKey({ name, kind: 'mldsa-cosignature', publicKey }, house.engine);
  const trust = new Map(house.trust).set(`witnesses/${name}.vkey`, utf8(`${printVkey(key)}\n`));
  return { ...house, witnesses: [{ key, signer }, ...others], trust };
}

function altered(name: RegExp, by: Change): Twist {
  return {
    files: (papers) =>
      papers.map((file) => (name.test(file.name) ? { ...file, bytes: by(file.bytes) } : file)),
  };
}

function without(name: RegExp): Twist {
  return { files: (papers) => papers.filter((file) => !name.test(file.name)) };
}

function otherIndex(bytes: Uint8Array): Uint8Array {
  return utf8(fromUtf8(bytes).replace('index 2', 'index 3'));
}

function oneLineMore(bytes: Uint8Array): Uint8Array {
  return concat(bytes, utf8(`${'A'.repeat(43)}=\n`));
}

/** The line of the witness with the long signature is the longest; a letter in its middle. */
function mldsaBent(bytes: Uint8Array): Uint8Array {
  const lines = fromUtf8(bytes).split('\n');
  const long = lines.findIndex((line) => line.length > 1_000);
  const line = lines[long] ?? '';
  const letter = line[1_000] === 'A' ? 'B' : 'A';
  lines[long] = line.slice(0, 1_000) + letter + line.slice(1_001);
  return utf8(lines.join('\n'));
}

function lastBitFlipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}
