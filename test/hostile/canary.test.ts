/** The searcher is tried first: what it cannot find proves nothing when it finds nothing. */
import { createHash } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';

import { seededRandom } from '#base/random';
import { CanarySearch } from './canary-search.ts';
import { encodeGb18030, spellingsOf } from './canary-spellings.ts';
import { canaryPersons, personsMax, valuesOf } from './canary-values.ts';

const persons = canaryPersons(seededRandom(41), 3);
const values = valuesOf(persons);
const search = new CanarySearch(values.flatMap((value) => spellingsOf(value)));
const noise = Buffer.from(seededRandom(43).bytes(9_001));

function hide(bytes: Buffer | string, before = 1): Buffer {
  return Buffer.concat([
    noise.subarray(0, 777),
    Buffer.alloc(before, 32),
    Buffer.from(bytes),
    noise,
  ]);
}

function foundIn(bytes: Buffer): Set<string> {
  return new Set(search.in('here', bytes).map(({ value }) => value));
}

describe('金丝雀的找法', () => {
  test('两百个值互不相同，号码都是合成号段且校验位正确', () => {
    const all = canaryPersons(seededRandom(1), personsMax);
    expect(valuesOf(all).length).toBe(5 * personsMax);
    for (const { idNumber, card, phone } of all) {
      expect(idNumber).toMatch(/^990101\d{11}[\dX]$/);
      expect(card).toMatch(/^990001\d{13}$/);
      expect(phone).toMatch(/^0{9}\d{2}$/);
    }
    expect(canaryPersons(seededRandom(1), 5)).toEqual(all.slice(0, 5));
  });

  test('GB 18030 的编码与平台的解码互逆，四字节区与增补平面也一样', () => {
    const text = '甯翀頔㛃䶮€ß𠮷';
    expect(new TextDecoder('gb18030').decode(encodeGb18030(text))).toBe(text);
  });

  test.each(values)('%s 的每一种写法都找得到，夹在噪声里也一样', (value) => {
    for (const { as, bytes } of spellingsOf(value)) {
      expect(foundIn(hide(bytes)).has(value), as).toBe(true);
    }
  });

  test.each(values)('%s 藏在句子、压缩流与文本编码里，层层打开也找得到', (value) => {
    const said = Buffer.from(JSON.stringify({ note: `她说「${value}」` }));
    const ascii = JSON.stringify({ v: value }).replaceAll(
      /[\u0080-\uffff]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    const hidden: Record<string, Buffer | string> = {
      zlib: deflateSync(said),
      'zlib, fast': deflateSync(said, { level: 1 }),
      gzip: gzipSync(said),
      'zlib in zlib': deflateSync(deflateSync(said)),
      'base64 of gzip': gzipSync(said).toString('base64'),
      'base64url of zlib': deflateSync(said).toString('base64url'),
      'hex of zlib': deflateSync(said).toString('hex'),
      'bytea of json': `\\x${said.toString('hex')}`,
      'base64 of base64': Buffer.from(said.toString('base64')).toString('base64'),
      'gzip of base64 of gzip': gzipSync(gzipSync(said).toString('base64')),
      'json escapes': ascii,
      'base64 of json escapes': Buffer.from(ascii).toString('base64'),
      'pdf hex string': `<FEFF${Buffer.from(value, 'utf16le').swap16().toString('hex').toUpperCase()}>`,
      'url in json in base64': Buffer.from(`{"u":"?q=${encodeURIComponent(value)}"}`).toString(
        'base64',
      ),
      'pdf stream': Buffer.concat([Buffer.from('stream\n'), deflateSync(said)]),
    };
    for (const [name, bytes] of Object.entries(hidden)) {
      for (const before of [1, 2, 3]) {
        expect(foundIn(hide(bytes, before)).has(value), `${name} ${before}`).toBe(true);
      }
    }
  });

  test('压缩流被页边界打断，断处之前的仍找得到', () => {
    const [value = ''] = values;
    const text = `${value} ${noise.toString('hex')}`;
    const torn = deflateSync(text).subarray(0, 900);
    const page = Buffer.concat([hide(torn), Buffer.alloc(24, 0xff), noise]);
    expect(foundIn(page).has(value)).toBe(true);
  });

  test('ZIP 里的原始压缩流', () => {
    const [value = ''] = values;
    const name = Buffer.from('a.txt');
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x0403_4b50, 0);
    head.writeUInt16LE(8, 8);
    head.writeUInt16LE(name.length, 26);
    const zip = Buffer.concat([head, name, deflateRawSync(value.repeat(3))]);
    expect(foundIn(hide(zip)).has(value)).toBe(true);
  });

  test('不加盐的摘要也算泄露；加了密钥的不算', () => {
    const [value = ''] = values;
    for (const name of ['sha256', 'sm3', 'md5', 'sha1']) {
      const digest = createHash(name).update(value).digest();
      for (const bytes of [digest, digest.toString('hex'), digest.toString('base64')]) {
        expect(foundIn(hide(bytes)).has(value), name).toBe(true);
      }
      const salted = createHash(name).update(noise).update(value).digest();
      expect(foundIn(hide(salted)).size, name).toBe(0);
    }
  });

  test('噪声里什么也找不到', () => {
    expect(search.in('noise', Buffer.from(seededRandom(44).bytes(4_000_000)))).toEqual([]);
  });
});
