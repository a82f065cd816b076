import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { nodeEngine, softSigner } from '#adapters/engine';
import { systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import { writePem } from '#formats/x509';
import { verify } from '#trust/verify';
import { run } from '../../src/main/verbs/sign.ts';
import { onePage, SigningTable } from './signing-table.ts';

let bench: SigningTable;
let folder: string;
let server: Server;
let url: string;
let lying = false;
let asked = 0;

const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  bench = await SigningTable.open();
  bench.now = systemClock.now();
  await bench.renewClock();
  folder = await mkdtemp(join(tmpdir(), 'fubie-sign-'));
  server = createServer((question, answer) => {
    const parts: Buffer[] = [];
    question.on('data', (part: Buffer) => parts.push(part));
    question.on('end', () => {
      asked += 1;
      void bench.answer(Buffer.concat(parts), lying).then((der) => answer.end(der));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const password = '990101-test';
  const pem = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: password,
  });
  const certificate = await bench.certify('王小明', softSigner(privateKey));
  await writeFile(at('in.pdf'), onePage('table'));
  await writeFile(at('key.pem'), pem);
  await writeFile(at('password'), `${password}\n`);
  const { issuing, root } = bench;
  await writeFile(at('cert.pem'), writePem('CERTIFICATE', certificate.der));
  await writeFile(at('chain.pem'), writePem('CERTIFICATE', issuing.certificate.der));
  await writeFile(at('root.pem'), writePem('CERTIFICATE', root.certificate.der));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterAll(async () => {
  vi.restoreAllMocks();
  server.close();
  await rm(folder, { recursive: true });
});

const key = (): string[] => [
  '--pss',
  '--key',
  at('key.pem'),
  '--password-file',
  at('password'),
  '--cert',
  at('cert.pem'),
  '--chain',
  at('chain.pem'),
];

async function codeOf(action: Promise<unknown>): Promise<string | undefined> {
  return action.then(
    () => 'done',
    (thrown: unknown) => faultCode(thrown),
  );
}

test('a person with a key signs at a place of the page, and raises it when the lists are out', async () => {
  const place = ['--at', '1,50,50,160,60', '--tsa', url, '--root', at('root.pem')];
  const signing = [at('in.pdf'), ...key(), ...place, '--level', 'B-T', '--out', at('t.pdf')];
  expect(await run([...signing, '--json'])).toBe(0);
  // Before the key, and over the signature.
  expect(asked).toBe(2);
  const shown = execFileSync('pdfsig', ['-nocert', at('t.pdf')], { encoding: 'utf8' });
  expect(shown).toContain('Signature is Valid');
  expect(shown).toContain('Total document signed');

  bench.now = systemClock.now();
  bench.pass(1);
  const { crls } = await bench.material();
  for (const [number, crl] of crls.entries()) await writeFile(at(`${number}.crl`), crl);
  const lists = crls.flatMap((_, number) => ['--crl', at(`${number}.crl`)]);
  const raising = [
    at('t.pdf'),
    '--chain',
    at('chain.pem'),
    '--level',
    'B-LTA',
    '--tsa',
    url,
    '--root',
    at('root.pem'),
  ];
  expect(await run([...raising, ...lists, '--out', at('lta.pdf')])).toBe(0);
  const order = { name: 'lta.pdf', bytes: await readFile(at('lta.pdf')), trust: bench.trust() };
  const report = await verify({ ...order, at: bench.now, revocation: 'required' }, nodeEngine);
  expect(report.flaws).toEqual([]);
  expect(report.signatures[0]?.level).toBe('B-LTA');
  execFileSync('qpdf', ['--check', at('lta.pdf')]);
  // Nothing is ever written over.
  expect(await codeOf(run([...signing]))).toBe('main.file_unwritable');
});

test('a clock that lies or is not there: nothing is written', async () => {
  const signing = [at('in.pdf'), ...key(), '--at', '1,0,0,0,0', '--level', 'B-T'];
  lying = true;
  const lied = run([...signing, '--tsa', url, '--out', at('no.pdf')]);
  expect(await codeOf(lied)).toBe('timestamp.answer_wrong');
  lying = false;
  const dead = run([...signing, '--tsa', 'http://127.0.0.1:9/', '--out', at('no.pdf')]);
  await expect(dead).rejects.toMatchObject({
    code: 'timestamp.unavailable',
    // Who did not answer, and how: an address that is wrong is not a service that is slow.
    details: { authority: '127.0.0.1:9', why: expect.any(String) },
  });
  await expect(readFile(at('no.pdf'))).rejects.toThrow('ENOENT');
  // The next one in the row answers.
  const second = [...signing, '--tsa', 'http://127.0.0.1:9/', '--tsa', url, '--out', at('yes.pdf')];
  expect(await run(second)).toBe(0);
});

test('what cannot be signed as it stands has a code', async () => {
  const base = [...key(), '--out', at('no.pdf')];
  const of = (file: string, ...more: string[]): Promise<string | undefined> =>
    codeOf(run([file, ...base, ...more]));
  expect(await of(at('in.pdf'), '--field', 'missing')).toBe('pdf.field_missing');
  execFileSync('qpdf', ['--encrypt', 'user', 'own', '256', '--', at('in.pdf'), at('locked.pdf')]);
  expect(await of(at('locked.pdf'), '--at', '1,0,0,0,0')).toBe('pdf.encrypted_password');
  const broken = (await readFile(at('in.pdf'), 'latin1')).replace(/startxref\n\d+/, 'startxref\n7');
  await writeFile(at('broken.pdf'), broken, 'latin1');
  expect(await of(at('broken.pdf'), '--at', '1,0,0,0,0')).toMatch(/^pdf\./);
  expect(await of(at('in.pdf'), '--at', '2,0,0,0,0')).toBe('pdf.page_missing');
  const other = await bench.person('ecdsa-sha256');
  await writeFile(at('other.pem'), writePem('CERTIFICATE', other.certificate.der));
  const wrong = [at('in.pdf'), '--key', at('key.pem'), '--password-file', at('password')];
  const differs = [...wrong, '--cert', at('other.pem'), '--at', '1,0,0,0,0', '--out', at('no.pdf')];
  expect(await codeOf(run(differs))).toBe('signing.key_differs');
});
