import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromHex, fromLatin1, latin1, toHex, utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { decryptCbc, encryptCbc } from './file/aes.ts';
import { ascii85, asciiHex, lzw, runLength } from './file/decoders.ts';
import { md5 } from './file/md5.ts';
import { readPdf } from './file/open.ts';
import { rc4 } from './file/rc4.ts';
import { judgeChanges } from './revisions/changes.ts';
import { signedRich } from './signatures/rich.fixture.ts';
import { readSignatures } from './signatures/signatures.ts';

let signed: Uint8Array;
beforeAll(async () => {
  signed = await signedRich(nodeEngine);
});

describe('what encrypted files are opened with is the standards', () => {
  test('MD5 (RFC 1321 A.5), RC4 (RFC 6229), AES (FIPS 197 C, SP 800-38A F.2)', () => {
    expect(toHex(md5(utf8('message digest')))).toBe('f96b697d7cb7938d525a2f31aaf161d0');
    expect(toHex(md5(utf8('1234567890'.repeat(8))))).toBe('57edf4a22be3c955ac49da2e2107b67a');
    expect(toHex(rc4(fromHex('0102030405'), new Uint8Array(8)))).toBe('b2396305f03dc027');
    const key = fromHex('2b7e151628aed2a6abf7158809cf4f3c');
    const iv = fromHex('000102030405060708090a0b0c0d0e0f');
    const plain = fromHex('6bc1bee22e409f96e93d7e117393172a');
    const sealed = encryptCbc(key, iv, plain);
    expect(toHex(sealed)).toBe('7649abac8119b246cee98e9b12e9197d');
    expect(toHex(decryptCbc(key, iv, sealed))).toBe(toHex(plain));
    const long = fromHex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4');
    const other = fromHex('f58c4c04d6e5f1ba779eabfb5f7bfbd6');
    expect(toHex(decryptCbc(long, iv, other))).toBe(toHex(plain));
  });

  test.each([
    ['40'],
    ['128 --use-aes=n'],
    ['128 --use-aes=y'],
    ['128 --use-aes=y --cleartext-metadata'],
    ['256'],
    ['256 --force-R5'],
  ])('a file that qpdf encrypts with %s and no password is read', async (how) => {
    if (spawnSync('qpdf', ['--version']).error !== undefined) return;
    const folder = mkdtempSync(join(tmpdir(), 'fubie-pdf-'));
    const [plain, sealed] = [join(folder, 'plain.pdf'), join(folder, 'sealed.pdf')];
    writeFileSync(plain, signed);
    const words = ['--allow-weak-crypto', '--object-streams=generate', plain, '--encrypt', '', 'x'];
    execFileSync('qpdf', [...words, ...how.split(' '), '--', sealed], { stdio: 'pipe' });
    const file = await readPdf(new Uint8Array(readFileSync(sealed)), nodeEngine);
    rmSync(folder, { recursive: true });
    expect(file.facts.encryption).toBeDefined();
    expect(readSignatures(file)).toMatchObject([{ field: 'lender', signerName: '示范银行(TEST)' }]);
  });
});

describe('the simple filters', () => {
  test('give what ISO 32000-1 §7.4 says', () => {
    expect(latin1(asciiHex(fromLatin1('48 65 6C6c 6F7>')))).toBe('Hellop');
    expect(latin1(ascii85(fromLatin1('87cURDZ~>')))).toBe('Hello');
    expect(toHex(ascii85(fromLatin1('z~>')))).toBe('00000000');
    expect(latin1(runLength(fromHex('02616263fe7880ff')))).toBe('abcxxx');
    // The example of §7.4.4.2.
    expect(toHex(lzw(fromHex('800b6050220c0c8501'), undefined))).toBe('2d2d2d2d2d412d2d2d42');
  });
});

