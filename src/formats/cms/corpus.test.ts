import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromHex, latin1, toHex } from '#base/bytes';
import { checkSigner, readSignedData } from './index.ts';

const file = '../shared/corpus/pdf-attack/isa_G.pdf';
const hasCorpus = existsSync(file);
if (!hasCorpus) console.warn(`skip: ${file} is absent, an old signer's habits are not read`);

test('adbe.pkcs7.sha1 of an old signer, who names a signature algorithm as the digest', async (context) => {
  if (!hasCorpus) return context.skip('the corpus folder is absent');
  const contents = /\/Contents\s*<([0-9a-f]+)>/i.exec(latin1(new Uint8Array(readFileSync(file))));
  const bytes = fromHex((contents?.[1] ?? '').toLowerCase());
  const message = readSignedData(bytes, { profile: 'etsi' });
  expect(message.notStrict).toEqual(['rsa-pkcs1-sha1 named as a digest']);
  // The content inside is the digest of the byte range; whoever has the file compares it.
  expect(toHex(message.content ?? new Uint8Array())).toBe(
    '59db4b991163b7e88c6bbeffb9ce274df55fb63d',
  );
  const [signer] = message.signers;
  if (signer === undefined) throw new Error('no signer');
  const checked = await checkSigner({ message, signer }, nodeEngine);
  expect(checked).toMatchObject({ signatureIntact: true, bound: false });
  expect(checked.findings.map((one) => one.code)).toEqual(['signing_certificate_unbound']);
});
