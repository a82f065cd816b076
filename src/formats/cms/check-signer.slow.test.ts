import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import type { HashName } from '#formats/crypto';
import { type CmsFinding, checkSigner, readSignedData } from './index.ts';

/** Foreign messages: made by OpenSSL, each in a shape that our own writer does not know. */
const folder = mkdtempSync(join(tmpdir(), 'fubie-cms-'));
const at = (name: string): string => join(folder, name);
const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
const content = utf8('甲方与乙方约定如下。');

const keys: Record<string, readonly string[]> = {
  rsa: ['-newkey', 'rsa:2048'],
  p256: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p521: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  brainpool: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:brainpoolP384r1'],
};

beforeAll(() => {
  writeFileSync(at('content'), content);
  for (const [name, how] of Object.entries(keys)) {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.crt`), '-nodes', '-x509'];
    openssl('req', ...how, ...files, '-subj', `/O=测试/CN=${name}`, '-utf8', '-days', '30');
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function signed(signers: readonly string[], ...more: readonly string[]): Uint8Array {
  const by = signers.flatMap((name) => ['-signer', at(`${name}.crt`), '-inkey', at(`${name}.key`)]);
  openssl(
    'cms',
    '-sign',
    '-binary',
    '-in',
    at('content'),
    '-outform',
    'DER',
    '-out',
    at('out'),
    ...by,
    ...more,
  );
  return new Uint8Array(readFileSync(at('out')));
}

async function judged(message: Uint8Array, given = content): Promise<readonly string[]> {
  const facts = readSignedData(message, { profile: 'etsi' });
  const detached = {
    digest: (hash: HashName) => nodeEngine.digest(hash, given),
    bytes: () => given,
  };
  const results: string[] = [];
  for (const signer of facts.signers) {
    const parts = facts.content === undefined ? { content: detached } : {};
    const checked = await checkSigner({ message: facts, signer, ...parts }, nodeEngine);
    const codes: CmsFinding[] = checked.findings
      .filter((one) => one.weight !== 'warning')
      .map((one) => one.code);
    results.push(`${signer.algorithm} ${codes.join(' ') || 'good'}`);
  }
  return results;
}

describe('messages of other makers', () => {
  test.each([
    ['RSA', ['rsa'], ['-md', 'sha512'], 'rsa-pkcs1-sha512 good'],
    ['RSA with SHA-1', ['rsa'], ['-md', 'sha1'], 'rsa-pkcs1-sha1 good'],
    ['PSS', ['rsa'], ['-keyopt', 'rsa_padding_mode:pss'], 'rsa-pss-sha256-sha256-222 good'],
    [
      'PSS with a mask over another digest',
      ['rsa'],
      [
        '-keyopt',
        'rsa_padding_mode:pss',
        '-keyopt',
        'rsa_mgf1_md:sha1',
        '-keyopt',
        'rsa_pss_saltlen:20',
      ],
      'rsa-pss-sha256-sha1-20 good',
    ],
    ['P-256 with SHA-224', ['p256'], ['-md', 'sha224'], 'ecdsa-sha224 good'],
    ['P-521', ['p521'], ['-md', 'sha512'], 'ecdsa-sha512 good'],
    ['brainpool', ['brainpool'], ['-md', 'sha384'], 'ecdsa-sha384 good'],
    ['without attributes', ['rsa'], ['-noattr'], 'rsa-pkcs1-sha256 good'],
    ['by key identifier', ['p256'], ['-keyid'], 'ecdsa-sha256 good'],
    ['with the content inside', ['p256'], ['-nodetach'], 'ecdsa-sha256 good'],
    ['in indefinite lengths', ['p256'], ['-nodetach', '-stream'], 'ecdsa-sha256 good'],
    ['with certificate reference', ['p256'], ['-cades'], 'ecdsa-sha256 good'],
    ['without its certificate', ['p256'], ['-nocerts'], 'ecdsa-sha256 signer_certificate_missing'],
  ] as const)('%s', async (...[, signers, more, expected]) => {
    expect(await judged(signed(signers, ...more))).toEqual([expected]);
  });

  test('several signers are judged one by one, and another content is theirs no more', async () => {
    const message = signed(['rsa', 'p256', 'p521']);
    const algorithms = ['rsa-pkcs1-sha256', 'ecdsa-sha256', 'ecdsa-sha256'];
    expect((await judged(message)).toSorted()).toEqual(
      algorithms.map((one) => `${one} good`).toSorted(),
    );
    const other = await judged(message, utf8('甲方与乙方约定如上。'));
    expect(other.every((one) => one.endsWith(' digest_differs'))).toBe(true);
    const bare = await judged(signed(['rsa'], '-noattr'), utf8('x'));
    expect(bare).toEqual(['rsa-pkcs1-sha256 signature_broken']);
  });

  test('the strict profile refuses what is not DER, and says where; zeros behind are padding', () => {
    const streamed = signed(['p256'], '-nodetach', '-stream');
    expect(() => readSignedData(streamed, { profile: 'strict' })).toThrowError('der.malformed');
    expect(readSignedData(streamed, { profile: 'etsi' }).notStrict.join()).toContain('indefinite');
    const message = signed(['p256']);
    const padded = new Uint8Array([...message, 0, 0, 0]);
    expect(readSignedData(padded, { profile: 'etsi' }).notStrict).toEqual([]);
    padded[padded.length - 1] = 1;
    expect(readSignedData(padded, { profile: 'etsi' }).notStrict).toHaveLength(1);
  });

  test('no flipped byte of a message leaves a good signature over the same certificate', async () => {
    const message = signed(['p256'], '-nocerts', '-cades');
    const pem = readFileSync(at('p256.crt'), 'utf8').split('\n').slice(1, -2).join('');
    const certificates = [new Uint8Array(Buffer.from(pem, 'base64'))];
    const facts = readSignedData(message, { profile: 'etsi' });
    const bytes = () => content;
    const digest = (hash: HashName) => nodeEngine.digest(hash, content);
    for (let place = 0; place < message.length; place += 3) {
      const flipped = message.map((byte, index) => (index === place ? byte ^ 0x20 : byte));
      try {
        const read = readSignedData(flipped, { profile: 'etsi' });
        const [signer] = read.signers;
        if (signer === undefined) continue;
        const check = { message: read, signer, certificates, content: { digest, bytes } };
        const { findings } = await checkSigner(check, nodeEngine);
        const bad = findings.some((one) => one.weight !== 'warning');
        // Version numbers and the list of digests before the content say nothing that is signed.
        const isSame = signer.signature.join() === facts.signers[0]?.signature.join();
        if (!bad) expect([place, isSame]).toEqual([place, true]);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: expect.stringMatching(/^(cms|der|x509)\./) });
      }
    }
  });
});
