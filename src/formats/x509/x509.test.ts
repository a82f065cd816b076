import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { equal } from '#base/bytes';
import { addSeconds, type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import {
  authorityKeyIdentifier,
  basicConstraints,
  buildCertificate,
  buildCrl,
  buildCsr,
  buildName,
  type Certificate,
  checkCrl,
  checkCsr,
  checkIssued,
  extendedKeyUsage,
  keyIdentifier,
  keyUsage,
  namePart,
  noRevAvail,
  parseCertificate,
  parseCrl,
  parseCsr,
  publicKeyKind,
  purposeOid,
  readOnePem,
  readPem,
  subjectKeyIdentifier,
  writePem,
} from './index.ts';

const now = instantFromMs(1_795_000_000_000);
const folder = mkdtempSync(join(tmpdir(), 'fubie-x509-'));
afterAll(() => rmSync(folder, { recursive: true }));

const authoritySigner = softSigner(generateSoftKey('p256'));
const personSigner = softSigner(generateSoftKey('p256'));
const authorityName = buildName([
  ['country', 'CN'],
  ['organization', '傅别'],
  ['commonName', 'TEST CA – NOT LICENSED'],
]);
const personName = buildName([
  ['commonName', '王芳'],
  ['serialNumber', '01936f00-0000-7000-8000-000000000001'],
]);

async function authority(): Promise<Certificate> {
  const identifier = await keyIdentifier(authoritySigner.publicKey, nodeEngine);
  return buildCertificate(
    {
      serial: Uint8Array.of(1),
      issuer: authorityName,
      subject: authorityName,
      notBefore: now,
      notAfter: addSeconds(now, 86_400 * 365 * 30),
      publicKey: authoritySigner.publicKey,
      extensions: [
        basicConstraints(true),
        keyUsage('keyCertSign', 'cRLSign'),
        subjectKeyIdentifier(identifier),
      ],
    },
    authoritySigner,
  );
}

async function person(notAfter: Instant = addSeconds(now, 600)): Promise<Certificate> {
  const issuerIdentifier = await keyIdentifier(authoritySigner.publicKey, nodeEngine);
  return buildCertificate(
    {
      serial: Uint8Array.of(0x80, 2, 3),
      issuer: authorityName,
      subject: personName,
      notBefore: now,
      notAfter,
      publicKey: personSigner.publicKey,
      extensions: [
        basicConstraints(false),
        keyUsage('digitalSignature', 'contentCommitment'),
        extendedKeyUsage(false, purposeOid.documentSigning, purposeOid.emailProtection),
        authorityKeyIdentifier(issuerIdentifier),
        noRevAvail(),
      ],
    },
    authoritySigner,
  );
}

function openssl(...args: string[]): { code: number | null; text: string } {
  const run = spawnSync('openssl', args, { encoding: 'utf8' });
  return { code: run.status, text: `${run.stdout}${run.stderr}` };
}
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skip: no openssl on this computer, its judgement is not asked');

describe('certificates', () => {
  test('say back what they were made with', async () => {
    const made = parseCertificate((await person()).der);
    expect(made.subjectCommonName).toBe('王芳');
    expect(namePart(made.subject, 'serialNumber')).toBe('01936f00-0000-7000-8000-000000000001');
    expect(made.issuer.text).toBe('C=CN, O=傅别, CN=TEST CA – NOT LICENSED');
    expect(made.serial).toBe('00800203');
    expect([made.notBefore, made.notAfter]).toEqual([now, addSeconds(now, 600)]);
    expect(made.extensions.keyUsage).toEqual(['digitalSignature', 'contentCommitment']);
    expect(made.extensions.noRevAvail).toBe(true);
    expect(made.extensions.basicConstraints).toEqual({ ca: false });
    expect(made.extensions.criticalUnknown).toEqual([]);
    expect(publicKeyKind(made.publicKey)).toBe('p256');
    expect((await authority()).extensions.basicConstraints).toEqual({ ca: true, pathLength: 0 });
  });

  test('every flipped byte is refused or breaks the signature', async () => {
    const issuer = await authority();
    const certificate = await person();
    for (let at = 0; at < certificate.der.length; at += 1) {
      const flipped = certificate.der.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 0x01;
      let is = 'invalid';
      try {
        const check = { certificate: parseCertificate(flipped), issuer, at: now };
        is = (await checkIssued(check, nodeEngine)).is;
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Fault);
      }
      expect(is, `byte ${at}`).toBe('invalid');
    }
  });

  test('are good for their own time and their own issuer only', async () => {
    const [issuer, certificate] = [await authority(), await person()];
    const check = { certificate, issuer, at: addSeconds(now, 600) };
    const because = async (changed: Partial<typeof check>): Promise<unknown> =>
      checkIssued({ ...check, ...changed }, nodeEngine);
    expect(await because({})).toEqual({ is: 'valid' });
    expect(await because({ at: addSeconds(now, 601) })).toMatchObject({
      because: 'certificate_expired',
    });
    expect(await because({ at: addSeconds(now, -1) })).toMatchObject({
      because: 'certificate_not_yet_valid',
    });
    expect(await because({ issuer: certificate })).toMatchObject({ because: 'issuer_differs' });
    const pretender = { ...issuer, publicKey: personSigner.publicKey };
    expect(await because({ issuer: pretender })).toMatchObject({
      because: 'certificate_signature_broken',
    });
    const noAuthority = { ...certificate, subject: authorityName };
    expect(await because({ issuer: noAuthority })).toMatchObject({
      because: 'issuer_not_authority',
    });
  });

  test('openssl reads and verifies them, with the Chinese name', async (context) => {
    if (!hasOpenssl) return context.skip('openssl is not installed');
    writeFileSync(join(folder, 'ca.pem'), writePem('CERTIFICATE', (await authority()).der));
    const far = await person(addSeconds(now, 86_400 * 365 * 25));
    writeFileSync(join(folder, 'person.pem'), writePem('CERTIFICATE', far.der));
    const text = openssl(
      'x509',
      '-in',
      join(folder, 'person.pem'),
      '-noout',
      '-text',
      '-nameopt',
      'utf8,sep_comma_plus',
    ).text;
    expect(text).toContain('CN=王芳');
    expect(text).toContain('Digital Signature, Non Repudiation');
    const judged = openssl(
      'verify',
      '-x509_strict',
      '-attime',
      String(now / 1000 + 60),
      '-CAfile',
      join(folder, 'ca.pem'),
      join(folder, 'person.pem'),
    );
    expect(judged.text).toContain('person.pem: OK');
  });
});

