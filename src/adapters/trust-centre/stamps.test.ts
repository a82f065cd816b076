import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { call } from '#adapters/wire';
import { fromHex, toHex, utf8 } from '#base/bytes';
import { systemRandom } from '#base/random';
import {
  boolean,
  contextConstructed,
  integer,
  octetString,
  oid,
  parseDer,
  sequence,
} from '#formats/der';
import { buildRequest, parseResponse, parseToken } from '#formats/tsp';
import { type Certificate, writePem } from '#formats/x509';
import { TimestampClient, type TimestampLine, testStampPolicy } from '#trust/timestamp';
import { Centre } from './trust-centre.fixture.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skip: no openssl on this computer, its judgement is not asked');

const extensions = contextConstructed(0, sequence(oid('1.2.3'), octetString(new Uint8Array())));
let centre: Centre;
beforeEach(async () => {
  centre = await Centre.open();
});
const stampers = async () => (await centre.client.stampCertificates()).map(({ der }) => der);
afterEach(() => centre.close());

describe('stamps of the trust centre', () => {
  test('L-XS-04 L-CP-05 say the time, how accurate it is, and come in order even within a millisecond', async () => {
    const timestamper = await centre.timestamper();
    const tokens = [];
    for (let count = 0; count < 5; count += 1) tokens.push(await timestamper.stamp(utf8('签名值')));
    const times = tokens.map(({ time, micros }) => [time - centre.now, micros]);
    expect(times).toEqual([0, 1, 2, 3, 4].map((micros) => [0, micros]));
    expect(new Set(tokens.map((token) => token.serial)).size).toBe(5);
    expect(tokens[0]).toMatchObject({ accuracyMs: 1_500, ordering: true, policy: testStampPolicy });
  });

  test.for([
    ['with', ['-cert']],
    ['without', []],
  ] as const)(
    'openssl asks, %s its certificate, and accepts the answer',
    async ([asked, wish], context) => {
      if (!hasOpenssl) return context.skip('openssl is not installed');
      const at = (name: string): string => join(centre.folder, name);
      writeFileSync(at('data'), '签名值');
      const query = spawnSync('openssl', [
        'ts',
        '-query',
        '-data',
        at('data'),
        '-sha256',
        ...wish,
        '-out',
        at('q.tsq'),
      ]);
      expect(query.status).toBe(0);
      const body = new Uint8Array(spawnSync('cat', [at('q.tsq')]).stdout);
      const headers = { 'content-type': 'application/timestamp-query' };
      const socket = join(centre.folder, 's');
      const question = { method: 'POST', path: '/tsa', headers, body } as const;
      // The second of one millisecond has a time of six digits.
      await call(socket, question);
      const answer = await call(socket, question);
      const given = parseResponse(answer.body);
      const token = given.is === 'granted' ? parseToken(given.token) : undefined;
      // RFC 3161 §2.4.1: who does not ask for the certificate is not given it.
      const certificates = asked === 'with' ? 1 : 0;
      expect(token).toMatchObject({ micros: 1, certificates: { length: certificates } });
      expect(answer.headers['content-type']).toBe('application/timestamp-reply');
      writeFileSync(at('r.tsr'), answer.body);
      writeFileSync(at('ca.pem'), writePem('CERTIFICATE', (await centre.client.root()).der));
      writeFileSync(at('tsa.pem'), writePem('CERTIFICATE', ...(await stampers())));
      const judged = spawnSync('openssl', [
        'ts',
        '-verify',
        '-untrusted',
        at('tsa.pem'),
        '-queryfile',
        at('q.tsq'),
        '-in',
        at('r.tsr'),
        '-CAfile',
        at('ca.pem'),
        '-attime',
        String(Math.floor(centre.now / 1000)),
      ]);
      expect(judged.stdout.toString()).toContain('Verification: OK');
    },
  );

  test('what is not a request, or asks for what is not offered, is refused in an answer', async () => {
    const failureOf = async (request: Uint8Array): Promise<unknown> => {
      const response = parseResponse(await centre.client.ask(request, 1_000));
      return response.is === 'rejected' ? response.failure : response.is;
    };
    const ask = (hash: 'sha1' | 'sha256', length: number, policy?: string): Uint8Array => {
      const imprint = { hash, digest: new Uint8Array(length) };
      return buildRequest({ imprint, nonce: 1n, ...(policy === undefined ? {} : { policy }) });
    };
    expect(await failureOf(ask('sha256', 32))).toBe('granted');
    expect(await failureOf(utf8('nonsense'))).toBe('badDataFormat');
    expect(await failureOf(ask('sha1', 20))).toBe('badAlg');
    const unheard = sequence(sequence(oid('1.3.36.3.2.3')), octetString(new Uint8Array(32)));
    expect(await failureOf(sequence(integer(1), unheard, boolean(true)))).toBe('badAlg');
    const extended = [...parseDer(ask('sha256', 32)).children.map(({ der }) => der), extensions];
    expect(await failureOf(sequence(...extended))).toBe('unacceptedExtension');
    expect(await failureOf(ask('sha256', 32, '1.2.3'))).toBe('unacceptedPolicy');
  });

  test('an imprint comes back as it was asked', async () => {
    for (const algorithm of ['300b0609608648016503040201', '300d06096086480165030402010500']) {
      const imprint = sequence(fromHex(algorithm), octetString(new Uint8Array(32)));
      const answer = await centre.client.ask(sequence(integer(1), imprint), 1_000);
      const given = parseResponse(answer);
      const info = given.is === 'granted' ? parseToken(given.token).info : new Uint8Array();
      expect(toHex(info)).toContain(toHex(imprint));
    }
  });

  test('whatever number somebody chose comes back', async () => {
    const [version, imprint] = parseDer(
      buildRequest({ imprint: { hash: 'sm3', digest: new Uint8Array(32) }, nonce: 1n }),
    ).children.map(({ der }) => der);
    if (version === undefined || imprint === undefined) throw new Error('no request');
    // Java's BigInteger of random octets is negative every other time.
    for (const nonce of [
      '0200',
      '020100',
      '0201ff',
      '02018a',
      '0202ff7f',
      `0214${'8f'.repeat(20)}`,
    ]) {
      const request = sequence(version, imprint, fromHex(nonce), boolean(true));
      const given = parseResponse(await centre.client.ask(request, 1_000));
      const info = given.is === 'granted' ? parseToken(given.token).info : new Uint8Array();
      const isReadable = nonce !== '0200';
      expect(toHex(info).endsWith(nonce), nonce).toBe(isReadable);
      expect(given.is === 'rejected' ? given.failure : given.is, nonce).toBe(
        isReadable ? 'granted' : 'badDataFormat',
      );
    }
  });
});

