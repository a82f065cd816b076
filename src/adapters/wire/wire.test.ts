import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { call, faultOfAnswer, type Handler, type Listening, listen, okBody } from './index.ts';

describe('the wire between processes', () => {
  let folder = '';
  let socket = '';
  const open: Listening[] = [];
  const serve = async (handler: Handler, bodyBytesMax?: number): Promise<void> => {
    const bugs: unknown[] = [];
    const limits = { onBug: (bug: unknown) => bugs.push(bug) };
    open.push(
      await listen(
        socket,
        handler,
        bodyBytesMax === undefined ? limits : { bodyBytesMax, ...limits },
      ),
    );
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fw-'));
    socket = join(folder, 's');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await rm(folder, { recursive: true, force: true });
  });

  test('a question arrives whole and so does its answer', async () => {
    await serve(async (request) => ({
      status: 201,
      headers: { 'x-seen': `${request.method} ${request.path} ${request.headers['x-who']}` },
      body: request.body.toReversed(),
    }));
    const question = { method: 'POST', path: '/a?b=1', headers: { 'X-Who': 'court' } };
    const answer = await call(socket, { ...question, body: utf8('abc') });
    expect(answer.status).toBe(201);
    expect(answer.headers['x-seen']).toBe('POST /a?b=1 court');
    expect(fromUtf8(okBody(answer))).toBe('cba');
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
  });

  test('a refusal keeps its code, details and retryable through the wire', async () => {
    await serve(async () => {
      throw new Fault('ca.attestation_spent', { intent: 'i1' }, { retryable: false });
    });
    const answer = await call(socket, { method: 'GET', path: '/' });
    expect(faultOfAnswer(answer)).toMatchObject({
      code: 'ca.attestation_spent',
      details: { intent: 'i1' },
      retryable: false,
    });
    expect(() => okBody(answer)).toThrow('ca.attestation_spent');
  });

  test('a bug in the handler tells the other side nothing', async () => {
    await serve(async () => {
      throw new Error('secret path');
    });
    const answer = await call(socket, { method: 'GET', path: '/' });
    expect(answer.status).toBe(500);
    expect(fromUtf8(answer.body)).not.toContain('secret');
  });

  test('a body beyond the limit never reaches the handler', async () => {
    let reached = false;
    await serve(async () => {
      reached = true;
      return { status: 200, body: utf8('') };
    }, 1000);
    const question = { method: 'POST', path: '/', body: new Uint8Array(1001) };
    const answer = await call(socket, question);
    expect(faultOfAnswer(answer)?.code).toBe('wire.body_too_large');
    expect(reached).toBe(false);
  });

  test('silence ends at the deadline and may be asked again', async () => {
    const never = Promise.withResolvers<never>();
    await serve(() => never.promise);
    await expect(call(socket, { method: 'GET', path: '/', timeoutMs: 50 })).rejects.toMatchObject({
      code: 'wire.timeout',
      retryable: true,
    });
    never.reject(new Fault('test.over'));
  });

  test('nobody there is wire.unreachable, a cut answer is wire.answer_lost', async () => {
    await expect(call(socket, { method: 'GET', path: '/' })).rejects.toMatchObject({
      code: 'wire.unreachable',
      retryable: true,
    });
    const cutter = createServer((connection) => connection.destroy()).listen(socket);
    await expect(call(socket, { method: 'GET', path: '/' })).rejects.toMatchObject({
      code: 'wire.answer_lost',
      retryable: true,
    });
    await new Promise((done) => cutter.close(done));
  });

  test('a dead process leaves a socket file that is replaced, a living one is not', async () => {
    const program = `require('net').createServer()
      .listen(${JSON.stringify(socket)}, () => process.kill(process.pid, 9))`;
    spawnSync(process.execPath, ['-e', program]);
    expect((await stat(socket)).isSocket()).toBe(true);
    await serve(async () => ({ status: 200, body: utf8('ok') }));
    expect((await call(socket, { method: 'GET', path: '/' })).status).toBe(200);
    await expect(
      listen(socket, async () => ({ status: 200, body: utf8('') })),
    ).rejects.toMatchObject({ code: 'wire.socket_taken' });
  });

  test('a path longer than a socket address is refused by name', async () => {
    const path = join(folder, 'x'.repeat(120));
    await expect(listen(path, async () => ({ status: 200, body: utf8('') }))).rejects.toMatchObject(
      {
        code: 'wire.socket_path_too_long',
      },
    );
    await expect(call(path, { method: 'GET', path: '/' })).rejects.toMatchObject({
      code: 'wire.socket_path_too_long',
    });
  });
});
