/**
 * Six words of two characters for the SHA-256 of a file: for people, who compare no hex.
 *
 * Word n of the phrase is bits 11n to 11n+10 of the digest, most significant first: five bits are
 * the quality, six the thing. 66 bits: nobody makes a second file with the same phrase by trying.
 * All qualities sound apart, and all things; docs/specs/check-phrase.md holds the lists.
 */
import { assert } from '#base/fault';

const qualities = [...'红黄蓝绿白黑金银大小高长新老快慢冷热甜苦强软早宽深厚圆方轻亮干湿'];
const things = [
  ...'山水火风云雷雪月星日天地河海井江林泥石沙竹花草叶果米麦豆瓜茶马牛',
  ...'羊狗猫鸡鸭鹅鱼虎龙兔鸟象猴熊门窗桌椅鼓灯钟车船桥路书笔纸刀碗勺琴',
];
const thingBits = 6;
const wordBits = 11;
/** How many words a phrase has. */
export const wordsOfPhrase = 6;
const digestBytes = 32;

/** The words of a SHA-256 digest, in order. */
export function checkPhrase(sha256: Uint8Array): readonly string[] {
  assert(sha256.length === digestBytes, 'a check phrase is made of a SHA-256 digest');
  return Array.from({ length: wordsOfPhrase }, (_, at) => checkWord(bitsAt(sha256, at * wordBits)));
}

/** The word of a number from 0 to 2047. */
export function checkWord(number: number): string {
  const quality = qualities[number >> thingBits] ?? '';
  return quality + (things[number & ((1 << thingBits) - 1)] ?? '');
}

function bitsAt(bytes: Uint8Array, from: number): number {
  let number = 0;
  for (let bit = from; bit < from + wordBits; bit += 1) {
    number = (number << 1) | (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
  }
  return number;
}
