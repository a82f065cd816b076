/**
 * Evidence records and signature policies as BouncyCastle and EU DSS make them (test/vectors), each
 * with a twin that differs where it matters.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromBase64, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { type Report, verify } from './index.ts';

interface Vector {
  readonly at: string;
  readonly root: string;
  readonly content: string;
  readonly message: string;
  readonly records: Readonly<Record<string, string>>;
  readonly others: Readonly<Record<string, string>>;
  readonly texts: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
}

function vectorAt(path: string): Vector {
  const read: Vector = JSON.parse(readFileSync(`test/vectors/${path}`, 'utf8'));
  return read;
}

function judged(
  { at, root, content }: Vector,
  bytes: Uint8Array,
  more: { readonly record?: Uint8Array; readonly texts?: Readonly<Record<string, string>> } = {},
): Promise<Report> {
  const texts = Object.entries(more.texts ?? {}).map(
    ([name, text]) => [`signature-policies/${name}`, fromBase64(text)] as const,
  );
  const trust = new Map([['root.pem', utf8(root)], ...texts]);
  const order = { name: 'a.p7s', bytes, trust, content: fromBase64(content) };
  const evidenceRecords = more.record === undefined ? [] : [more.record];
  return verify({ ...order, at: instantFromMs(Date.parse(at)), evidenceRecords }, nodeEngine);
}

describe('evidence records', () => {
  const vector = vectorAt('rfc4998/records.json');
  const message = fromBase64(vector.message);

  test.each(Object.entries(vector.records))('%s proves the signature', async (_, der) => {
    const record = fromBase64(der);
    const { flaws, signatures } = await judged(vector, message, { record });
    expect([flaws, signatures[0]?.timeFrom]).toEqual([[], 'timestamp']);
    // The last octets are the clock's signature over the last stamp.
    const forged = record.map((byte, at) => (at === record.length - 9 ? byte ^ 1 : byte));
    const twin = await judged(vector, message, { record: forged });
    expect(twin.signatures[0]?.timeFrom).toBe('claimed');
    expect(twin.notices.map(({ code }) => code)).toContain('evidence_record_not_used');
  });

  test.each(Object.entries(vector.others))('%s is over another file', async (_, der) => {
    const { signatures, notices } = await judged(vector, message, { record: fromBase64(der) });
    expect(signatures[0]?.timeFrom).toBe('claimed');
    expect(notices.map(({ code }) => code)).toContain('evidence_record_not_used');
  });
});

describe('signature policies', () => {
  const vector = vectorAt('en319122/policies.json');
  const named = (report: Report) => [
    report.because,
    ...report.notices.map(({ code }) => code).filter((code) => code.includes('policy')),
  ];

  test.each([
    ['prose_store', [undefined, 'signature_policy_for_people']],
    ['asn1_store', [undefined, 'signature_policy_followed']],
    ['asn1file', [undefined, 'signature_policy_followed']],
    ['docspec', [undefined, 'signature_policy_for_people']],
    ['implied', [undefined, 'signature_policy_not_processed']],
    ['wrong', ['signature_policy_wrong']],
  ])('%s', async (name, expected) => {
    const message = fromBase64(vector.messages[name] ?? '');
    const { texts } = vector;
    expect(named(await judged(vector, message, { texts }))).toEqual(expected);
    // Whoever hands in no policy gets the answer of EU DSS and pyHanko: valid; the name is said.
    const plain = [undefined, 'signature_policy_not_processed'];
    expect(named(await judged(vector, message))).toEqual(plain);
  });
});
