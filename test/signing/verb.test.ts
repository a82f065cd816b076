/**
 * `fubie sign` as it is typed: where a seal goes, a key that stays in its token, and what is not
 * understood.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { TokenKeys } from '#adapters/keystores';
import { systemClock } from '#base/clock';
import { faultCode } from '#base/fault';
import { openPdf, readSignatures } from '#formats/pdf';
import { writePem } from '#formats/x509';
import { openSoftToken } from '../../src/adapters/keystores/soft-token.fixture.ts';
import { run as sign } from '../../src/main/verbs/sign.ts';
import { preparedFields, SigningTable } from './signing-table.ts';

const key = generateSoftKey('p256');
const token = openSoftToken();
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-verb-'));
  const table = await SigningTable.open();
  table.now = systemClock.now();
  const { der } = await table.certify('示例银行', softSigner(key));
  await writeFile(at('in.pdf'), preparedFields(['lender']));
  await writeFile(at('key.pem'), key.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(at('cert.pem'), writePem('CERTIFICATE', der));
  const { certificate: root } = table.root;
  const chain = [root.der, der].map((one) => writePem('CERTIFICATE', one));
  await writeFile(at('chain.pem'), chain.join(''));
  if (token !== undefined) {
    const held = await new TokenKeys({ ...token.place, pin: token.pin }).signer('bank');
    const issued = await table.certify('示例银行', held);
    await writeFile(at('token.pem'), writePem('CERTIFICATE', issued.der));
  }
  await writeFile(at('pin'), `${token?.pin ?? ''}\n`);
  await writeFile(at('broken.json'), '{"shape":"star"}');
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});
beforeEach(() => rm(at('out.pdf'), { force: true }));

const pem = () => ['--key', at('key.pem'), '--cert', at('cert.pem')];

function typed(...words: readonly string[]): Promise<number | string | undefined> {
  return sign([at('in.pdf'), '--out', at('out.pdf'), ...words]).catch(faultCode);
}

async function signedFields(): Promise<readonly string[]> {
  const file = await openPdf(new Uint8Array(await readFile(at('out.pdf'))), nodeEngine);
  return readSignatures(file).map(({ field, flaws }) => [field, ...flaws].join(' '));
}

test('S2-73 a seal stands in an empty field, as large as the field lets it be', async () => {
  expect(await typed(...pem(), '--field', 'lender', '--seal', '示例银行')).toBe(0);
  expect(await signedFields()).toEqual(['lender']);
  const text = await readFile(at('out.pdf'), 'latin1');
  // 30 points of a seal that is 113 wide, and in the middle of its place.
  expect(text).toMatch(/\/BBox \[0 0 30 30\]/);
  // Its paths are computed anew: no matrix, and nothing beyond the place.
  expect(text).not.toMatch(/ cm\n/);
  const [, x = ''] =
    /\n(\d+(?:\.\d+)?) \d+(?:\.\d+)? m/.exec(text.slice(text.indexOf('/BBox [0 0 30 30]'))) ?? [];
  expect(Number(x)).toBeLessThanOrEqual(30);
});

test('S2-73 a seal of its own size stands where it is told to', async () => {
  expect(await typed(...pem(), '--field', 'x', '--at', '1,40,60', '--seal', '示例银行')).toBe(0);
  expect(await readFile(at('out.pdf'), 'latin1')).toMatch(/\/Rect \[40 60 153\.\d+ 173\.\d+\]/);
});

test('a file with the whole chain may begin with its root: the key says whose it is', async () => {
  const asked = ['--key', at('key.pem'), '--cert', at('chain.pem'), '--field', 'lender'];
  expect(await typed(...asked)).toBe(0);
  expect(await signedFields()).toEqual(['lender']);
});

test('S1-11 a key in a token signs, and no file holds it', async (context) => {
  if (token === undefined) return context.skip('SoftHSM is absent');
  const { module, token: label } = token.place;
  const words = ['--pkcs11', module, '--token', label, '--key-name', 'bank'];
  const asked = [...words, '--cert', at('token.pem'), '--field', 'lender'];
  expect(await typed(...asked)).toBe('main.usage');
  expect(await typed(...asked, '--password-file', at('pin'))).toBe(0);
  expect(await signedFields()).toEqual(['lender']);
});

test.each<[string, string]>([
  ['--at 1,40,60', 'main.usage'],
  ['--at 1,40,60,50 --seal 行', 'main.usage'],
  ['--at 1,40 --seal 行', 'main.usage'],
  ['--at 1,40,60 --straddle --seal 行', 'main.usage'],
  ['--straddle', 'main.usage'],
  ['--straddle --seal 行', 'pdf.page_missing'],
  ['--straddle --seal 行 --pages 2', 'main.usage'],
  ['--keyword 甲方 --occurrence 0', 'main.usage'],
  ['--keyword 甲方 --offset 3', 'main.usage'],
  ['--keyword 甲方 --seal 行', 'pdf.text_missing'],
  ['--field lender --seal 行 --seal-kind round', 'main.usage'],
  ['--field lender --seal BROKEN', 'pdf.seal_malformed'],
  ['--field lender --seal 示例𠮷银行', 'catalog.glyph_missing'],
  ['--field lender --p12 x', 'main.usage'],
  ['--seal 行', 'main.usage'],
  ['--field lender --certificate x', 'main.usage'],
  ['--field lender second.pdf', 'main.usage'],
  ['--field', 'main.usage'],
  ['--field --pss', 'main.usage'],
])('%s is refused: %s', async (words, code) => {
  const given = words.replace('BROKEN', at('broken.json')).split(' ');
  expect(await typed(...pem(), ...given)).toBe(code);
  expect(await readFile(at('out.pdf')).catch(() => 'nothing')).toBe('nothing');
});