describe('law 4: time is fail-closed', () => {
  test('a clock that was set makes no stamp until the process is started again', async () => {
    const timestamper = await centre.timestamper();
    await timestamper.stamp(utf8('before'));
    centre.steppedMs = 2_000;
    const refused = { code: 'timestamp.unavailable', retryable: true };
    await expect(timestamper.stamp(utf8('during'))).rejects.toMatchObject(refused);
    centre.steppedMs = 0;
    await expect(timestamper.stamp(utf8('after'))).rejects.toMatchObject(refused);
    const health = { method: 'GET', path: '/health' };
    expect((await call(join(centre.folder, 's'), health)).status).toBe(503);
    await centre.start();
    await timestamper.stamp(utf8('a person looked'));
    expect((await call(join(centre.folder, 's'), health)).status).toBe(200);
  });

  test('a clock set to an earlier hour between two starts makes no stamp', async () => {
    const timestamper = await centre.timestamper();
    await timestamper.stamp(utf8('before'));
    centre.pass(2 * 3_600_000);
    await timestamper.stamp(utf8('later'));
    centre.pass(-2 * 3_600_000);
    await centre.start();
    await expect(timestamper.stamp(utf8('back'))).rejects.toMatchObject({
      code: 'timestamp.unavailable',
    });
  });

  test('nobody at the other end is timestamp.unavailable', async () => {
    const timestamper = await centre.timestamper();
    const silent = new TimestampClient(
      partsWith({ ask: () => Promise.reject(new Error('down')) }, []),
    );
    await expect(silent.stamp(utf8('x'))).rejects.toMatchObject({
      code: 'timestamp.unavailable',
      retryable: true,
    });
    expect((await timestamper.stamp(utf8('x'))).time).toBe(centre.now);
  });

  test('an answer to another question, by a stranger, or far from our clock is not believed', async () => {
    const certificates = await centre.client.stampCertificates();
    const held: Uint8Array[] = [];
    const replaying: TimestampLine = {
      ask: async (request, timeoutMs) => {
        held.push(await centre.client.ask(request, timeoutMs));
        return held[0] ?? new Uint8Array();
      },
    };
    const replayed = new TimestampClient(partsWith(replaying, certificates));
    await replayed.stamp(utf8('first'));
    const wrong = { code: 'timestamp.answer_wrong' };
    await expect(replayed.stamp(utf8('second'))).rejects.toMatchObject(wrong);
    const distrustful = new TimestampClient(partsWith(centre.client, []));
    await expect(distrustful.stamp(utf8('x'))).rejects.toMatchObject(wrong);
    const garbled: TimestampLine = { ask: async () => utf8('garbled') };
    const reader = new TimestampClient(partsWith(garbled, certificates));
    await expect(reader.stamp(utf8('x'))).rejects.toMatchObject(wrong);
    const ahead = partsWith(centre.client, certificates);
    const clock = { now: () => centre.now, source: 'LOCAL_CLOCK' };
    const here = centre.now;
    const slow = new TimestampClient({ ...ahead, clock: { ...clock, now: () => here } });
    centre.pass(61_000);
    await expect(slow.stamp(utf8('x'))).rejects.toMatchObject({ code: 'timestamp.clock_differs' });
  });

  test('a stamp with a changed byte is not believed', async () => {
    const certificates = await centre.client.stampCertificates();
    const good = await (await centre.timestamper()).stamp(utf8('x'));
    expect(parseToken(good.der).time).toBe(good.time);
    for (const fromEnd of [1, 40, 200, 700]) {
      const flipping: TimestampLine = {
        ask: async (request, timeoutMs) => {
          const answer = await centre.client.ask(request, timeoutMs);
          const at = answer.length - fromEnd;
          answer[at] = (answer[at] ?? 0) ^ 1;
          return answer;
        },
      };
      const client = new TimestampClient(partsWith(flipping, certificates));
      await expect(client.stamp(utf8('x'))).rejects.toMatchObject({
        code: 'timestamp.answer_wrong',
      });
    }
  });
});

function partsWith(
  line: TimestampLine,
  authorities: readonly Certificate[],
): ConstructorParameters<typeof TimestampClient>[0] {
  const clock = { now: () => centre.now, source: 'LOCAL_CLOCK' };
  const policy = testStampPolicy;
  return { line, authorities, policy, clock, engine: nodeEngine, random: systemRandom };
}
