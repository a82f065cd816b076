import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromHex } from '#base/bytes';
import { type Certificate, readCertificate, readPem } from '#formats/x509';
import { holdsWithoutIdentity, sm2SignatureFromDer, verifySm2 } from './index.ts';

const corpus = '../shared/corpus/sm2';
const hasCorpus = existsSync(corpus);
if (!hasCorpus) console.warn(`skip: ${corpus} is absent, foreign SM2 signatures are not checked`);

const spkiPrefix = '3059301306072a8648ce3d020106082a811ccf5501822d034200';

/** The blocks of an evp_test file: `name = value` lines, the first of which names the block. */
function blocks(): readonly ReadonlyMap<string, string>[] {
  const text = readFileSync(`${corpus}/evppkey_sm2.txt`, 'utf8');
  return text
    .split(/\n\s*\n/)
    .map((block) =>
      block
        .split('\n')
        .filter((line) => !line.startsWith('#') && line.includes('='))
        .map((line) => line.split(/\s*=\s*/, 2) as [string, string]),
    )
    .filter((lines) => lines.length > 0)
    .map((lines) => new Map(lines));
}

function certificate(name: string): Certificate {
  const pem = readFileSync(`${corpus}/${name}`, 'utf8');
  const [der] = readPem('CERTIFICATE', pem.slice(pem.indexOf('-----BEGIN')));
  if (der === undefined) throw new Error(name);
  return readCertificate(der);
}

async function isIssued(child: string, issuer: string): Promise<'valid' | 'without Z' | 'broken'> {
  const { tbs: message, signature: der } = certificate(child);
  const { publicKey } = certificate(issuer);
  const signature = sm2SignatureFromDer(der) ?? new Uint8Array();
  if (await verifySm2({ publicKey, message, signature }, nodeEngine)) return 'valid';
  const bare = await holdsWithoutIdentity({ publicKey, message, signature }, nodeEngine);
  return bare ? 'without Z' : 'broken';
}

describe('corpus/sm2 (Tongsuo)', () => {
  test('every Verify of evp_test has the stated result', async (context) => {
    if (!hasCorpus) return context.skip('the corpus folder is absent');
    const keys = new Map<string, Uint8Array>();
    let checked = 0;
    for (const block of blocks()) {
      const q = block.get('Q');
      const name = block.get('PrivateKey');
      if (name !== undefined && q !== undefined) keys.set(name, fromHex(spkiPrefix + q));
      const key = block.get('Verify') ?? block.get('DigestVerify');
      const digest = block.get('Input');
      const publicKey = keys.get(key ?? '');
      // A digest of another length than SM3's is refused by OpenSSL before any mathematics.
      if (publicKey === undefined || digest?.length !== 64) continue;
      const signature = sm2SignatureFromDer(fromHex((block.get('Output') ?? '').toLowerCase()));
      const check = {
        publicKey,
        signature: signature ?? new Uint8Array(),
        message: new Uint8Array(),
      };
      // These vectors give e itself: an engine whose SM3 answers e makes the check take it as is.
      const e = fromHex(digest.toLowerCase());
      const holds = await holdsWithoutIdentity(check, { digest: async () => concat(e) });
      expect([key, digest, holds]).toEqual([key, digest, block.get('Result') === undefined]);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(1);
  });

  test('certificates are signed with Z and the usual identity, the noza ones without', async (context) => {
    if (!hasCorpus) return context.skip('the corpus folder is absent');
    expect(await isIssued('sm2-root-cert.pem', 'sm2-root-cert.pem')).toBe('valid');
    expect(await isIssued('sm2-noza-root-cert.pem', 'sm2-noza-root-cert.pem')).toBe('without Z');
    expect(await isIssued('sm2-noza-cert.pem', 'sm2-noza-root-cert.pem')).toBe('without Z');
    expect(await isIssued('sm2_chain-ca.crt', 'sm2_chain-ca.crt')).toBe('valid');
    expect(await isIssued('sm2-leaf.crt', 'sm2-chain-ca.crt')).toBe('valid');
    expect(await isIssued('sm2-leaf.crt', 'sm2_chain-ca.crt')).toBe('broken');
  });
});
