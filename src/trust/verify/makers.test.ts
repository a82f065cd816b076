/**
 * Signatures as libraries of others write them: where their certificates stand, and in which
 * spelling (decision 0060).
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, fromLatin1, indexOf, latin1, toHex } from '#base/bytes';
import { buildSignedData, cmsOid, signedAttributes } from '#formats/cms';
import { octetString } from '#formats/der';
import { buildToken, parseToken } from '#formats/tsp';
import { basicConstraints, buildCertificate, buildName, keyUsage } from '#formats/x509';
import { on } from './etsi/sample-authority.fixture.ts';
import { type Report, verify } from './index.ts';
import { judgedAt, plainBodies, revise, Signers, unsignedValue } from './shapes.fixture.ts';

const hexDigits = 8192;
const blanks = ' '.repeat(44);
let signers: Signers;
beforeAll(async () => {
  signers = await Signers.open();
});

/** A file whose one signature has `contents` over everything else. */
async function madeBy(
  value: string,
  contents: (signed: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const bytes = revise(new Uint8Array(), { ...plainBodies, 31: value });
  const from = latin1(bytes).indexOf('0'.repeat(hexDigits)) - 1;
  const to = indexOf(bytes, fromLatin1('>'), from) + 1;
  const range = `[0 ${from} ${to} ${bytes.length - to}]`;
  bytes.set(fromLatin1(range), latin1(bytes).lastIndexOf(blanks));
  const signed = concat(bytes.subarray(0, from), bytes.subarray(to));
  bytes.set(fromLatin1(toHex(await contents(signed))), from + 1);
  return bytes;
}

function judged(bytes: Uint8Array): Promise<Report> {
  return verify({ name: 'a.pdf', bytes, trust: signers.trust, at: judgedAt }, nodeEngine);
}

const sha256 = (bytes: Uint8Array) => nodeEngine.digest('sha256', bytes);

describe('a document time-stamp', () => {
  /** A token that brings along what stands between its certificate and the root, or does not. */
  async function tokenOver(signed: Uint8Array, chain: readonly Uint8Array[]): Promise<Uint8Array> {
    const { certificate, signer } = await signers.authority.clock('2020-01-01', '2030-01-01');
    const claim = { policy: '1.2.3', serial: '01', accuracyMs: undefined, ordering: false };
    const imprint = { hash: 'sha256', digest: await sha256(signed) } as const;
    const token = await buildToken(
      { ...claim, nonce: 1n, imprint, time: judgedAt },
      { certificate, signer, engine: nodeEngine },
    );
    const content = parseToken(token).info;
    const attributes = signedAttributes({
      contentType: cmsOid.timestampInfo,
      messageDigest: await sha256(content),
      certificateSha256: await sha256(certificate.der),
    });
    const encapsulated = { contentType: cmsOid.timestampInfo, content };
    const signature = await signer.sign(attributes);
    const parts = { certificate, signedAttributes: attributes, signature, chain, encapsulated };
    return buildSignedData(parts);
  }
  const value = unsignedValue('', 'ETSI.RFC3161').replace('/Sig', '/DocTimeStamp');

  test('leads to its root by certificates that stand nowhere but in its token', async () => {
    const issuing = signers.authority.issuing.certificate.der;
    const report = await judged(await madeBy(value, (signed) => tokenOver(signed, [issuing])));
    expect([report.is, report.flaws]).toEqual(['valid', []]);
  });

  test('without them is open by name', async () => {
    const report = await judged(await madeBy(value, (signed) => tokenOver(signed, [])));
    expect([report.is, report.because]).toEqual(['indeterminate', 'chain_not_found']);
  });
});

describe('a value without a message (adbe.x509.rsa_sha1)', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const half = 100;

  async function certificate(): Promise<Uint8Array> {
    const { issuing } = signers.authority;
    const { der } = await buildCertificate(
      {
        serial: Uint8Array.of(2, 1),
        issuer: issuing.certificate.subject,
        subject: buildName([['commonName', 'Zhang San']]),
        notBefore: on('2020-01-01'),
        notAfter: on('2022-01-01'),
        publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
        extensions: [basicConstraints(false), keyUsage('contentCommitment')],
      },
      issuing.signer,
    );
    return der;
  }

  async function file(
    held: (own: Uint8Array, issuing: Uint8Array) => string,
    spell: (value: Uint8Array) => Uint8Array = octetString,
    over = (signed: Uint8Array): Uint8Array => signed,
  ): Promise<Report> {
    const own = await certificate();
    const more = held(own, signers.authority.issuing.certificate.der);
    const value = async (signed: Uint8Array): Promise<Uint8Array> =>
      spell(new Uint8Array(sign('sha256', over(signed), privateKey)));
    return judged(await madeBy(unsignedValue(more, 'adbe.x509.rsa_sha1'), value));
  }
  const apart = (own: Uint8Array, issuing: Uint8Array): string =>
    `/Cert [<${toHex(own)}> <${toHex(issuing)}>]`;
  const together = (own: Uint8Array, issuing: Uint8Array): string =>
    `/Cert <${toHex(concat(own, issuing))}>`;
  /** An octet string in pieces and of indefinite length (X.690 §8.7.3). */
  const inPieces = (value: Uint8Array): Uint8Array =>
    concat(
      Uint8Array.of(0x24, 0x80),
      octetString(value.subarray(0, half)),
      octetString(value.subarray(half)),
      Uint8Array.of(0, 0),
    );

  test('has its chain in strings or, as iText writes it, in one', async () => {
    expect((await file(apart)).flaws).toEqual([]);
    expect((await file(together)).flaws).toEqual([]);
    expect((await file(together, inPieces)).flaws).toEqual([]);
  });

  test('over anything else is refused in each spelling', async () => {
    const other = (signed: Uint8Array): Uint8Array => signed.subarray(1);
    for (const spell of [octetString, inPieces]) {
      const report = await file(together, spell, other);
      expect([report.is, report.because]).toEqual(['invalid', 'signature_wrong']);
    }
  });
});

test('forty thousand objections cost their number and not its square', async () => {
  const links = Array.from({ length: 40_000 }, (_, at) => [1000 + at, `[${1001 + at} 0 R]`]);
  const later = revise(await signers.signed(), Object.fromEntries(links), '/Info 1000 0 R');
  const report = await judged(later);
  expect([report.is, report.because]).toEqual(['invalid', 'change_forbidden']);
});
