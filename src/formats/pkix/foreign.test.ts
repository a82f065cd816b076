import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1, latin1 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { certificateTime, integer, sequence } from '#formats/der';
import { readOcsp } from '#formats/ocsp';
import {
  type Certificate,
  extensionOid,
  findPem,
  findRevoked,
  nameKey,
  parseCertificate,
  publicKeyFacts,
  readCertificate,
  readRevocationList,
} from '#formats/x509';
import { buildPath } from './index.ts';
import { extension, writeList, writeResponse } from './revocation.fixture.ts';
import { certify, type Draft, having, keyAt, lacking, named, now, plan } from './world.fixture.ts';

const folder = '../shared/corpus/sm2';
const hasCorpus = existsSync(folder);
if (!hasCorpus) console.warn(`skip: ${folder} is absent, no SM2 certificate is judged`);

function fromCorpus(file: string): readonly Certificate[] {
  const text = latin1(new Uint8Array(readFileSync(`${folder}/${file}`)));
  return findPem('CERTIFICATE', text).map((der) => readCertificate(der));
}

describe('certificates as they are found', () => {
  const odd: readonly (readonly [string, (leaf: Draft) => void])[] = [
    ['version', (leaf) => void Object.assign(leaf, { version: undefined, extensions: [] })],
    ['serial_negative', (leaf) => void (leaf.serial = Uint8Array.of(2, 1, 0x80))],
    ['serial_long', (leaf) => void (leaf.serial = integer(1n << 160n))],
    ['serial_zero', (leaf) => void (leaf.serial = integer(0))],
    ['time_spelling', (leaf) => void (leaf.times = [time('2601010000Z'), leaf.times[1]])],
    ['time_spelling', (leaf) => void (leaf.times = [time('260101080000+0800'), leaf.times[1]])],
    ['extensions_in_old_version', (leaf) => void (leaf.version = 1)],
    [
      'extension_malformed',
      (leaf) => having(leaf, extension(extensionOid.crlDistributionPoints, integer(1))),
    ],
    // TRUE as 0x01: BER.
    [
      'not_der',
      (leaf) =>
        having(leaf, extension(extensionOid.basicConstraints, Uint8Array.of(0x30, 3, 1, 1, 1))),
    ],
  ];
  test.each(odd)('%s is read and said', async (oddity, bend) => {
    const { leaf } = await plan();
    bend(leaf);
    const certificate = await certify(leaf);
    expect(certificate.oddities).toContain(oddity);
    expect(certificate.subject.text).toContain('leaf');
    expect(() => parseCertificate(certificate.der)).toThrowError('x509.malformed');
  });

  test('an octet of TRUE that is not 0xff makes an authority all the same', async () => {
    const { leaf } = await plan();
    having(leaf, extension(extensionOid.basicConstraints, Uint8Array.of(0x30, 3, 1, 1, 1)));
    expect((await certify(leaf)).extensions.basicConstraints).toEqual({ ca: true });
  });

  test('bytes after a certificate are not part of it', async () => {
    const { der } = await certify((await plan()).leaf);
    expect(() => readCertificate(concat(der, Uint8Array.of(0)))).toThrowError('der.malformed');
  });

  test('names are one for all their spellings', () => {
    const keys = ['Bank  of TESTS', 'bank of tests ', 'Ｂank of Tests'].map((text) =>
      nameKey(named(text)),
    );
    expect(new Set(keys).size).toBe(1);
    expect(nameKey(named('bank of test'))).not.toBe(keys[0]);
  });

  test('keys are described, weak ones too', async () => {
    const { leaf } = await plan();
    expect(publicKeyFacts((await certify(leaf)).publicKey)).toMatchObject({
      family: 'ec',
      curve: 'P-256',
      bits: 256,
    });
    expect(publicKeyFacts(Uint8Array.of(0x30, 0))).toMatchObject({ family: 'other', bits: 0 });
  });
});

describe('SM2 certificates of the field', () => {
  const at = instantFromMs(Date.parse('2022-01-01T00:00:00Z'));
  test.each([
    ['sm2-leaf.crt', 'sm2-chain-ca.crt', 'valid'],
    ['sm2_server_sign.crt', 'sm2_chain-ca.crt', 'valid'],
    // Made without the signer's identity (Z), which GB/T 32918.2 demands.
    ['sm2-noza-cert.pem', 'sm2-noza-root-cert.pem', 'invalid'],
  ])('%s under %s: %s', async (leaf, root, is) => {
    if (!hasCorpus) return;
    const anchors = fromCorpus(root).map((certificate) => ({
      certificate,
      applies: 'key' as const,
    }));
    const [target] = fromCorpus(leaf);
    if (target === undefined) throw new Error(leaf);
    const ask = { target, anchors, pool: [], at, engine: nodeEngine, validity: 'ignored' } as const;
    const verdict = await buildPath(ask);
    expect(verdict.is === 'valid' ? 'valid' : `${verdict.is} ${verdict.because.code}`).toBe(
      is === 'valid' ? is : 'invalid signature_broken',
    );
    if (verdict.is === 'valid') {
      expect(verdict.path.algorithms[0]).toMatchObject({ name: 'sm2-sm3', key: { curve: 'SM2' } });
    }
  });
});

test('a list of more numbers than a tree would hold is searched, not parsed', async () => {
  const { middle } = await plan();
  const count = 70_000;
  const entry = sequence(integer(1_000_000), certificateTime(now));
  const serialAt = 4;
  const entriesDer = new Uint8Array(entry.length * count);
  for (let number = 0; number < count; number += 1) {
    const at = number * entry.length;
    entriesDer.set(entry, at);
    entriesDer.set(integer(1_000_000 + number).subarray(2), at + serialAt);
  }
  const issuer = middle.subject;
  const list = readRevocationList(
    await writeList({ issuer, signer: keyAt(1), thisUpdate: now, entriesDer }),
  );
  expect(findRevoked(list, { serial: '0f4240', issuer })).toMatchObject({ from: now, reason: 0 });
  expect(findRevoked(list, { serial: '01', issuer })).toBeUndefined();
});

test('bytes that were tampered with throw only a Fault, whoever reads them', async () => {
  const { leaf, middle } = await plan();
  lacking(leaf, extensionOid.subjectAltName);
  const [certificate, issuer] = await Promise.all([certify(leaf), certify(middle)]);
  const signer = keyAt(1);
  const list = await writeList({
    issuer: issuer.subject,
    signer,
    thisUpdate: now,
    entries: [{ serial: '07', from: now }],
  });
  const response = await writeResponse({ certificate, issuer, signer, producedAt: now });
  const readers: readonly (readonly [Uint8Array, (bytes: Uint8Array) => unknown])[] = [
    [certificate.der, readCertificate],
    [list, (bytes) => findRevoked(readRevocationList(bytes), certificate)],
    [response, readOcsp],
  ];
  for (const [honest, read] of readers) {
    fc.assert(
      fc.property(
        fc.nat(honest.length - 1),
        fc.uint8Array({ maxLength: 4 }),
        fc.nat(4),
        (at, put, cut) => {
          const bytes = concat(honest.subarray(0, at), put, honest.subarray(at + cut));
          try {
            read(bytes);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Fault);
          }
        },
      ),
    );
  }
});

function time(text: string): Uint8Array {
  return Uint8Array.of(0x17, text.length, ...fromLatin1(text));
}