describe('a file that is badly written', () => {
  const damages: readonly [string, (text: string) => string, boolean][] = [
    ['bytes before the header', (text) => `junk\n${text}`, false],
    ['bytes behind the end', (text) => `${text}\n<html>`, false],
    ['a start that is nowhere', (text) => text.replace(/startxref\n\d+/g, 'startxref\n3'), true],
    ['no trailer', (text) => text.replaceAll('trailer', 'tailer'), true],
    ['no table', (text) => text.replaceAll('xref', 'xerf'), true],
    ['an end that is cut off', (text) => text.slice(0, text.lastIndexOf('xref') - 400), true],
  ];
  test.each(damages)('with %s is read as viewers do', async (_, damage, repaired) => {
    const file = await readPdf(fromLatin1(damage(latin1(signed))), nodeEngine);
    expect(file.pages()).toHaveLength(2);
    expect(file.facts.repaired).toBe(repaired);
  });

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['no objects', fromLatin1('%PDF-1.7\nhello')],
    ['no catalogue', fromLatin1('%PDF-1.7\n1 0 obj << >> endobj')],
  ])('with %s is refused with a code', async (_, bytes) => {
    expect(await readPdf(bytes, nodeEngine).catch(faultCode)).toMatch(/^pdf\./);
  });

  const million = 1_000_000;
  test.each<[string, string]>([
    ['open brackets', '1 0 obj '.padEnd(4 * million, '[')],
    ['open strings', '1 0 obj '.padEnd(8 * million, '(')],
    ['objects without end', '1 0 obj <<'.repeat(million)],
    ['streams without end', '1 0 obj<</Type/ObjStm>>stream\n'.repeat(million / 4)],
    ['trailers', 'trailer<<'.repeat(million)],
    ['first letters', 'o'.repeat(20 * million)],
    ['wide trees', wideTree()],
    ['lengths that lead on', chain()],
  ])('with %s costs no more than two seconds', async (_, text) => {
    const bytes = concat(fromLatin1('%PDF-1.7\n'), fromLatin1(text));
    const before = process.threadCpuUsage();
    const answer = await readPdf(bytes, nodeEngine)
      .then((file) => (readSignatures(file), file.pages().length))
      .catch(faultCode);
    const { user } = process.threadCpuUsage(before);
    expect(String(answer)).toMatch(/^(pdf\.|\d)/);
    expect(user / 1000).toBeLessThan(2_000);
  });
});

function wideTree(): string {
  const kids = '<</T(a)/Kids 4 0 R>> '.repeat(9_000);
  const form = '/AcroForm<</Fields 3 0 R>>';
  const objects = `1 0 obj<</Pages 2 0 R${form}>>endobj 2 0 obj<<>>endobj 3 0 obj[${kids}]endobj`;
  return `${objects} 4 0 obj[${'<<>> '.repeat(9_000)}]endobj trailer<</Root 1 0 R>>`;
}

function chain(): string {
  const streams = Array.from({ length: 20_000 }, (_, at) => {
    return `${at + 3} 0 obj<</Length ${at + 4} 0 R>>stream\nx\nendstream endobj `;
  });
  return `1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<<>>endobj ${streams.join('')}trailer<</Root 1 0 R>>`;
}

test('structure-aware fuzzing: read or refused with a code, and never a flaw less', async () => {
  const words = [
    'obj',
    'endobj',
    'stream',
    'xref',
    'trailer',
    '/Prev',
    '/Length',
    '/Kids',
    '/V',
    '<<',
    '>>',
  ];
  const text = latin1(signed);
  await fc.assert(
    fc.asyncProperty(
      fc.nat(text.length - 1),
      fc.nat(40),
      fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 })),
      async (at, gone, put) => {
        const bytes = fromLatin1(
          `${text.slice(0, at)}${put.replace(/[^ -~]/g, '?')}${text.slice(at + gone)}`,
        );
        try {
          const file = await readPdf(bytes, nodeEngine);
          const found = readSignatures(file);
          for (const { is } of await judgeChanges(file, found, nodeEngine)) {
            expect(['none', 'permitted', 'forbidden']).toContain(is);
          }
        } catch (thrown) {
          expect(faultCode(thrown)).toMatch(/^pdf\./);
        }
      },
    ),
    { numRuns: 300, seed: 20_261_122 },
  );
});
