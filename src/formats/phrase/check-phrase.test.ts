import { describe, expect, test } from 'vitest';
import { fromHex } from '#base/bytes';
import { checkPhrase, checkWord, wordsOfPhrase } from './index.ts';

describe('the check phrase', () => {
  test('2048 words, each once, each of two characters', () => {
    const words = Array.from({ length: 2048 }, (_, number) => checkWord(number));
    expect(new Set(words).size).toBe(2048);
    for (const word of words) expect(word).toMatch(/^\p{Script=Han}{2}$/u);
  });

  test('follows the digest bit by bit: the specification counts them the same way', () => {
    expect(checkPhrase(new Uint8Array(32))).toEqual(Array(wordsOfPhrase).fill('红山'));
    expect(checkPhrase(new Uint8Array(32).fill(255))).toEqual(Array(wordsOfPhrase).fill('湿琴'));
    // SHA-256 of "abc", FIPS 180-4: ba7816bf…, the first eleven bits are 10111010011 = 1491.
    const abc = fromHex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(checkPhrase(abc)[0]).toBe(checkWord(1491));
    expect(checkPhrase(abc)).toMatchInlineSnapshot(`
      [
        "宽沙",
        "深雷",
        "软琴",
        "绿桌",
        "绿虎",
        "干兔",
      ]
    `);
  });

  test('every one of the first 66 bits changes the phrase', () => {
    const plain = checkPhrase(new Uint8Array(32)).join();
    for (let bit = 0; bit < 66; bit += 1) {
      const flipped = new Uint8Array(32);
      flipped[bit >> 3] = 1 << (7 - (bit & 7));
      expect(checkPhrase(flipped).join(), `bit ${bit}`).not.toBe(plain);
    }
  });
});
