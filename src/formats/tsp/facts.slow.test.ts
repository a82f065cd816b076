import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import type { HashName } from '#formats/crypto';
import { checkTimestamp, readTimestamp } from './index.ts';

/** Tokens of another authority: OpenSSL's, with accuracy, ordering and nonce. */
const folder = mkdtempSync(join(tmpdir(), 'fubie-tsp-'));
const at = (name: string): string => join(folder, name);
const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'pipe' });
const stampedBytes = utf8('签名值');
const stamped = { digest: (hash: HashName) => nodeEngine.digest(hash, stampedBytes) };

const settings = `
[tsa]
default_tsa = one
[one]
serial = ${at('serial')}
signer_digest = sha384
default_policy = 1.2.3.4
other_policies = 1.2.3.5
digests = sha1, sha256, sha512, sm3
accuracy = secs:1, millisecs:500, microsecs:100
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[req]
distinguished_name = dn
[dn]
[ext]
extendedKeyUsage = critical,timeStamping
[loose]
extendedKeyUsage = timeStamping,clientAuth
`;

beforeAll(() => {
  writeFileSync(at('cnf'), settings);
  writeFileSync(at('data'), stampedBytes);
  writeFileSync(at('serial'), '01');
  const key = ['-newkey', 'rsa:2048', '-nodes', '-config', at('cnf'), '-x509', '-subj', '/CN=TSA'];
  openssl('req', ...key, '-extensions', 'ext', '-keyout', at('k'), '-out', at('c'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function answer(hash: string, ...more: string[]): Uint8Array {
  openssl('ts', '-query', '-data', at('data'), `-${hash}`, '-cert', '-out', at('q'), ...more);
  const by = ['-config', at('cnf'), '-signer', at('c'), '-inkey', at('k')];
  openssl('ts', '-reply', '-queryfile', at('q'), ...by, '-out', at('r'));
  return new Uint8Array(readFileSync(at('r')));
}

describe('a token of another authority', () => {
  test.each(['sha1', 'sha256', 'sha512', 'sm3'] as const)(
    'over %s is read and holds',
    async (hash) => {
      const facts = readTimestamp(answer(hash));
      expect(facts.imprint.hash).toBe(hash);
      expect(facts).toMatchObject({ policy: '1.2.3.4', accuracyMs: 1501, ordering: true });
      expect(typeof facts.nonce).toBe('bigint');
      const checked = await checkTimestamp({ facts, stamped }, nodeEngine);
      expect(checked).toMatchObject({
        imprintIntact: true,
        contentIntact: true,
        signatureIntact: true,
        bound: true,
        purpose: 'only',
        findings: [],
      });
      const alone = readTimestamp(facts.der);
      expect([alone.serial, alone.time]).toEqual([facts.serial, facts.time]);
      const other = { digest: (name: HashName) => nodeEngine.digest(name, utf8('x')) };
      expect((await checkTimestamp({ facts, stamped: other }, nodeEngine)).imprintIntact).toBe(
        false,
      );
    },
  );

  test('with a changed time is broken, and what is no token is refused with a code', async () => {
    const whole = answer('sha256');
    const info = readTimestamp(whole).info;
    const place = whole.findIndex((_, from) =>
      info.every((byte, step) => whole[from + step] === byte),
    );
    const year = info.findIndex((byte, step) => byte === 0x32 && info[step + 1] === 0x30);
    const changed = whole.map((byte, index) => (index === place + year + 3 ? byte ^ 1 : byte));
    const checked = await checkTimestamp({ facts: readTimestamp(changed), stamped }, nodeEngine);
    expect(checked).toMatchObject({ imprintIntact: false, contentIntact: false });
    expect(checked.findings.map((one) => one.code)).toEqual(['digest_differs']);
    expect(() => readTimestamp(utf8('token'))).toThrowError(/^(der|cms|tsp)\./);
  });
});
