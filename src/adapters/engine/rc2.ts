/**
 * RC2 in CBC mode (RFC 2268), for reading alone: Windows and old OpenSSL protect certificates in
 * PKCS#12 files with its 40-bit form, and today's OpenSSL no longer brings it along. What is read
 * with it is public; the key of such a file lies under Triple-DES.
 */

/** The permutation of §2, made of the digits of pi. */
const permutation = Buffer.from(
  [
    'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2',
    '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82',
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626',
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7',
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec',
    'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731',
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9',
    '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  ].join(''),
  'hex',
);

const blockBytes = 8;
const expandedBytes = 128;
const turns = [1, 2, 3, 5]; // of each word, in bits
const mixes = [5, 6, 5]; // rounds between the two that mash, backwards as forwards

/** Without padding; as many effective key bits as the key has. */
export function decryptRc2(key: Uint8Array, vector: Uint8Array, bytes: Uint8Array): Uint8Array {
  const words = expand(key);
  const out = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % blockBytes)));
  let chain = Buffer.from(vector);
  for (let at = 0; at < out.length; at += blockBytes) {
    const block = out.subarray(at, at + blockBytes);
    const next = Buffer.from(block);
    decryptBlock(block, words);
    for (let place = 0; place < blockBytes; place += 1) {
      block[place] = (block[place] ?? 0) ^ (chain[place] ?? 0);
    }
    chain = next;
  }
  return out;
}

function pi(index: number): number {
  return permutation[index & 0xff] ?? 0;
}

/** §2: 64 words of two bytes. */
function expand(key: Uint8Array): Uint16Array {
  const bytes = new Uint8Array(expandedBytes);
  bytes.set(key);
  for (let at = key.length; at < expandedBytes; at += 1) {
    bytes[at] = pi((bytes[at - 1] ?? 0) + (bytes[at - key.length] ?? 0));
  }
  const effective = key.length;
  bytes[expandedBytes - effective] = pi(bytes[expandedBytes - effective] ?? 0);
  for (let at = expandedBytes - effective - 1; at >= 0; at -= 1) {
    bytes[at] = pi((bytes[at + 1] ?? 0) ^ (bytes[at + effective] ?? 0));
  }
  return Uint16Array.from({ length: expandedBytes / 2 }, (_, at) => {
    return (bytes[2 * at] ?? 0) | ((bytes[2 * at + 1] ?? 0) << 8);
  });
}

/** §4: mixing rounds, and between them two that mash. */
function decryptBlock(block: Buffer, keys: Uint16Array): void {
  const words = Uint16Array.from([0, 2, 4, 6], (at) => block.readUInt16LE(at));
  const word = (at: number): number => words[at & 3] ?? 0;
  let next = keys.length - 1;
  mixes.forEach((rounds, stage) => {
    for (let round = 0; round < rounds; round += 1) {
      for (let at = 3; at >= 0; at -= 1) {
        const turn = turns[at] ?? 0;
        const turned = (word(at) >>> turn) | (word(at) << (16 - turn));
        const mixed = (word(at - 1) & word(at - 2)) + (~word(at - 1) & word(at - 3));
        words[at] = turned - (keys[next] ?? 0) - mixed;
        next -= 1;
      }
    }
    if (stage === mixes.length - 1) return;
    for (let at = 3; at >= 0; at -= 1) words[at] = word(at) - (keys[word(at - 1) & 63] ?? 0);
  });
  words.forEach((value, at) => {
    block.writeUInt16LE(value, 2 * at);
  });
}
