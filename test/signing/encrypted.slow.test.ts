import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromLatin1, latin1 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { openPdf, openToSign, readDss, readSignatures } from '#formats/pdf';
import { verify } from '#trust/verify';
import { type Holder, preparedFields, SigningTable } from './signing-table.ts';
import { pdfsigSays, qpdfSays } from './viewers.ts';

let folder: string;
let table: SigningTable;
let holder: Holder;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-encrypted-'));
  table = await SigningTable.open();
  holder = await table.person('rsa-pkcs1-sha256');
  await writeFile(at('plain.pdf'), preparedFields(['甲方', 'lender'].map(asWritten)));
});

afterAll(() => rm(folder, { recursive: true }));

/** A field's name as a hexadecimal string would be longer; this one is written escaped. */
function asWritten(name: string): string {
  return name === '甲方' ? String.raw`\376\377\165\062\145\271` : name;
}

async function encrypted(...how: string[]): Promise<Uint8Array> {
  const words = ['--allow-weak-crypto', '--encrypt', ...how];
  execFileSync('qpdf', [...words, at('plain.pdf'), at('encrypted.pdf')]);
  return new Uint8Array(await readFile(at('encrypted.pdf')));
}

const newField = {
  place: { is: 'new', field: 'guarantor', page: 1, rect: [200, 200, 260, 240] },
} as const;

describe.each([
  ['AES-256 with objects in streams', ['', 'owner', '256', '--', '--object-streams=generate']],
  ['AES-128', ['', 'owner', '128', '--use-aes=y', '--']],
  ['AES-128, its metadata plain', ['', '', '128', '--cleartext-metadata', '--use-aes=y', '--']],
])('a file encrypted with %s under an empty password', (_, how) => {
  test('is signed and archived inside its encryption; others decrypt what we wrote', async () => {
    let bytes = await encrypted(...how);
    bytes = await table.fill(bytes, holder, '甲方');
    table.pass(1);
    bytes = await table.signAt(bytes, holder, newField);
    table.pass(1);
    bytes = await table.raise(bytes);
    const judging = { name: 'encrypted.pdf', bytes, trust: table.trust(), at: table.now } as const;
    const report = await verify({ ...judging, revocation: 'required' }, nodeEngine);
    expect(report.flaws).toEqual([]);
    expect(report.signatures.map(({ field, is, level }) => `${field} ${is} ${level}`)).toEqual([
      '甲方 valid B-LTA',
      'guarantor valid B-LTA',
      'DocTimeStamp1 valid B-B',
    ]);

    await writeFile(at('signed.pdf'), bytes);
    expect(qpdfSays(at('signed.pdf'), '--password=')).toMatchObject({ code: 0 });
    expect(pdfsigSays(at('signed.pdf')).valid).toBe(2);
    execFileSync('qpdf', ['--decrypt', at('signed.pdf'), at('decrypted.pdf')]);
    const theirs = await openPdf(new Uint8Array(await readFile(at('decrypted.pdf'))), nodeEngine);
    const ours = await openToSign(bytes, nodeEngine);
    // Qpdf takes the contents of a document's stamp for a string to be decrypted.
    const words = (file: typeof ours) =>
      readSignatures(file)
        .map((one) => [one.field, one.signerName, one.claimedTime])
        .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
    expect(words(theirs)).toEqual(words(ours));
    expect(words(theirs)[1]).toEqual(['guarantor', 'Signer rsa-pkcs1-sha256', expect.any(String)]);
    expect(await readDss(theirs)).toEqual(await readDss(ours));
  });
});

test('what is encrypted in another way, or reserved by its owner, is refused with a code', async () => {
  const refusal = async (field: 'lender' | 'new', ...how: string[]): Promise<string> => {
    const bytes = await encrypted(...how);
    const signing =
      field === 'new' ? table.signAt(bytes, holder, newField) : table.fill(bytes, holder, field);
    return signing.then(
      () => 'signed',
      (thrown: unknown) => faultCode(thrown) ?? 'threw',
    );
  };
  expect(await refusal('lender', 'user', 'owner', '256', '--')).toBe('pdf.encrypted_password');
  expect(await refusal('lender', '', 'owner', '128', '--use-aes=n', '--')).toBe(
    'pdf.encrypted_weak',
  );
  expect(await refusal('lender', '', 'owner', '40', '--')).toBe('pdf.encrypted_weak');
  // The length of its key under a misspelt name: it is RC4, and wants no password.
  const misspelt = latin1(await encrypted('', 'owner', '128', '--use-aes=n', '--'));
  const bytes = fromLatin1(misspelt.replace('/Length 128', '/Lenght 128'));
  expect(bytes.length).toBe(misspelt.length);
  await expect(table.fill(bytes, holder, 'lender')).rejects.toThrow('pdf.encrypted_weak');
  expect(await refusal('lender', '', 'o', '256', '--force-R5', '--')).toBe('pdf.encrypted_weak');
  const reserved = ['', 'owner', '256', '--modify=none', '--'];
  expect(await refusal('lender', ...reserved)).toBe('pdf.encrypted_forbids');
  const forms = ['', 'owner', '256', '--modify=form', '--'];
  expect(await refusal('new', ...forms)).toBe('pdf.encrypted_forbids');
  expect(await refusal('lender', ...forms)).toBe('signed');
  // The house's own contracts are never encrypted.
  expect(await openPdf(await encrypted(...forms), nodeEngine).catch(faultCode)).toBe(
    'pdf.encrypted',
  );
});

test('the same signature prepared twice is the same bytes, and no two vectors are the same', async () => {
  const bytes = await encrypted('', 'owner', '256', '--');
  const signer = { ...holder, signer: { ...holder.signer } };
  const sealed = async (): Promise<string> => {
    const made = await table.signAt(bytes, signer, newField);
    return Buffer.from(made.subarray(bytes.length)).toString('latin1');
  };
  const vectors = (text: string) =>
    [...text.matchAll(/<([0-9a-f]{32})[0-9a-f]{32,}>/g)].map(([, iv]) => iv);
  const once = vectors(await sealed());
  const names = once.filter((iv) => !iv?.startsWith('3082'));
  expect(vectors(await sealed()).filter((iv) => !iv?.startsWith('3082'))).toEqual(names);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(3);
});
