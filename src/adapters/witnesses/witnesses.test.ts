import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { listen } from '#adapters/wire';
import { fromUtf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { noteKey, printHead, printNote, signNote } from '#formats/tlog';
import { printWitnessReply } from '#formats/witness';
import { Witness } from '#trust/witness';
import { FileSignedHeads, FileWitnessMemory, headsIn } from './head-memory.ts';
import { FileMonitorMemory } from './monitor-memory.ts';
import { publicFiles } from './public-files.ts';
import { SocketWitness } from './witness-client.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fubie-w-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const root = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

describe('what a witness has cosigned', () => {
  test('is there after a restart; a line torn by a crash is cut off', async () => {
    const path = join(folder, 'court', 'heads');
    const memory = await FileWitnessMemory.open(path);
    const head = { origin: 'log', size: 3, root: root(1), oldSize: 0, proof: [], atSeconds: 9 };
    await memory.keep(head);
    await memory.keep({ ...head, size: 5, oldSize: 3, proof: [root(2)] });
    await appendFile(path, '{"at":10,"ol');
    const again = await FileWitnessMemory.open(path);
    expect((await again.all()).map(({ size }) => size)).toEqual([3, 5]);
    expect(await again.latest('log')).toMatchObject({ size: 5, proof: [root(2)] });
    expect(await again.latest('another')).toBeUndefined();
    await again.keep({ ...head, size: 8, oldSize: 5 });
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(4);
  });
});

describe('a disk that could not be written for a while', () => {
  const head = { origin: 'log', size: 3, root: root(1), oldSize: 0, proof: [], atSeconds: 9 };

  test('is written again as soon as it can be, without a restart; nothing refused stands there', async () => {
    const path = join(folder, 'heads');
    const memory = await FileWitnessMemory.open(path);
    await memory.keep(head);
    await rename(path, `${path}.away`);
    await mkdir(path);
    for (const size of [5, 6]) {
      await expect(memory.keep({ ...head, size, oldSize: 3 })).rejects.toMatchObject({
        code: 'witness.journal_torn',
        retryable: true,
        details: { why: 'EISDIR' },
      });
    }
    await rm(path, { recursive: true });
    await rename(`${path}.away`, path);
    expect(await memory.latest('log')).toMatchObject({ size: 3 });
    await memory.keep({ ...head, size: 8, oldSize: 3 });
    const again = await FileWitnessMemory.open(path);
    expect((await again.all()).map(({ size }) => size)).toEqual([3, 8]);
  });

  test('a journal that is gone, was shortened or grew by another’s hand is never written over', async () => {
    const path = join(folder, 'heads');
    const memory = await FileWitnessMemory.open(path);
    await memory.keep(head);
    const before = await readFile(path);
    const next = { ...head, size: 8, oldSize: 3 };
    await appendFile(path, 'another’s line\n');
    await expect(memory.keep(next)).rejects.toMatchObject({ details: { why: 'longer' } });
    await writeFile(path, before.subarray(0, 10));
    await expect(memory.keep(next)).rejects.toMatchObject({ details: { why: 'shorter' } });
    await rm(path);
    await expect(memory.keep(next)).rejects.toMatchObject({ details: { why: 'ENOENT' } });
    await writeFile(path, before);
    await memory.keep(next);
  });
});

describe('a journal that another owns', () => {
  const head = { origin: 'log', size: 3, root: root(1), oldSize: 0, proof: [], atSeconds: 9 };

  test('is read as far as it is whole, and not touched while its owner writes a line', async () => {
    const path = join(folder, 'heads.jsonl');
    const owner = await FileWitnessMemory.open(path);
    await owner.keep(head);
    const whole = await readFile(path, 'utf8');
    await appendFile(path, '{"at":10,"ol');
    expect((await headsIn(path)).map(({ size }) => size)).toEqual([3]);
    expect(await readFile(path, 'utf8')).toBe(`${whole}{"at":10,"ol`);
  });

  test('with a line that is none is refused by its name and place', async () => {
    const path = join(folder, 'court.jsonl');
    await writeFile(path, 'garbage\n');
    await expect(headsIn(path)).rejects.toMatchObject({
      code: 'witness.heads_malformed',
      details: { path, line: 1 },
    });
  });
});

describe('what the sequencer has signed', () => {
  test('cannot be another root for a size, nor a smaller one, also after a restart', async () => {
    const path = join(folder, 'sequencer', 'signed');
    const heads = await FileSignedHeads.open(path);
    await heads.put({ size: 4, root: root(1) });
    await heads.put({ size: 4, root: root(1) });
    const again = await FileSignedHeads.open(path);
    expect(await again.last()).toEqual({ size: 4, root: root(1) });
    await expect(again.put({ size: 4, root: root(2) })).rejects.toThrow('evidence.forked');
    await expect(again.put({ size: 3, root: root(1) })).rejects.toThrow('evidence.forked');
    await again.put({ size: 9, root: root(2) });
    expect((await FileSignedHeads.open(path).then((open) => open.last()))?.size).toBe(9);
  });
});

test('a witness in another process is asked over its socket; a dead one is retryable', async () => {
  const [logSigner, own] = [
    softSigner(generateSoftKey('ed25519')),
    softSigner(generateSoftKey('ed25519')),
  ];
  const log = await noteKey(
    { name: 'log.test', kind: 'ed25519', publicKey: logSigner.publicKey },
    nodeEngine,
  );
  const key = await noteKey(
    { name: 'court', kind: 'cosignature', publicKey: own.publicKey },
    nodeEngine,
  );
  const memory = await FileWitnessMemory.open(join(folder, 'heads'));
  const logOf = async (name: string) => (name === log.name ? log : undefined);
  const parts = { key, signer: own, logOf, memory, clock: systemClock, engine: nodeEngine };
  const witness = new Witness(parts);
  const socketPath = join(folder, 's');
  const server = await listen(socketPath, async ({ path, body }) => {
    if (path === '/heads') return { status: 200, body: await readFile(join(folder, 'heads')) };
    return printWitnessReply(await witness.addCheckpoint(fromUtf8(body)));
  });
  const client = new SocketWitness({ key, socketPath });
  const text = printHead({ origin: 'log.test', size: 2, root: root(7) });
  const checkpoint = printNote({ text, signatures: [await signNote(text, log, logSigner)] });
  expect((await client.addCheckpoint({ oldSize: 0, proof: [], checkpoint })).is).toBe('cosigned');
  expect(await client.addCheckpoint({ oldSize: 1, proof: [], checkpoint })).toEqual({
    is: 'conflict',
    size: 2,
  });
  expect(await client.heads()).toMatchObject([{ size: 2, root: root(7) }]);
  await server.close();
  await expect(client.addCheckpoint({ oldSize: 0, proof: [], checkpoint })).rejects.toMatchObject({
    retryable: true,
  });
});

test('a monitor finds its last head, promises and proofs again; the first proof stays', async () => {
  const memory = new FileMonitorMemory(join(folder, 'monitor'));
  expect([await memory.last(), await memory.promises()]).toEqual([undefined, []]);
  const note = `log\n3\n${'A'.repeat(43)}=\n\n— log AAAAAAAAAAAA\n`;
  const edge = { size: 3, hashes: [root(1), root(2)] };
  await memory.keep({ note, edge });
  await memory.keep({ note, edge });
  expect(await new FileMonitorMemory(join(folder, 'monitor')).last()).toEqual({ note, edge });
  await memory.accuse('fork-3-3', Uint8Array.of(1));
  await memory.accuse('fork-3-3', Uint8Array.of(2));
  const proof = await readFile(join(folder, 'monitor', 'proofs', 'fork-3-3.misbehaviour'));
  expect([...proof]).toEqual([1]);
  await mkdir(join(folder, 'monitor', 'promises'));
  await writeFile(join(folder, 'monitor', 'promises', 'a.note'), 'promised');
  expect(await memory.promises()).toEqual(['promised']);
});

test('public files are read over HTTP or from a folder; absent is not the same as out of reach', async () => {
  await writeFile(join(folder, 'checkpoint'), 'here');
  const server = createServer((asked, answer) => {
    const status = { '/log/checkpoint': 200, '/log/broken': 500 }[asked.url ?? ''] ?? 404;
    answer.writeHead(status).end('here');
  });
  await new Promise<void>((resume) => server.listen(0, '127.0.0.1', resume));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const overHttp = publicFiles(`http://127.0.0.1:${port}/log`);
  for (const read of [publicFiles(folder), overHttp]) {
    expect(fromUtf8((await read('checkpoint')) ?? new Uint8Array(0))).toBe('here');
    expect(await read('tile/0/000')).toBeUndefined();
  }
  await expect(overHttp('broken')).rejects.toThrow('witness.log_unreachable');
  server.closeAllConnections();
  await new Promise((resume) => server.close(resume));
  await expect(overHttp('checkpoint')).rejects.toMatchObject({ retryable: true });
});

test('a witness that takes the call and never answers is given up within its deadline', async () => {
  const socketPath = join(folder, 's');
  const open = new Set<{ destroy(): void }>();
  const server = createSocketServer((socket) => void open.add(socket));
  await new Promise<void>((resume) => server.listen(socketPath, resume));
  const { publicKey } = softSigner(generateSoftKey('ed25519'));
  const named = { name: 'court', kind: 'cosignature', publicKey } as const;
  const line = new SocketWitness({ key: await noteKey(named, nodeEngine), socketPath });
  const asking = line.addCheckpoint({ oldSize: 0, proof: [], checkpoint: '' });
  await expect(asking).rejects.toMatchObject({ retryable: true });
  for (const socket of open) socket.destroy();
  server.close();
});
