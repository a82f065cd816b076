import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { concat, utf8 } from '#base/bytes';
import { addSeconds, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { parseDer } from '#formats/der';
import { readCertificate } from '#formats/x509';
import { StampLines } from './stamp-lines.ts';
import {
  answeredAt,
  bareAnswer,
  oddAnswer,
  outdatedAnswer,
  roots,
  sm2Answer,
} from './strangers.fixture.ts';

const now = instantFromMs(Date.parse(answeredAt));
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));

/** What asking an authority comes to that gives this answer: its time, or the reason against. */
async function stampedBy(answer: Uint8Array, at = now) {
  const stamps = new StampLines({
    lines: [{ ask: async () => answer }],
    anchors: roots.map((root) => readCertificate(bytesOf(root))),
    pool: [],
    engine: nodeEngine,
    clock: { source: 'TEST_CLOCK', now: () => at },
    random: { bytes: (count) => Uint8Array.from({ length: count }, (_, index) => index + 1) },
  });
  try {
    return await stamps.stamp(utf8('契约'));
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return `${thrown.code} ${String(thrown.details['why'] ?? '')}`.trim();
  }
}

describe('answers of an authority that BouncyCastle runs', () => {
  test('BER, milliseconds, a name, ESSCertID by SHA-1: the token is kept as DER', async () => {
    const stamp = await stampedBy(bytesOf(oddAnswer));
    if (typeof stamp === 'string') throw new Error(stamp);
    expect(Math.abs(stamp.time - now)).toBeLessThan(5_000);
    expect(() => parseDer(bytesOf(oddAnswer))).toThrowError('der.malformed');
    expect(parseDer(stamp.der).der).toEqual(stamp.der);
  });

  test('SM2 with SM3, and the end of a line behind it', async () => {
    const answer = bytesOf(sm2Answer);
    expect(await stampedBy(answer)).toHaveProperty('time');
    expect(await stampedBy(concat(answer, utf8('\r\n')))).toHaveProperty('time');
  });

  test.each([
    ['a signature over SHA-1', outdatedAnswer, 'timestamp.answer_wrong signed with sha1'],
    ['no certificate', bareAnswer, 'timestamp.answer_wrong no certificate'],
  ])('%s proves no time', async (_, answer, refusal) => {
    expect(await stampedBy(bytesOf(answer))).toBe(refusal);
  });

  test('an answer of yesterday is none', async () => {
    const tomorrow = addSeconds(now, 86_400);
    expect(await stampedBy(bytesOf(sm2Answer), tomorrow)).toBe('timestamp.clock_differs');
  });
});