describe('requests and revocation lists', () => {
  test('a request proves possession of its key', async () => {
    const csr = parseCsr(await buildCsr(personName, personSigner));
    expect(csr.subject.text).toBe(personName.text);
    expect(await checkCsr(csr, nodeEngine)).toEqual({ is: 'valid' });
    const stolen = { ...csr, publicKey: authoritySigner.publicKey };
    expect(await checkCsr(stolen, nodeEngine)).toEqual({
      is: 'invalid',
      because: 'signature_broken',
    });
  });

  test('openssl accepts our request and our list', async (context) => {
    if (!hasOpenssl) return context.skip('openssl is not installed');
    writeFileSync(join(folder, 'ca.pem'), writePem('CERTIFICATE', (await authority()).der));
    const request = await buildCsr(personName, personSigner);
    writeFileSync(join(folder, 'csr.pem'), writePem('CERTIFICATE REQUEST', request));
    expect(openssl('req', '-in', join(folder, 'csr.pem'), '-noout', '-verify').text).toContain(
      'verify OK',
    );
    const crl = await buildCrl(
      {
        issuer: authorityName,
        issuerKeyIdentifier: await keyIdentifier(authoritySigner.publicKey, nodeEngine),
        number: 7n,
        thisUpdate: now,
        nextUpdate: addSeconds(now, 86_400),
        revoked: [{ serial: '00800203', at: now }],
      },
      authoritySigner,
    );
    const again = parseCrl(crl.der);
    expect([again.number, again.revoked]).toEqual([7n, [{ serial: '00800203', at: now }]]);
    expect(await checkCrl(again, await authority(), nodeEngine)).toEqual({ is: 'valid' });
    writeFileSync(join(folder, 'crl.pem'), writePem('X509 CRL', crl.der));
    const judged = openssl(
      'crl',
      '-in',
      join(folder, 'crl.pem'),
      '-noout',
      '-CAfile',
      join(folder, 'ca.pem'),
    );
    expect(judged.text).toContain('verify OK');
  });

  test('a request that openssl made is read', () => {
    if (!hasOpenssl) return;
    openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      join(folder, 'k.pem'),
      '-subj',
      '/CN=other',
      '-out',
      join(folder, 'r.der'),
      '-outform',
      'DER',
    );
    const run = spawnSync('openssl', ['req', '-in', join(folder, 'r.der'), '-inform', 'DER']);
    const csr = parseCsr(readOnePem('CERTIFICATE REQUEST', run.stdout.toString()));
    expect(csr.subject.text).toBe('CN=other');
  });
});

describe('PEM', () => {
  test('what is written is read back, and no other spelling is read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1 }),
        (ders) => {
          const text = writePem('CERTIFICATE', ...ders);
          expect(readPem('CERTIFICATE', text).every((der, at) => equal(der, ders[at] ?? der))).toBe(
            true,
          );
          expect(() => readPem('CERTIFICATE', `${text}\n`)).toThrowError('x509.pem_malformed');
          expect(() => readPem('PUBLIC KEY', text)).toThrowError('x509.pem_malformed');
        },
      ),
    );
  });
});

test('random bytes throw only a Fault', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      for (const parse of [parseCertificate, parseCsr, parseCrl]) {
        expect(() => parse(bytes)).toThrowError(Fault);
      }
    }),
  );
});
