import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  buildSignedData,
  checkStrictness,
  cmsOid,
  parseSignedAttributes,
  parseSignedData,
  signedAttributes,
  smallerTwin,
  verifySignedData,
} from '#formats/cms';
import { contextConstructed, integer, integerOf, parseDer, sequence } from '#formats/der';
import { purposeOid, writePem } from '#formats/x509';
import {
  buildGranted,
  buildRejected,
  buildRequest,
  checkToken,
  parseRequest,
  parseResponse,
  parseToken,
} from './index.ts';
import {
  content,
  type Party,
  person,
  rootParty,
  signedAt,
  stampAuthority,
  stampedSignature,
  stampOver,
} from './stamped-signature.fixture.ts';

const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const folder = mkdtempSync(join(tmpdir(), 'fubie-cms-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skip: no openssl on this computer, its judgement is not asked');

const signer = await person();
const tsa = await stampAuthority();
const cms = await stampedSignature({ person: signer, tsa });

/** What a verifier does with a signature and its stamp: `valid`, or the first flaw. */
async function judge(der: Uint8Array, authority: Party = tsa): Promise<string> {
  try {
    const signed = parseSignedData(der);
    const contentDigest = await nodeEngine.digest(signed.signer.digestAlgorithm, content);
    const verdict = await verifySignedData(signed, { contentDigest }, nodeEngine);
    if (verdict.is === 'invalid') return verdict.because;
    const strictness = await checkStrictness(signed, nodeEngine);
    if (strictness.is === 'different') return `${strictness.why} at ${strictness.at}`;
    if (signed.signer.timestampToken === undefined) return 'no stamp';
    const digest = await nodeEngine.digest('sha256', signed.signer.signature);
    const stamp = await checkToken(
      {
        token: parseToken(signed.signer.timestampToken),
        imprint: { hash: 'sha256', digest },
        authorities: [authority.certificate],
        strict: true,
      },
      nodeEngine,
    );
    return stamp.is === 'valid' ? 'valid' : stamp.because;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Fault);
    return thrown instanceof Fault ? thrown.code : 'not a Fault';
  }
}

