import { beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { type Clock, parseInstant } from '#base/clock';
import { judgedBy, type VerifyCommand } from '#doors/cli';
import { openPdf, readAttachments } from '#formats/pdf';
import { buildCertificate, buildName, keyUsage } from '#formats/x509';
import { type ReportSeal, writeReport } from './verification-report.ts';

const at = parseInstant('2026-11-22T10:00:00.000+08:00');
const clock: Clock = { now: () => at, source: 'test' };
const issuer = '示范司法鉴定所(TEST)';

async function sealOf(): Promise<ReportSeal> {
  const signer = softSigner(generateSoftKey('p256'));
  const name = buildName([['commonName', issuer]]);
  const certificate = await buildCertificate(
    {
      serial: Uint8Array.of(7),
      issuer: name,
      subject: name,
      notBefore: parseInstant('2026-01-01T00:00:00.000+08:00'),
      notAfter: parseInstant('2027-01-01T00:00:00.000+08:00'),
      publicKey: signer.publicKey,
      extensions: [keyUsage('digitalSignature')],
    },
    signer,
  );
  return { signer, certificate: certificate.der, chain: [] };
}

/** What was set stands in the attached data, word for word. */
async function dataOf(report: Uint8Array): Promise<{ readonly [name: string]: Json }> {
  const [attached, ...more] = await readAttachments(await openPdf(report, nodeEngine), nodeEngine);
  expect(more).toEqual([]);
  return JSON.parse(fromUtf8(attached?.bytes ?? new Uint8Array())) as never;
}

describe('the report on a file', () => {
  let seal: ReportSeal;
  let trust: VerifyCommand['trust'];
  let first: Uint8Array;
  const judge = async (file: string, bytes: Uint8Array) => {
    const command = { file, bytes, trust, at, json: false };
    const report = await judgedBy(command, nodeEngine);
    return { command, report };
  };
  beforeAll(async () => {
    seal = await sealOf();
    trust = new Map([['issuer.der', seal.certificate]]);
    first = await writeReport(await judge('合同😀.pdf', utf8('nothing')), seal, clock);
  });

  test('S2-80 is a sealed PDF that anybody can verify, with the whole answer inside', async () => {
    const { report } = await judge('report.pdf', first);
    expect(report).toMatchObject({
      is: 'valid',
      signatures: [{ signer: issuer, field: 'issuer' }],
    });
    const data = await dataOf(first);
    const sha256 = toHex(await nodeEngine.digest('sha256', utf8('nothing')));
    expect(data).toMatchObject({
      lender: { name: issuer },
      // No letter of a name is dropped and none stops the report.
      file: { name: '合同[U+1F600].pdf', bytes: 7, sha256 },
      verdict: { is: '无效', code: 'pdf_malformed' },
      trust: [{ name: 'issuer.der' }],
      program: { name: 'fubie verify' },
    });
    expect(JSON.parse(data['report'] as string)).toMatchObject({ is: 'invalid', signatures: [] });
  });

  test('S0-01 answers the four conditions of article 13 for each signature, with reasons', async () => {
    const answers = async (bytes: Uint8Array): Promise<readonly Json[]> => {
      const second = await writeReport(await judge('report.pdf', bytes), seal, clock);
      const data = (await dataOf(second)) as { signatures: { law13: { answer: string }[] }[] };
      const [signature] = data.signatures;
      for (const one of signature?.law13 ?? []) expect(one).toHaveProperty('reason');
      return signature?.law13.map(({ answer }) => answer) ?? [];
    };
    expect(await answers(first)).toEqual(['满足', '不能确定', '满足', '满足']);
    const altered = first.slice();
    const title = 700;
    altered[title] = (altered[title] ?? 0) ^ 1;
    expect((await answers(altered)).at(-1)).toBe('不满足');
  });
});
