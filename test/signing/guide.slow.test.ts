import { execFile } from 'node:child_process';
import { type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { systemClock } from '#base/clock';
import { writePem } from '#formats/x509';
import { verify } from '#trust/verify';
import { run as sign } from '../../src/main/verbs/sign.ts';
import { setContract } from './archival-steps.ts';
import { onePage, SigningTable } from './signing-table.ts';

const run = promisify(execFile);
const home = fileURLToPath(new URL('../..', import.meta.url));
const guide = readFileSync(join(home, 'docs/guide/signing.md'), 'utf8');
const blocks = [...guide.matchAll(/^```(\w+) ([^\n]+)\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', title = '', text = '']) => ({ language, title, text }),
);

/** A seal with measures and words of its own. */
const oval = {
  shape: 'oval',
  widthMm: 36,
  heightMm: 24,
  name: '示例银行股份有限公司',
  line: '业务专用章',
  ink: 'blue',
};

/** Below the house's own folder: the examples name its rooms by their short names. */
let folder: string;
let table: SigningTable;
let server: Server;
let tsa: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  await mkdir(join(home, 'var'), { recursive: true });
  folder = await mkdtemp(join(home, 'var/guide-'));
  table = await SigningTable.open();
  table.now = systemClock.now();
  await table.renewClock();
  server = createServer((question, answer) => {
    const parts: Buffer[] = [];
    question.on('data', (part: Buffer) => parts.push(part));
    question.on('end', () => {
      void table.answer(Buffer.concat(parts)).then((der) => answer.end(der));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  tsa = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  await writeFile(at('draft.pdf'), onePage('table'));
  await writeFile(at('loan.pdf'), await setContract(table));
  await writeFile(at('seal.json'), JSON.stringify(oval));
  await writeFile(at('password'), '990101-口令\n');
  await writeFile(at('root.pem'), writePem('CERTIFICATE', table.root.certificate.der));
  await writeFile(at('issuing.pem'), writePem('CERTIFICATE', table.issuing.certificate.der));
  for (const name of ['lender', 'borrower']) await keyFile(name, generateSoftKey('p256'));
  const key = generateSoftKey('p256');
  await writeFile(at('guarantor.pem'), key.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(at('guarantor.cer'), (await table.certify('担保人', softSigner(key))).der);
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function keyFile(name: string, key: KeyObject): Promise<void> {
  const { der } = await table.certify(name, softSigner(key));
  await writeFile(at(`${name}.key`), key.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(at(`${name}.pem`), new X509Certificate(der).toString());
  const from = ['-inkey', `${name}.key`, '-in', `${name}.pem`, '-certfile', 'issuing.pem'];
  const words = ['pkcs12', '-export', ...from, '-out', `${name}.p12`, '-passout', 'file:password'];
  await run('openssl', words, { cwd: folder });
}

/** The guide's own lists: made by the authority after the stamps. */
async function publishLists(): Promise<void> {
  table.now = systemClock.now();
  table.pass(1);
  const { crls } = await table.material();
  const [root, issuing] = crls;
  await writeFile(at('root.crl'), root ?? '');
  await writeFile(at('issuing.crl'), issuing ?? '');
}

async function verdicts(name: string): Promise<string[]> {
  const order = { name, bytes: await readFile(at(name)), trust: table.trust() };
  const judging = { ...order, at: table.now, profile: 'etsi', revocation: 'if-present' } as const;
  const { signatures } = await verify(judging, nodeEngine);
  return signatures.map(({ field, is, level }) => `${field} ${is} ${level}`);
}

async function shell(command: string): Promise<void> {
  const program = command.replace('fubie ', `'${join(home, 'bin/fubie')}' `);
  await run('sh', ['-euc', program], { cwd: folder });
}

/** What a shell makes of the command behind its name, in the folder of the test. */
function wordsOf(command: string): string[] {
  const words = command
    .replaceAll('\\\n', ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  expect(words.slice(0, 2)).toEqual(['fubie', 'sign']);
  return words.slice(2).map((word) => word.replace(/^\.\//, `${folder}/`));
}

test('every command of docs/guide/signing.md does what it says', async () => {
  const commands = blocks.filter(({ language }) => language === 'sh');
  expect(commands.length).toBe(8);
  const quiet = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  for (const [place, { title, text }] of commands.entries()) {
    if (title.startsWith('升级')) await publishLists();
    const command = text.replaceAll('http://tsa.example/', tsa);
    // The first as a person types it; a process for each of them would take seconds.
    if (place === 0) await shell(command);
    else expect(await sign(wordsOf(command))).toBe(0);
  }
  quiet.mockRestore();
  table.now = systemClock.now();
  table.pass(2);
  const [lender, drawn, stamp] = await verdicts('contract-lta.pdf');
  expect([lender, drawn, stamp]).toEqual([
    'lender valid B-LTA',
    expect.stringMatching(/^Signature-[0-9a-f]{12} valid B-LTA$/),
    'DocTimeStamp1 valid B-B',
  ]);
  expect(await verdicts('loan-stamped.pdf')).toEqual([
    'seal valid B-B',
    'edges valid B-B',
    'stamped valid B-B',
  ]);
  expect(
    (await readFile(at('certified.pdf'), 'latin1')).match(/\/DocMDP|\/FieldMDP/g),
  ).toHaveLength(3);
});

test('every example in code of docs/guide/signing.md runs', async () => {
  const examples = blocks.filter(({ language }) => language === 'ts');
  expect(examples.length).toBe(6);
  const log = vi.spyOn(console, 'log').mockReturnValue(undefined);
  for (const [place, { text }] of examples.entries()) {
    const file = at(`example${place}.ts`);
    const here = text.replaceAll("'./", `'${folder}/`).replaceAll('http://tsa.example/', tsa);
    await writeFile(file, here);
    await import(file);
  }
  expect(log.mock.calls.map(([field, is]) => `${String(field)} ${String(is)}`)).toEqual([
    // The borrower's stamp proves when the others had signed.
    'lender valid',
    'guarantor valid',
    'borrower valid',
  ]);
  log.mockRestore();
});