describe('a signature with its stamp', () => {
  test('is valid as it was made', async () => {
    expect(await judge(cms)).toBe('valid');
  });

  test('is caught with any one byte changed, wherever the byte lies', async () => {
    for (let at = 0; at < cms.length; at += 1) {
      const flipped = cms.slice();
      flipped[at] = (flipped[at] ?? 0) ^ 0x01;
      expect(await judge(flipped), `byte ${at}`).not.toBe('valid');
    }
  });

  test('is caught when the stamp’s own signature is replaced by its twin', async () => {
    const token = parseSignedData(cms).signer.timestampToken ?? new Uint8Array();
    const { signature } = parseToken(token).signedData.signer;
    expect(smallerTwin(signature)).toEqual(signature);
    const scalars = parseDer(signature).children.map(integerOf);
    const twin = sequence(integer(scalars[0] ?? 0n), integer(p256Order - (scalars[1] ?? 0n)));
    expect(smallerTwin(twin)).toEqual(signature);
    const swapped = buildSignedData({
      certificate: tsa.certificate,
      signedAttributes: parseToken(token).signedData.signer.signedAttributes ?? new Uint8Array(),
      signature: twin,
      encapsulated: { contentType: cmsOid.timestampInfo, content: parseToken(token).info },
    });
    const check = {
      token: parseToken(swapped),
      imprint: parseToken(token).imprint,
      authorities: [tsa.certificate],
    };
    expect(await checkToken({ ...check, strict: false }, nodeEngine)).toMatchObject({
      is: 'valid',
    });
    expect(await checkToken({ ...check, strict: true }, nodeEngine)).toMatchObject({
      because: 'stamp_not_strict',
    });
  });

  test('is caught with a byte added or cut off, and with any byte set to any value', async () => {
    expect(await judge(Uint8Array.from([...cms, 0]))).toBe('der.malformed');
    expect(await judge(cms.subarray(0, -1))).toBe('der.malformed');
    await fc.assert(
      fc.asyncProperty(fc.nat(cms.length - 1), fc.nat(255), async (at, byte) => {
        const changed = cms.slice();
        changed[at] = byte;
        const expected = byte === cms[at];
        expect((await judge(changed)) === 'valid').toBe(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('another content, certificate or authority each has its own name', async () => {
    const signed = parseSignedData(cms);
    const contentDigest = await nodeEngine.digest('sha256', utf8('another contract'));
    expect(await verifySignedData(signed, { contentDigest }, nodeEngine)).toMatchObject({
      because: 'digest_differs',
    });
    const bare = { ...signed, certificates: [] };
    const own = { contentDigest: await nodeEngine.digest('sha256', content) };
    expect(await verifySignedData(bare, own, nodeEngine)).toMatchObject({
      because: 'signer_certificate_missing',
    });
    expect(await judge(cms, await stampAuthority())).toBe('stamp_authority_unknown');
  });

  test('an unused certificate in the bag is not ours', async () => {
    const signed = parseSignedData(cms);
    const crowded = { ...signed, certificates: [...signed.certificates, tsa.certificate.der] };
    expect(await checkStrictness(crowded, nodeEngine)).toMatchObject({ why: 'certificate_bag' });
  });
});

describe('signed attributes', () => {
  test('are read back and have one form', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (messageDigest, certificateSha256) => {
          const der = signedAttributes({ messageDigest, certificateSha256 });
          expect(parseSignedAttributes(der)).toEqual({
            contentType: '1.2.840.113549.1.7.1',
            messageDigest,
            certificateSha256,
          });
        },
      ),
    );
    expect(() => parseSignedAttributes(sequence())).toThrowError('cms.attributes_differ');
  });
});

describe('stamps', () => {
  test('a token says what was asked, and its purpose must be stamping alone', async () => {
    const token = parseToken(await stampOver(content, tsa));
    expect(token).toMatchObject({
      accuracyMs: 1_500,
      ordering: true,
      nonce: 0x8899n,
      serial: '7f0102',
      time: signedAt + 5_000,
    });
    const other = await stampAuthority(purposeOid.emailProtection);
    const imprint = { hash: 'sha256', digest: await nodeEngine.digest('sha256', content) } as const;
    const wrong = parseToken(await stampOver(content, other));
    const check = { imprint, authorities: [other.certificate], strict: true, token: wrong };
    expect(await checkToken(check, nodeEngine)).toMatchObject({ because: 'stamp_purpose_missing' });
    const late = { ...token, time: tsa.certificate.notAfter };
    const lateCheck = { imprint, authorities: [tsa.certificate], strict: true, token: late };
    expect(await checkToken(lateCheck, nodeEngine)).toMatchObject({ because: 'stamp_not_strict' });
  });

  test('requests and answers are read back', async () => {
    const digest = await nodeEngine.digest('sm3', content);
    const request = buildRequest({ imprint: { hash: 'sm3', digest }, nonce: 5n, policy: '1.2.3' });
    expect(parseRequest(request)).toEqual({
      imprint: { hash: 'sm3', digest, der: parseDer(request).children[1]?.der },
      nonce: 5n,
      policy: '1.2.3',
      certReq: true,
      isExtended: false,
    });
    const token = await stampOver(content, tsa);
    const given = parseResponse(buildGranted(token));
    expect(given).toMatchObject({ is: 'granted', token: { der: token } });
    for (const failure of ['badAlg', 'timeNotAvailable', 'systemFailure'] as const) {
      expect(parseResponse(buildRejected(failure, '原因'))).toEqual({
        is: 'rejected',
        failure,
        text: '原因',
      });
    }
    const grantedWithoutToken = sequence(sequence(integer(0)));
    expect(() => parseResponse(grantedWithoutToken)).toThrowError('tsp.malformed');
  });

  test('random bytes and broken structures throw only a Fault', () => {
    const parsers = [parseSignedData, parseToken, parseRequest, parseResponse];
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => sequence(bytes)),
      fc.constant(sequence(integer(1), contextConstructed(0))),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        for (const parse of parsers) expect(() => parse(bytes)).toThrowError(Fault);
      }),
    );
  });
});

describe('openssl judges the same bytes', () => {
  const absent = hasOpenssl ? undefined : 'openssl is not installed';
  const at = String(Math.floor(signedAt / 1000) + 5);
  const file = (name: string, bytes: Uint8Array | string): string => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  test('cms -verify accepts the detached signature at the time of its stamp', async (context) => {
    if (absent !== undefined) return context.skip(absent);
    const root = file('ca.pem', writePem('CERTIFICATE', (await rootParty()).certificate.der));
    const run = spawnSync('openssl', [
      'cms',
      '-verify',
      '-binary',
      '-inform',
      'DER',
      '-attime',
      at,
      '-CAfile',
      root,
      '-in',
      file('cms.der', cms),
      '-content',
      file('content', content),
      '-out',
      join(folder, 'out'),
    ]);
    expect(run.stderr.toString()).toContain('CMS Verification successful');
  });

  test('ts -verify accepts the stamp over the signature value', async (context) => {
    if (absent !== undefined) return context.skip(absent);
    const root = file('ca.pem', writePem('CERTIFICATE', (await rootParty()).certificate.der));
    const signed = parseSignedData(cms);
    const token = file('token.der', signed.signer.timestampToken ?? new Uint8Array());
    const run = spawnSync('openssl', [
      'ts',
      '-verify',
      '-attime',
      at,
      '-CAfile',
      root,
      '-token_in',
      '-in',
      token,
      '-data',
      file('value', signed.signer.signature),
    ]);
    expect(run.stdout.toString()).toContain('Verification: OK');
  });

  test('ts -query makes a request that is read', (context) => {
    if (absent !== undefined) return context.skip(absent);
    const run = spawnSync('openssl', [
      'ts',
      '-query',
      '-data',
      file('content', content),
      '-sha256',
      '-cert',
    ]);
    expect(parseRequest(new Uint8Array(run.stdout))).toMatchObject({ certReq: true });
  });
});
