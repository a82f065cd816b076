import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { openPdf, readSignatures, signedBytes } from '#formats/pdf';
import { writePem } from '#formats/x509';
import { keyMakers, onePage, SigningTable } from './signing-table.ts';

/**
 * NSS, which pdfsig asks, knows neither of these; openssl 3.0 reads no Ed25519 message with
 * attributes (RFC 8419 came later into it) and leaves SM2's identity out.
 */
const unknownToPdfsig = new Set(['ed25519', 'sm2-sm3']);
const unknownToOpenssl = unknownToPdfsig;

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-judges-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe.each(['table', 'stream'] as const)(
  'foreign judges over a file that ends in a %s',
  (shape) => {
    test('signed by six kinds of keys, raised and renewed: pdfsig, qpdf and openssl agree', async () => {
      const table = await SigningTable.open();
      let bytes = onePage(shape);
      for (const algorithm of Object.keys(keyMakers)) {
        bytes = await table.sign(bytes, await table.person(algorithm), algorithm);
        table.pass(1);
      }
      bytes = await table.raise(bytes);
      table.pass(86_400);
      bytes = await table.raise(bytes);
      await writeFile(at('in.pdf'), bytes);
      execFileSync('qpdf', ['--check', at('in.pdf')]);
      const shown = execFileSync('pdfsig', ['-nocert', at('in.pdf')], { encoding: 'utf8' });
      const valid = shown.match(/Signature is Valid/g) ?? [];
      expect(valid).toHaveLength(Object.keys(keyMakers).length - unknownToPdfsig.size);

      const { root, issuing } = table;
      await writeFile(at('root.pem'), writePem('CERTIFICATE', root.certificate.der));
      await writeFile(at('chain.pem'), writePem('CERTIFICATE', issuing.certificate.der));
      const file = await openPdf(bytes, nodeEngine);
      for (const { field, kind, contents, byteRange } of readSignatures(file)) {
        if (unknownToOpenssl.has(field)) continue;
        await writeFile(at('cms.der'), contents);
        await writeFile(at('covered'), signedBytes(bytes, byteRange));
        const said = kind === 'timestamp' ? stampByOpenssl() : signatureByOpenssl();
        expect(`${field}: ${said}`).toMatch(/Verification: OK|Verification successful/);
      }
    });
  },
);

const day = ['-attime', String(Date.parse('2026-11-21T12:00:00+08:00') / 1000)];

function signatureByOpenssl(): string {
  const trust = [
    '-CAfile',
    at('root.pem'),
    '-certfile',
    at('chain.pem'),
    '-purpose',
    'any',
    ...day,
  ];
  const input = ['-inform', 'DER', '-in', at('cms.der'), '-binary', '-content', at('covered')];
  return openssl('cms', '-verify', ...input, ...trust, '-out', '/dev/null');
}

function stampByOpenssl(): string {
  const trust = ['-CAfile', at('root.pem'), '-untrusted', at('chain.pem'), ...day];
  return openssl(
    'ts',
    '-verify',
    '-data',
    at('covered'),
    '-token_in',
    '-in',
    at('cms.der'),
    ...trust,
  );
}

/** What it says on either stream; a failure is told by its words. */
function openssl(...args: string[]): string {
  try {
    return execFileSync('sh', ['-c', 'exec openssl "$@" 2>&1', 'sh', ...args], {
      encoding: 'utf8',
    });
  } catch (thrown) {
    return thrown instanceof Error && 'stdout' in thrown ? String(thrown.stdout) : String(thrown);
  }
}
