/**
 * Keys, passwords and certificates in the files that other programs write, and the lists that the
 * certificates inside a document name: what a person has who has read nothing but the guide.
 */
import { execFileSync } from 'node:child_process';
import {
  createCipheriv,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  pbkdf2Sync,
} from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { generateSoftKey, softSigner } from '#adapters/engine';
import { systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import { integer, nullValue, octetString, oid, sequence } from '#formats/der';
import { writePem } from '#formats/x509';
import { run as sign } from '../../src/main/verbs/sign.ts';
import { onePage, SigningTable } from './signing-table.ts';

const password = '990101-口令';
let folder: string;
let table: SigningTable;
let server: Server;
let origin: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-given-'));
  table = await SigningTable.open();
  table.now = systemClock.now();
  await table.renewClock();
  server = createServer((question, answer) => void answered(question, answer));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await writeFile(at('in.pdf'), onePage('table'));
  await writeFile(at('password'), password);
  await writeFile(at('wrong'), 'another');
  for (const [name, key] of [
    ['bank', generateSoftKey('p256')],
    ['national', generateSoftKey('sm2')],
  ] as const) {
    const { der } = await table.certify(name, softSigner(key));
    await writeFile(at(`${name}.key`), key.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(at(`${name}.pem`), writePem('CERTIFICATE', der));
    await writeFile(at(`${name}.cer`), der);
  }
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => rm(at('out.pdf'), { force: true }));

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { cwd: folder, stdio: 'ignore' });
}

function typed(...words: readonly string[]): Promise<number | string | undefined> {
  const where = ['--at', '1,0,0,0,0', '--out', at('out.pdf')];
  return sign([at('in.pdf'), ...where, ...words]).catch(faultCode);
}

function withKey(key: string, secret?: string): Promise<number | string | undefined> {
  const whose = key.startsWith('national') ? 'national.pem' : 'bank.pem';
  const how = secret === undefined ? [] : ['--password-file', at(secret)];
  return typed('--key', at(key), '--cert', at(whose), ...how);
}

test('a key file is opened as openssl and GmSSL write it', async () => {
  openssl('ec', '-in', 'bank.key', '-conv_form', 'compressed', '-out', 'bank.half');
  expect(await withKey('bank.half')).toBe(0);
  openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'bank.key', '-outform', 'DER', '-out', 'bank.der');
  await rm(at('out.pdf'));
  expect(await withKey('bank.der')).toBe(0);
  const sealing = ['pkcs8', '-topk8', '-in', 'bank.key', '-passout', 'file:password'];
  openssl(...sealing, '-outform', 'DER', '-out', 'bank.sealed');
  await rm(at('out.pdf'));
  expect(await withKey('bank.sealed', 'password')).toBe(0);
  const national = createPrivateKey(await readFile(at('national.key')));
  await writeFile(at('national.gmssl'), sealedAsByGmssl(national));
  await rm(at('out.pdf'));
  expect(await withKey('national.gmssl', 'password')).toBe(0);
});

