import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { type Opened, openDoor } from './door.fixture.ts';
import type { Doors } from './route.ts';

const north = { host: 'north.example' };
const borrower = { ...north, authorization: 'Bearer borrower-0000000' };
const machine = { ...north, authorization: 'Bearer machine-00000000' };
const key = { 'idempotency-key': 'key-of-one-request' };
const summary = { zh: '', en: '' };
const ok = { status: 200, body: z.strictObject({ n: z.int() }) };
const json = { 'content-type': 'application/json' };

let effects = 0;

function declare(doors: Doors): void {
  const base = { tag: 't', summary, refusals: [] };
  const params = z.strictObject({ id: z.uuid() });
  doors.read(
    { ...base, method: 'GET', path: '/v1/open', who: ['anyone'], perMinuteMax: 3, answer: ok },
    async () => ({ n: 1 }),
  );
  doors.read(
    { ...base, method: 'GET', path: '/v1/own/:id', who: ['borrower'], params, answer: ok },
    async () => ({ n: 2 }),
  );
  const kept = { status: 201, body: z.strictObject({ tenant: z.string(), n: z.int() }) };
  const body = z.strictObject({ text: z.string().max(8) });
  doors.once(
    { ...base, method: 'POST', path: '/v1/own', who: ['borrower'], body, answer: kept },
    async ({ tenant }) =>
      async () => {
        effects += 1;
        return { body: { tenant, n: effects } };
      },
  );
  doors.read({ ...base, method: 'GET', path: '/v1/unfit', who: ['anyone'], answer: ok }, async () =>
    JSON.parse('{"n":1,"secret":"x"}'),
  );
  doors.read(
    { ...base, method: 'GET', path: '/v1/refused', who: ['borrower', 'machine'], answer: ok },
    async () => {
      throw new Fault('lending.out_of_order', { state: 'opened' });
    },
  );
  doors.read(
    { ...base, method: 'GET', path: '/v1/lost', who: ['borrower'], answer: ok },
    async () => {
      throw new Fault('tiles.absent', { path: 'tile/0/000' });
    },
  );
  doors.file(
    {
      ...base,
      method: 'GET',
      path: '/v1/file',
      who: ['borrower'],
      answer: { status: 200, media: 'application/pdf' },
    },
    async () => utf8('%PDF'),
  );
}

