import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { generateSoftKey, nodeEngine, openPkcs12, softSigner } from '#adapters/engine';
import { systemClock } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { seededRandom } from '#base/random';
import { pkcs12Faults } from '#formats/pkcs12';
import { writePem } from '#formats/x509';
import { verify } from '#trust/verify';
import { run } from '../../src/main/verbs/sign.ts';
import { onePage, SigningTable } from './signing-table.ts';
import { pdfsigSays } from './viewers.ts';

const password = '990101-口令';
let folder: string;
let table: SigningTable;
let certificate: Uint8Array;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-p12-'));
  table = await SigningTable.open();
  table.now = systemClock.now();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  certificate = (await table.certify('王小明', softSigner(privateKey))).der;
  await writeFile(at('key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(at('cert.pem'), writePem('CERTIFICATE', certificate));
  await writeFile(at('chain.pem'), writePem('CERTIFICATE', table.issuing.certificate.der));
  await writeFile(at('password'), `${password}\n`);
});

afterAll(() => rm(folder, { recursive: true }));

async function exported(how: readonly string[], word = password): Promise<Uint8Array> {
  const from = ['-inkey', at('key.pem'), '-in', at('cert.pem'), '-certfile', at('chain.pem')];
  const to = ['-out', at('key.p12'), '-passout', `pass:${word}`];
  execFileSync('openssl', ['pkcs12', '-export', ...how, ...from, ...to], { stdio: 'ignore' });
  return new Uint8Array(await readFile(at('key.p12')));
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return 'opened';
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return faultCode(thrown);
  }
}

test.each([
  ['PBES2, AES-256, HMAC-SHA256: what openssl writes today', []],
  ['Triple-DES and RC2-40: what openssl wrote before', ['-legacy']],
  ['RC2-128', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128']],
  [
    'AES-128 and -192, checked by SHA-512',
    ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-192-CBC', '-macalg', 'sha512'],
  ],
  ['SM4, checked by SM3', ['-keypbe', 'SM4-CBC', '-certpbe', 'SM4-CBC', '-macalg', 'sm3']],
  [
    'Triple-DES by two keys, checked by SHA3-256',
    ['-legacy', '-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES', '-macalg', 'sha3-256'],
  ],
  ['nothing but the check value', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
])('a key file made by openssl with %s is opened', async (_, how) => {
  for (const word of [password, '']) {
    const bytes = await exported(how, word);
    const { key, certificates } = openPkcs12(bytes, word);
    expect(key.asymmetricKeyType).toBe('rsa');
    expect(certificates).toEqual([certificate, table.issuing.certificate.der]);
    expect(codeOf(() => openPkcs12(bytes, 'another'))).toBe('pkcs12.password_wrong');
  }
});

test('what is not opened has a code', async () => {
  const unchecked = await exported(['-nomac']);
  expect(codeOf(() => openPkcs12(unchecked, password))).toBe('pkcs12.mac_missing');
  const rc4 = await exported(['-legacy', '-certpbe', 'PBE-SHA1-RC4-128']);
  expect(codeOf(() => openPkcs12(rc4, password))).toBe('pkcs12.unsupported');
  const many = Buffer.from(await exported(['-iter', '65536']));
  const counts = [many.indexOf('0203010000', 'hex'), many.lastIndexOf('0203010000', 'hex')];
  expect(counts[0]).not.toBe(counts[1]);
  for (const place of counts) {
    const dear = Buffer.from(many);
    dear.set([0x7f, 0xff, 0xff], place + 2);
    expect(codeOf(() => openPkcs12(dear, password))).toBe('pkcs12.limit');
  }
  const wrong = await exported(['-certfile', at('chain.pem'), '-nokeys']);
  expect(codeOf(() => openPkcs12(wrong, password))).toBe('pkcs12.key_missing');
  expect(codeOf(() => openPkcs12(new Uint8Array(), password))).toBe('pkcs12.malformed');
});

test('a key file changed in any byte is refused with a code, or says what it said', async () => {
  const bytes = await exported(['-legacy', '-noiter', '-nomaciter']);
  const chance = seededRandom(12);
  const answers = new Set<string | undefined>();
  for (let round = 0; round < 3_000; round += 1) {
    const [high = 0, low = 0, value = 0] = chance.bytes(3);
    const changed = bytes.slice();
    changed[(high * 256 + low) % bytes.length] = value;
    answers.add(codeOf(() => openPkcs12(changed, password)));
  }
  expect(
    [...answers].filter((code) => code !== 'opened' && !pkcs12Faults.some((one) => one === code)),
  ).toEqual([]);
  expect(answers).toContain('pkcs12.password_wrong');
});

test('a key that never was in the clear on this disk signs, certifies and locks', async () => {
  await exported(['-legacy']);
  await writeFile(at('in.pdf'), onePage('stream'));
  const output = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const key = ['--p12', at('key.p12'), '--password-file', at('password')];
  const lock = ['--certify', '2', '--lock', 'include', '--lock-field', 'borrower'];
  const fields = ['--prepare', 'lender,1,20,20,80,40', '--prepare', 'borrower,1,120,20,80,40'];
  const signing = [
    at('in.pdf'),
    ...fields,
    ...key,
    '--field',
    'lender',
    ...lock,
    '--out',
    at('out.pdf'),
  ];
  expect(await run(signing)).toBe(0);
  const bytes = new Uint8Array(await readFile(at('out.pdf')));
  const trust = table.trust();
  const report = await verify({ name: 'out.pdf', bytes, trust, profile: 'etsi' }, nodeEngine);
  expect(report.signatures.map(({ field, is }) => `${field} ${is}`)).toEqual([
    // Without a stamp nobody can say when it was.
    'lender indeterminate',
  ]);
  expect(pdfsigSays(at('out.pdf'))).toEqual({ valid: 1, whole: 1 });
  const code = async (...words: string[]): Promise<string | undefined> =>
    run([at('out.pdf'), ...key, ...words, '--out', at('no.pdf')]).then(String, faultCode);
  expect(await code('--field', 'borrower')).toBe('signing.earlier_broken');
  expect(await code('--at', '1,0,0,0,0', '--certify', '2')).toBe('signing.not_first');
  expect(await code('--at', '1,0,0,0,0', '--certify', '4')).toBe('main.usage');
  expect(await code('--at', '1,0,0,0,0', '--lock', 'include')).toBe('main.usage');
  expect(await code('--at', '1,0,0,0,0')).toBe('0');
  output.mockRestore();
});

test('a key of SM2 comes out of such a file too', async () => {
  const key = generateSoftKey('sm2');
  const own = (await table.certify('SM2', softSigner(key))).der;
  await writeFile(at('key.pem'), key.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(at('cert.pem'), writePem('CERTIFICATE', own));
  const opened = openPkcs12(await exported([]), password);
  expect(softSigner(opened.key).algorithm).toBe('sm2-sm3');
});
