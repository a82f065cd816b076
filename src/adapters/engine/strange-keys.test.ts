/**
 * Key files that say of a curve's key what is not so, or say it in another form, and the factor
 * that no two SM2 signatures may share.
 */
import {
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  pbkdf2Sync,
} from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import {
  bitString,
  contextConstructed,
  DerReader,
  integer,
  integerOf,
  octetString,
  oid,
  parseDer,
  sequence,
  tag,
} from '#formats/der';
import { identityBlock, sm2DefaultId, sm2Order, sm2PublicKey } from '#formats/sm2';
import { buildCertificate, buildName, writePem } from '#formats/x509';
import {
  generateSoftKey,
  nodeEngine,
  openPkcs12,
  softKeyFromDer,
  softKeyFromPem,
  softSigner,
} from './index.ts';
import { sm2Signer } from './sm2-signer.ts';

const curves = { 'P-256': '1.2.840.10045.3.1.7', SM2: '1.2.156.10197.1.301' } as const;
const nodeNames = { 'P-256': 'prime256v1', SM2: 'SM2' } as const;
type Curve = keyof typeof curves;
const message = utf8('契约');

/** PKCS#8 of a secret number, with the public half that it is given, if any. */
function pkcs8(curve: Curve, secret: Uint8Array, point?: Uint8Array): Uint8Array {
  const algorithm = sequence(oid('1.2.840.10045.2.1'), oid(curves[curve]));
  return sequence(integer(0), algorithm, octetString(sec1(secret, point)));
}

function sec1(secret: Uint8Array, point?: Uint8Array, curve?: Curve): Uint8Array {
  return sequence(
    integer(1),
    octetString(secret),
    ...(curve === undefined ? [] : [contextConstructed(0, oid(curves[curve]))]),
    ...(point === undefined ? [] : [contextConstructed(1, bitString(point))]),
  );
}

function pairOn(curve: Curve) {
  const own = createECDH(nodeNames[curve]);
  const [point, secret] = [own.generateKeys(), fromHex(own.getPrivateKey('hex').padStart(64, '0'))];
  return { secret, point, half: own.getPublicKey(null, 'compressed') };
}

function read(der: Uint8Array) {
  return softSigner(softKeyFromPem(writePem('PRIVATE KEY', der)));
}

describe.each(['P-256', 'SM2'] as const)('a key file of %s', (curve) => {
  test('whose public half is another key is none', () => {
    const { secret } = pairOn(curve);
    const other = pairOn(curve).point;
    expect(() => read(pkcs8(curve, secret, other))).toThrowError('crypto.key_malformed');
  });

  test('in each of its forms is one key', async () => {
    const { secret, point, half } = pairOn(curve);
    const signers = [
      read(pkcs8(curve, secret)),
      read(pkcs8(curve, secret, half)),
      softSigner(softKeyFromDer(pkcs8(curve, secret, point))),
      softSigner(softKeyFromDer(sec1(secret, point, curve))),
    ];
    const { algorithm, publicKey } = read(pkcs8(curve, secret, point));
    for (const signer of signers) {
      expect(toHex(signer.publicKey)).toBe(toHex(publicKey));
      const signature = await signer.sign(message);
      expect(await nodeEngine.verify({ algorithm, publicKey, signature, message })).toBe(true);
    }
  });
});

test('PKCS#1 is read out of DER, too', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = new Uint8Array(privateKey.export({ format: 'der', type: 'pkcs1' }));
  expect(softSigner(softKeyFromDer(der)).algorithm).toBe('rsa-pkcs1-sha256');
});

test('the one secret that SM2 cannot sign with is refused, and does not go round for ever', () => {
  const secret = fromHex((sm2Order - 1n).toString(16));
  expect(() => read(pkcs8('SM2', secret))).toThrowError('crypto.key_unsuitable');
});