test('a password that is missing or wrong is told from a file without a key', async () => {
  openssl('pkcs8', '-topk8', '-in', 'bank.key', '-passout', 'file:password', '-out', 'bank.aes');
  const national = createPrivateKey(await readFile(at('national.key')));
  await writeFile(at('national.gmssl'), sealedAsByGmssl(national));
  for (const key of ['bank.aes', 'national.gmssl']) {
    expect(await withKey(key)).toBe('crypto.key_password');
    expect(await withKey(key, 'wrong')).toBe('crypto.key_password');
  }
  await writeFile(at('bank.cut'), (await readFile(at('bank.key'))).subarray(0, 100));
  for (const key of ['bank.cut', 'bank.pem', 'bank.cer', 'in.pdf']) {
    expect(await withKey(key, 'password')).toBe('crypto.key_malformed');
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp521r1' });
  await writeFile(at('bank.p521'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  expect(await withKey('bank.p521')).toBe('crypto.key_unsuitable');
});

test('what the shell of Windows writes is read: UTF-16 with its mark', async () => {
  openssl('pkcs8', '-topk8', '-in', 'bank.key', '-passout', 'file:password', '-out', 'bank.aes');
  const wide = (text: string): Buffer => Buffer.from(`\uFEFF${text}\r\n`, 'utf16le');
  await writeFile(at('bank.wide'), wide(await readFile(at('bank.aes'), 'utf8')));
  await writeFile(at('password.wide'), wide(password));
  expect(await withKey('bank.wide', 'password.wide')).toBe(0);
});

test('certificates come in every wrapping that authorities use, and a file without one is said', async () => {
  const bundle = ['crl2pkcs7', '-nocrl', '-certfile', 'bank.pem'];
  openssl(...bundle, '-out', 'bundle.pem');
  openssl(...bundle, '-outform', 'DER', '-out', 'bundle.p7b');
  const plain = await readFile(at('bank.pem'), 'utf8');
  await writeFile(at('older.pem'), plain.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'));
  for (const name of ['bank.cer', 'bundle.pem', 'bundle.p7b', 'older.pem']) {
    await rm(at('out.pdf'), { force: true });
    expect(await typed('--key', at('bank.key'), '--cert', at(name)), name).toBe(0);
  }
  for (const name of ['bank.key', 'in.pdf']) {
    const said = typed('--key', at('bank.key'), '--cert', at(name));
    expect(await said, name).toBe('main.certificate_absent');
  }
});

test('lists are asked for where the certificates inside the document say', async () => {
  await writeFile(at('root.pem'), writePem('CERTIFICATE', table.root.certificate.der));
  await authorityWithLists();
  await writeFile(at('clock.pem'), writePem('CERTIFICATE', table.issuing.certificate.der));
  const roots = ['--root', at('root.pem'), '--root', at('ca.pem')];
  const line = ['--tsa', `${origin}/stamp`, ...roots, '--chain', at('clock.pem')];
  const signing = ['--key', at('bank.key'), '--cert', at('listed.pem'), ...line];
  expect(await typed(...signing, '--level', 'B-T')).toBe(0);
  await rm(at('raised.pdf'), { force: true });
  // The clock's own authority has no address in its certificate: its lists are brought.
  table.pass(1);
  const { crls } = await table.material();
  for (const [number, crl] of crls.entries()) await writeFile(at(`${number}.crl`), crl);
  const brought = [at('0.crl'), at('1.crl')].flatMap((name) => ['--crl', name]);
  const raising = [at('out.pdf'), '--level', 'B-LTA', ...line, ...brought];
  // Neither key nor certificate of the signer is named here. Its list is on this very computer,
  // where no document may send anybody who did not say so.
  const asked = [...raising, '--out', at('raised.pdf')];
  expect(await sign(asked).catch(faultCode)).toBe('signing.revocation_missing');
  expect(await sign([...asked, '--lists', 'none']).catch(faultCode)).toBe(
    'signing.revocation_missing',
  );
  expect(await sign([...asked, '--lists', 'all']).catch(faultCode)).toBe('main.usage');
  expect(await sign([...asked, '--lists', 'any']).catch(faultCode)).toBe(0);
  await rm(at('raised.pdf'));
  // Whoever names the certificate on the command line says so.
  expect(await sign([...asked, '--chain', at('listed.pem')]).catch(faultCode)).toBe(0);
  const stranger = ['--tsa', `${origin}/stamp`, '--root', at('ca.pem'), '--level', 'B-T'];
  const untrusted = ['--key', at('bank.key'), '--cert', at('listed.pem'), ...stranger];
  expect(await typed(...untrusted)).toBe('timestamp.authority_untrusted');
  const policy = ['--level', 'B-T', '--tsa-policy', 'mine'];
  expect(await typed(...signing, ...policy)).toBe('main.usage');
});

/** The clock of the table, and the list of the authority that openssl plays. */
async function answered(question: IncomingMessage, answer: ServerResponse): Promise<void> {
  if (question.url !== '/ca.crl') {
    const parts: Buffer[] = [];
    for await (const part of question) parts.push(part as Buffer);
    answer.end(await table.answer(Buffer.concat(parts)));
    return;
  }
  // A list says whole seconds, and must be of after the stamp.
  await sleep(1_000);
  openssl('ca', '-config', 'ca.cnf', '-gencrl', '-out', 'ca.crl');
  answer.end(await readFile(at('ca.crl')));
}

/** An authority made by openssl; the certificate for the bank's key says where its list is. */
async function authorityWithLists(): Promise<void> {
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'ca.key');
  const root = ['-x509', '-days', '30', '-subj', '/CN=TEST listed', '-out', 'ca.pem'];
  openssl('req', '-new', '-key', 'ca.key', ...root, '-addext', 'keyUsage=keyCertSign,cRLSign');
  openssl('req', '-new', '-key', 'bank.key', '-subj', '/CN=bank', '-out', 'bank.csr');
  const extensions = `keyUsage=nonRepudiation\ncrlDistributionPoints=URI:${origin}/ca.crl\n`;
  await writeFile(at('ext'), extensions);
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '77', '-extfile', 'ext'];
  openssl('x509', '-req', '-in', 'bank.csr', '-days', '30', ...by, '-out', 'listed.pem');
  await writeFile(at('db'), '');
  const ca = ['database=db', 'certificate=ca.pem', 'private_key=ca.key', 'default_md=sha256'];
  const lines = ['[ca]', 'default_ca=own', '[own]', ...ca, 'default_crl_days=30', ''];
  await writeFile(at('ca.cnf'), lines.join('\n'));
}

/** PBES2 with SM4 and PBKDF2 over SM3, which OpenSSL does not open (RFC 8018, GM/T 0091). */
function sealedAsByGmssl(key: KeyObject): string {
  const [salt, vector] = [Buffer.alloc(8, 7), Buffer.alloc(16, 9)];
  const iterations = 65_536;
  const secret = pbkdf2Sync(password, salt, iterations, 16, 'sm3');
  const cipher = createCipheriv('sm4-cbc', secret, vector);
  const der = key.export({ type: 'pkcs8', format: 'der' });
  const sealed = Buffer.concat([cipher.update(der), cipher.final()]);
  const random = sequence(oid('1.2.156.10197.1.401.2'), nullValue());
  const derived = sequence(octetString(salt), integer(iterations), integer(16), random);
  const schemes = sequence(
    sequence(oid('1.2.840.113549.1.5.12'), derived),
    sequence(oid('1.2.156.10197.1.104.2'), octetString(vector)),
  );
  const algorithm = sequence(oid('1.2.840.113549.1.5.13'), schemes);
  return writePem('ENCRYPTED PRIVATE KEY', sequence(algorithm, octetString(sealed)));
}