describe('一扇门', () => {
  let door: Opened;
  let port = 0;
  beforeAll(async () => {
    door = openDoor(declare);
    port = Number(new URL(await door.server.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterAll(() => door.server.close());

  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'OPTIONS' | 'HEAD' | 'DELETE',
    url: string,
    more: { headers?: Record<string, string>; payload?: string; remoteAddress?: string } = {},
  ) => {
    const answer = await door.server.inject({ method, url, ...more });
    const isJson = String(answer.headers['content-type']).includes('json');
    const body = isJson && answer.body !== '' ? JSON.parse(answer.body) : {};
    return { status: answer.statusCode, code: body.code, body, headers: answer.headers };
  };

  test('一切拒绝都是 problem+json，带编码、两种语言和请求号', async () => {
    const text = `{"text":"${'x'.repeat(2_000_000)}"}`;
    const post = { ...borrower, ...json, ...key };
    const cases = [
      [
        await ask('GET', '/v1/open', { headers: { host: 'other.example' } }),
        421,
        'http.host_unknown',
      ],
      [await ask('GET', '/v1/none', { headers: north }), 404, 'access.route_unknown'],
      [await ask('GET', '/v1/%zz', { headers: north }), 400, 'http.url_malformed'],
      [await ask('GET', '/v1/own/7', { headers: borrower }), 404, 'access.route_unknown'],
      [await ask('DELETE', '/v1/own', { headers: borrower }), 405, 'http.method_unknown'],
      [await ask('OPTIONS', '/v1/own', { headers: borrower }), 405, 'http.method_unknown'],
      [await ask('GET', '/v1/refused', { headers: north }), 401, 'access.unauthenticated'],
      [await ask('GET', '/v1/file', { headers: machine }), 403, 'access.not_yours'],
      [await ask('GET', '/v1/refused', { headers: borrower }), 409, 'lending.out_of_order'],
      [await ask('GET', '/v1/lost', { headers: borrower }), 503, 'tiles.absent'],
      [await ask('POST', '/v1/own', { headers: post, payload: text }), 413, 'http.body_too_large'],
      [
        await ask('POST', '/v1/own', { headers: post, payload: '{"text":"\\u0000"}' }),
        400,
        'access.request_malformed',
      ],
      [
        await ask('POST', '/v1/own', {
          headers: { ...post, 'content-type': 'text/xml' },
          payload: '<a/>',
        }),
        415,
        'http.media_type_unsupported',
      ],
      [
        await ask('POST', '/v1/own', { headers: post, payload: '{' }),
        400,
        'access.request_malformed',
      ],
      [
        await ask('POST', '/v1/own', { headers: post, payload: '{}' }),
        400,
        'access.request_malformed',
      ],
      [
        await ask('POST', '/v1/own', { headers: { ...borrower, ...json }, payload: '{"text":""}' }),
        400,
        'access.idempotency_key_missing',
      ],
      [await ask('GET', '/v1/unfit', { headers: north }), 500, 'access.internal_error'],
    ] as const;
    for (const [answer, status, code] of cases) {
      expect([answer.status, answer.code]).toEqual([status, code]);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.body.detail.zh, code).not.toBe('');
      expect(answer.headers['x-request-id']).toBe(answer.body.requestId);
    }
    expect(door.bugs.map(String)).toEqual([
      'Error: GET /v1/unfit: the answer does not fit ( unrecognized_keys)',
    ]);
    expect((await ask('DELETE', '/v1/own', { headers: borrower })).headers['allow']).toBe('POST');
  });

  test('同一键只做一次；另一个机构的同一键是另一个问题，地址不算', async () => {
    effects = 0;
    const payload = '{"text":"a"}';
    const headers = { ...borrower, ...json, 'idempotency-key': 'another-key-of-hers' };
    const first = await ask('POST', '/v1/own', { headers, payload });
    const again = await ask('POST', '/v1/own', { headers, payload, remoteAddress: '192.0.2.9' });
    expect([first.status, first.body]).toEqual([201, { tenant: 'north.example', n: 1 }]);
    expect(again.body).toEqual(first.body);
    expect(effects).toBe(1);
  });

  test('每个已知的人的请求都在流水里有一行，被拒绝的也有；没有内容，没有请求体', async () => {
    door.journal.length = 0;
    await ask('GET', '/v1/refused', { headers: { ...borrower, 'x-fubie-purpose': '%E6%9F%A5' } });
    await ask('GET', '/v1/own/01a20127-1b50-7e00-8e56-c1163decddd7', { headers: borrower });
    await ask('GET', '/v1/file', { headers: machine });
    await ask('GET', '/v1/open', { headers: north });
    expect(door.journal.map(({ route, status, outcome }) => [route, status, outcome])).toEqual([
      ['GET /v1/refused', 409, 'lending.out_of_order'],
      ['GET /v1/own/:id', 200, 'ok'],
      ['GET /v1/file', 403, 'access.not_yours'],
    ]);
    expect(door.journal[0]?.purpose).toBe('查');
    expect(Object.keys(door.journal[1]?.ids ?? {})).toEqual(['id']);
  });

  test('S1-21 谁都能问的路有每分钟的次数；过了就请等，一分钟后又可以', async () => {
    const asked = { headers: north, remoteAddress: '2001:db8::1' };
    const neighbour = { headers: north, remoteAddress: '2001:db8::ffff:2' };
    for (let n = 0; n < 3; n += 1) expect((await ask('GET', '/v1/open', asked)).status).toBe(200);
    const refused = await ask('GET', '/v1/open', neighbour);
    expect([refused.status, refused.code]).toEqual([429, 'access.rate_exceeded']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const stranger = { headers: north, remoteAddress: '2001:db8:0:1::1' };
    expect((await ask('GET', '/v1/open', stranger)).status).toBe(200);
    door.clock.ms += 60_000;
    expect((await ask('GET', '/v1/open', asked)).status).toBe(200);
  });

  test('S1-21 每个答复都不许嵌入、猜测、缓存；只有机构自己的页面可以嵌入文件', async () => {
    const data = await ask('GET', '/v1/refused', { headers: borrower });
    const file = await ask('GET', '/v1/file', { headers: borrower });
    for (const { headers } of [data, file]) {
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers['server'] ?? headers['x-powered-by']).toBeUndefined();
      expect(headers['strict-transport-security']).toBeUndefined();
    }
    expect(data.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(data.headers['x-frame-options']).toBe('DENY');
    const ancestors = 'frame-ancestors https://bank.north.example';
    expect(file.headers['content-security-policy']).toContain(`connect-src 'self'`);
    expect(file.headers['content-security-policy']).toContain(ancestors);
    expect(file.headers['x-frame-options']).toBeUndefined();
  });

  /** Writes onto the wire what no client library would. */
  async function raw(text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.on('data', (part) => {
      said += part;
    });
    socket.write(text);
    await once(socket, 'close');
    return said;
  }

  test('两个授权头、过多或过大的头、不是 HTTP 的字节，都在门口停下', async () => {
    const line = 'GET /v1/refused HTTP/1.1\r\nhost: north.example\r\nconnection: close\r\n';
    const two = 'authorization: Bearer borrower-0000000\r\n'.repeat(2);
    const cases = [
      [`${line}${two}\r\n`, 'HTTP/1.1 400', 'access.request_malformed'],
      [`${line}${'a: b\r\n'.repeat(90)}\r\n`, 'HTTP/1.1 431', 'http.headers_too_large'],
      [`${line}a: ${'b'.repeat(20_000)}\r\n\r\n`, 'HTTP/1.1 431', 'http.headers_too_large'],
      ['\x16\x03\x01 hello\r\n\r\n', 'HTTP/1.1 400', 'access.request_malformed'],
    ] as const;
    for (const [text, status, code] of cases) {
      const said = await raw(text);
      expect(said.slice(0, 12)).toBe(status);
      expect(said).toContain('application/problem+json');
      expect(said).toContain(`"code":"${code}"`);
    }
  });
});

test('关门时，正在答复的答完，新的不再进来', async () => {
  let finish = (): void => undefined;
  let begun = (): void => undefined;
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const door = openDoor((doors) => {
    doors.read(
      {
        method: 'GET',
        path: '/v1/slow',
        tag: 't',
        summary,
        who: ['anyone'],
        answer: ok,
        refusals: [],
      },
      async () => {
        begun();
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return { n: 9 };
      },
    );
  });
  const url = await door.server.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (part) => {
    said += part;
  });
  socket.write('GET /v1/slow HTTP/1.1\r\nhost: north.example\r\n\r\n');
  await started;
  const closed = door.server.close();
  await expect(fetch(`${url}/v1/slow`)).rejects.toThrow('fetch failed');
  finish();
  await once(socket, 'close');
  await closed;
  expect(said).toContain('HTTP/1.1 200');
  expect(said).toContain('{"n":9}');
});