test('an RSA key for other digests, more salt or with a small exponent signs nothing', async () => {
  const made = (more: object) =>
    generateKeyPairSync('rsa-pss', { modulusLength: 2048, ...more }).privateKey;
  const sha384 = { hashAlgorithm: 'sha384', mgf1HashAlgorithm: 'sha384' };
  for (const more of [sha384, { ...ownPss, saltLength: 48 }, { publicExponent: 3 }]) {
    expect(() => softSigner(made(more))).toThrowError('crypto.key_unsuitable');
  }
  const signed = await softSigner(made({ ...ownPss, saltLength: 32 })).sign(utf8('x'));
  expect(signed).toHaveLength(256);
});
const ownPss = { hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256' };

test('a key under more rounds than anybody waits for is refused before they begin', () => {
  const [pbes2, pbkdf2, aes] = [
    '1.2.840.113549.1.5.13',
    '1.2.840.113549.1.5.12',
    '2.16.840.1.101.3.4.1.42',
  ];
  const sealed = (rounds: number): Uint8Array => {
    const derived = sequence(
      oid(pbkdf2),
      sequence(octetString(new Uint8Array(8)), integer(rounds)),
    );
    const cipher = sequence(oid(aes), octetString(new Uint8Array(16)));
    const algorithm = sequence(oid(pbes2), sequence(derived, cipher));
    return sequence(algorithm, octetString(new Uint8Array(48)));
  };
  const codeOf = (rounds: number): string | undefined => {
    try {
      softKeyFromDer(sealed(rounds), 'secret');
      return undefined;
    } catch (thrown) {
      return faultCode(thrown);
    }
  };
  expect(codeOf(2048)).toBe('crypto.key_password');
  expect(codeOf(1_000_001)).toBe('pkcs12.limit');
});

describe('the factor of an SM2 signature', () => {
  const key = generateSoftKey('sm2');
  const spki = createPublicKey(createPrivateKey(key.export({ format: 'pem', type: 'pkcs8' })));
  const point = sm2PublicKey(new Uint8Array(spki.export({ format: 'der', type: 'spki' })));
  /** The first coordinate of k · G, which r gives away: r − e modulo the order. */
  async function traceOf(text: string, chance: number): Promise<bigint> {
    if (point === undefined) throw new Error('no point');
    const signer = sm2Signer(key, {
      random: { bytes: (count) => new Uint8Array(count).fill(chance) },
    });
    const signature = await signer.sign(utf8(text));
    const r = integerOf(new DerReader(parseDer(signature), tag.sequence).next(tag.integer));
    const za = await nodeEngine.digest('sm3', identityBlock(point, utf8(sm2DefaultId)));
    const e = await nodeEngine.digest('sm3', concat(za, utf8(text)));
    return (r - BigInt(`0x${toHex(e)}`) + 2n * sm2Order) % sm2Order;
  }

  test('is another for each message and each chance, though the other stays', async () => {
    const traces = await Promise.all([traceOf('one', 7), traceOf('two', 7), traceOf('one', 8)]);
    expect(new Set(traces).size).toBe(3);
    expect(await traceOf('one', 7)).toBe(traces[0]);
  });
});

describe('a key file whose check value is made by PBMAC1 (RFC 9579)', async () => {
  const password = '990101-口令';
  const key = generateSoftKey('p256');
  const signer = softSigner(key);
  const name = buildName([['commonName', 'PBMAC1']]);
  const certificate = await buildCertificate(
    {
      serial: Uint8Array.of(5),
      issuer: name,
      subject: name,
      notBefore: instantFromMs(0),
      notAfter: instantFromMs(1_900_000_000_000),
      publicKey: signer.publicKey,
      extensions: [],
    },
    signer,
  );
  const data = '1.2.840.113549.1.7.1';
  const held = (id: string, value: Uint8Array) => sequence(oid(id), contextConstructed(0, value));
  const bag = (kind: number, value: Uint8Array) => held(`1.2.840.113549.1.12.10.1.${kind}`, value);
  const safe = sequence(
    bag(1, new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }))),
    bag(3, held('1.2.840.113549.1.9.22.1', octetString(certificate.der))),
  );
  const safeOf = (bags: Uint8Array) => held(data, octetString(bags));
  const salt = fromHex('0102030405060708');

  interface Making {
    readonly hash?: 'sha256' | 'sha384' | 'sha512';
    /** What the file says of the length of the key; nothing where it is null. */
    readonly stated?: number | null;
    readonly saltStated?: Uint8Array;
    readonly iterationsStated?: number;
    /** How many there are beside the one that holds something. */
    readonly emptySafes?: number;
  }

  function made({ hash = 'sha256', ...more }: Making): Uint8Array {
    const { stated = 32, saltStated = salt, iterationsStated = 2048, emptySafes = 0 } = more;
    const empty = Array.from({ length: emptySafes }, () => safeOf(sequence()));
    const content = sequence(safeOf(safe), ...empty);
    const hmac = sequence(oid(`1.2.840.113549.2.${{ sha256: 9, sha384: 10, sha512: 11 }[hash]}`));
    const bytes = stated === null ? [] : [integer(stated)];
    const derivation = sequence(octetString(saltStated), integer(iterationsStated), ...bytes, hmac);
    const parameters = sequence(sequence(oid('1.2.840.113549.1.5.12'), derivation), hmac);
    const algorithm = sequence(oid('1.2.840.113549.1.5.14'), parameters);
    const macKey = pbkdf2Sync(password, salt, 2048, stated ?? 32, hash);
    const digest = new Uint8Array(createHmac(hash, macKey).update(content).digest());
    const mac = sequence(sequence(algorithm, octetString(digest)), octetString(utf8('NOT USED')));
    return sequence(integer(3), held(data, octetString(content)), mac);
  }

  const codeOf = (bytes: Uint8Array, word = password): string => {
    try {
      return openPkcs12(bytes, word).key.equals(key) ? 'opened' : 'another key';
    } catch (thrown) {
      return faultCode(thrown) ?? String(thrown);
    }
  };
  /** What Node's own OpenSSL says of it. */
  const opensByOpenssl = (bytes: Uint8Array): boolean => {
    try {
      createSecureContext({ pfx: Buffer.from(bytes), passphrase: password });
      return true;
    } catch {
      return false;
    }
  };

  test.each<[string, Making]>([
    ['SHA-256', {}],
    ['SHA-384, a key of 48 octets', { hash: 'sha384', stated: 48 }],
    ['SHA-512, a key of 20 octets', { hash: 'sha512', stated: 20 }],
    ['sixteen safes', { emptySafes: 15 }],
  ])('%s is opened', (_, making) => {
    const bytes = made(making);
    expect([codeOf(bytes), opensByOpenssl(bytes)]).toEqual(['opened', true]);
    expect(codeOf(bytes, 'another')).toBe('pkcs12.password_wrong');
  });

  test.each<[string, Making, string]>([
    ['another salt', { saltStated: fromHex('01') }, 'pkcs12.password_wrong'],
    ['other iterations', { iterationsStated: 2049 }, 'pkcs12.password_wrong'],
    ['no length of the key', { stated: null }, 'pkcs12.malformed'],
    ['too many iterations', { iterationsStated: 9_000_000 }, 'pkcs12.limit'],
    ['too long a key', { stated: 4096 }, 'pkcs12.limit'],
    ['more safes than anybody writes', { emptySafes: 16 }, 'pkcs12.limit'],
  ])('%s is not', (_, making, code) => {
    expect(codeOf(made(making))).toBe(code);
  });
});
