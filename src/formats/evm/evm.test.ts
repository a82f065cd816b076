import { keccak_256 } from '@noble/hashes/sha3.js';
import { describe, expect, test } from 'vitest';

import { fromHex, fromLatin1, toHex, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import {
  decodeRlp,
  encodeRlp,
  keccak256,
  numberOfRlp,
  parseAnchorFile,
  parseHeader,
  printAnchorFile,
  provedValue,
  type Rlp,
  rlpNumber,
} from './index.ts';

describe('RLP', () => {
  // The Yellow Paper's and the wiki's own examples.
  test.each<[string, Rlp, string]>([
    ['dog', utf8('dog'), '83646f67'],
    ['cat, dog', [utf8('cat'), utf8('dog')], 'c88363617483646f67'],
    ['nothing', new Uint8Array(), '80'],
    ['no items', [], 'c0'],
    ['fifteen', rlpNumber(15n), '0f'],
    ['1024', rlpNumber(1_024n), '820400'],
    ['three', [[], [[]], [[], [[]]]], 'c7c0c1c0c3c0c1c0'],
  ])('%s is written and read as the paper has it', (_name, value, hex) => {
    expect(toHex(encodeRlp(value))).toBe(hex);
    expect(decodeRlp(fromHex(hex))).toEqual(value);
  });

  test('56 letters have a length of their own', () => {
    const text = utf8('Lorem ipsum dolor sit amet, consectetur adipisicing elit');
    expect(toHex(encodeRlp(text)).slice(0, 4)).toBe('b838');
    expect(decodeRlp(encodeRlp(text))).toEqual(text);
  });

  test.each([
    ['a byte with a head', '8105'],
    ['a long length for few bytes', 'b801ff'],
    ['a length with a leading zero', 'b90038'],
    ['an early end', '83646f'],
    ['bytes behind', '83646f6700'],
    ['nothing at all', ''],
    ['a list that ends within an item', 'c283646f67'],
  ])('%s is refused', (_name, hex) => {
    expect(() => decodeRlp(fromHex(hex))).toThrow('evm.malformed');
  });

  test('lists in lists end somewhere, and a number has no leading zero', () => {
    const deep = fromHex('c8c7c6c5c4c3c2c1c0');
    expect(() => decodeRlp(deep)).toThrow('evm.malformed');
    expect(() => numberOfRlp(fromHex('0001'))).toThrow('evm.malformed');
  });
});

describe('Keccak-256', () => {
  test.each([0, 1, 3, 55, 135, 136, 137, 271, 272, 1_000])(
    'of %i bytes as another program',
    (length) => {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 37) & 0xff);
      expect(toHex(keccak256(bytes))).toBe(toHex(keccak_256(bytes)));
    },
  );
});

describe('a trie', () => {
  const dog = fromLatin1('dog');
  const puppy = utf8('a puppy whose name is long enough to have a node of its own');

  test('a leaf alone holds its value and proves the absence of another', () => {
    // Hex prefix of an even leaf: 20, then the key.
    const leaf = encodeRlp([Uint8Array.of(0x20, ...dog), puppy]);
    const root = keccak256(leaf);
    expect(provedValue({ root, key: dog, nodes: [leaf] })).toEqual(puppy);
    const cat = fromLatin1('cat');
    expect(provedValue({ root, key: cat, nodes: [leaf] })).toBeUndefined();
  });

  test('nodes that are missing, left over or others lead nowhere', () => {
    const leaf = encodeRlp([Uint8Array.of(0x20, ...dog), puppy]);
    const root = keccak256(leaf);
    for (const nodes of [[], [leaf, leaf], [encodeRlp([Uint8Array.of(0x20), puppy])]]) {
      expect(() => provedValue({ root, key: dog, nodes })).toThrow('evm.proof_wrong');
    }
  });
});

describe('files and headers', () => {
  const proof = {
    chain: 31_337n,
    contract: new Uint8Array(20).fill(1),
    header: utf8('header'),
    account: [utf8('one'), utf8('two')],
    storage: [utf8('three')],
  };

  test('an anchor’s file is read back as it was printed, and not otherwise', () => {
    const file = { checkpoint: 'origin\n1\nroot\n', proof };
    expect(parseAnchorFile(printAnchorFile(file))).toEqual(file);
    expect(() => parseAnchorFile(canonicalBytes({ v: 1 }))).toThrow('evm.malformed');
    const more = canonicalBytes({
      ...JSON.parse(new TextDecoder().decode(printAnchorFile(file))),
      w: 1,
    });
    expect(() => parseAnchorFile(more)).toThrow('evm.malformed');
  });

  test('a list too short for a header is none', () => {
    expect(() => parseHeader(encodeRlp([utf8('x')]))).toThrow('evm.malformed');
  });
});
