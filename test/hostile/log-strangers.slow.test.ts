/**
 * Programs that we did not write judge our log, and refuse a rewritten one: Go's x/mod, torchwood,
 * filippo.io/mldsa, and a real litewitness (conformance/strangers).
 *
 * They are built from what this computer's Go caches hold, without the network; where that fails,
 * each test is skipped and says so. `node conformance/run.ts` fills the caches.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromBase64, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { nodesFromTiles } from '#formats/tiles';
import {
  consistencyProof,
  cosign,
  cosignerOf,
  inclusionProof,
  levelRule,
  noteKey,
  parseNote,
  printHead,
  printLogProof,
  printNote,
  printPolicy,
  printVkey,
  signNote,
} from '#formats/tlog';
import { parseWitnessReply, printWitnessRequest } from '#formats/witness';
import { keyed, type Parties, PublicLog, parties } from './public-log.ts';

const buildSecondsMax = 150;
const folder = mkdtempSync(join(tmpdir(), 'fubie-strangers-'));
const quorum = ['sentinel', 'court', 'notary', 'arbitration'];
const named = ['sentinel', 'court', 'notary', 'arbitration', 'peer-bank'];

const strangers = built('strangers', '.');
const litewitness = built('litewitness', 'filippo.io/torchwood/cmd/litewitness');

function built(name: string, from: string): string | undefined {
  const program = join(folder, name);
  const words = ['GOPROXY=off', 'GOFLAGS=-mod=readonly', 'go', 'build', '-o', program, from];
  const { status, stderr, error } = spawnSync('env', words, {
    cwd: 'conformance/strangers',
    encoding: 'utf8',
    timeout: buildSecondsMax * 1_000,
  });
  if (status === 0) return program;
  const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? 'too slow';
  console.warn(`SKIP ${name}: it cannot be built here (${why})`);
  return undefined;
}

let all: Parties;
let log: PublicLog;
beforeAll(async () => {
  all = await parties();
  log = new PublicLog(all);
  await log.grow(700);
  await log.publish(quorum);
  writeFileSync(join(folder, 'log.vkey'), printVkey(all.log.key));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the judge says of files written under this name. */
function asked(words: readonly string[]): string {
  const { stdout } = spawnSync(strangers ?? '', words, { encoding: 'utf8', timeout: 60_000 });
  return stdout.split(' ')[0]?.trim() ?? '';
}

function written(name: string, files: ReadonlyMap<string, Uint8Array | string>): string {
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true });
    writeFileSync(join(folder, name, path), bytes);
  }
  return join(folder, name);
}

describe('golang.org/x/mod, torchwood and filippo.io/mldsa', () => {
  test('accept every tile and proof of our log, and refuse a flipped bit or a foreign key', async ({
    skip,
  }) => {
    if (strangers === undefined) skip('the judges cannot be built here');
    const vkey = join(folder, 'log.vkey');
    expect(asked(['tree', written('good', log.files), vkey])).toBe('accepted');
    const tile = Uint8Array.from(log.files.get('tile/0/001') ?? utf8(''));
    tile[77] = (tile[77] ?? 0) ^ 4;
    const flipped = new Map(log.files).set('tile/0/001', tile);
    expect(asked(['tree', written('flipped', flipped), vkey])).toBe('refused');
    const thief = await keyed(all.log.key.name, 'ed25519');
    writeFileSync(join(folder, 'thief.vkey'), printVkey(thief.key));
    expect(asked(['tree', join(folder, 'good'), join(folder, 'thief.vkey')])).toBe('refused');
    const rewritten = log.branch(300);
    await rewritten.grow(400);
    await rewritten.publish(quorum);
    const mixed = new Map(rewritten.files).set(
      'checkpoint',
      log.files.get('checkpoint') ?? utf8(''),
    );
    expect(asked(['tree', written('rewritten', mixed), vkey])).toBe('refused');
  });

  test('VerifyProof takes our proof under our policy, and no other entry, vote or log', async ({
    skip,
  }) => {
    if (strangers === undefined) skip('the judges cannot be built here');
    const policy = printPolicy({
      logs: [all.log.key],
      witnesses: named.flatMap((name) => {
        const key = all.witnesses.get(name)?.key;
        return key === undefined ? [] : [{ name, key }];
      }),
      quorum: levelRule({ sentinel: 'sentinel', voters: named.slice(1), quorum: 3 }),
    });
    const told = await log.sign(quorum);
    const nodes = nodesFromTiles(700, async (path) => log.files.get(path), nodeEngine);
    const hashes = await inclusionProof({ index: 512, size: 700 }, nodes, nodeEngine);
    const proof = printLogProof({ index: 512, hashes, checkpoint: told.note });
    const weak = await log.sign(['sentinel', 'court', 'notary']);
    const without = await log.sign(['court', 'notary', 'arbitration', 'peer-bank']);
    const at = (name: string, content: Uint8Array | string) =>
      join(written('proofs', new Map([[name, content]])), name);
    const entry = at('entry', log.entries[512] ?? utf8(''));
    const judged = (text: string, of = entry) =>
      asked(['proof', at('policy', policy), of, at('proof', text)]);
    expect(judged(proof)).toBe('accepted');
    expect(judged(proof, at('other', log.entries[511] ?? utf8('')))).toBe('refused');
    expect(judged(proof.replace('index 512', 'index 511'))).toBe('refused');
    expect(judged(printLogProof({ index: 512, hashes, checkpoint: weak.note }))).toBe('refused');
    expect(judged(printLogProof({ index: 512, hashes, checkpoint: without.note }))).toBe('refused');
    expect(judged(proof.replace(hashPattern, flippedHash))).toBe('refused');
  });

  test('an ML-DSA-44 cosignature of ours holds by a library we did not write', async ({ skip }) => {
    if (strangers === undefined) skip('the judges cannot be built here');
    const signer = softSigner(generateSoftKey('ml-dsa-44'));
    const kind = 'mldsa-cosignature' as const;
    const key = await noteKey(
      { name: 'court.test', kind, publicKey: signer.publicKey },
      nodeEngine,
    );
    const { note, size, root } = await log.sign([]);
    const { text, signatures } = parseNote(note);
    const line = await cosign({ text, atSeconds: 1_790_000_000 }, key, signer);
    const files = new Map([
      ['vkey', printVkey(key)],
      ['checkpoint', printNote({ text, signatures: [...signatures, line] })],
    ]);
    const of = written('mldsa', files);
    expect(asked(['mldsa', join(of, 'vkey'), join(of, 'checkpoint')])).toBe('accepted');
    const other = printHead({ origin: all.log.key.name, size: size + 1, root });
    const lie = printNote({ text: other, signatures: [...signatures, line] });
    writeFileSync(join(of, 'checkpoint'), lie);
    expect(asked(['mldsa', join(of, 'vkey'), join(of, 'checkpoint')])).toBe('refused');
  });
});

const hashPattern = /\n([A-Za-z0-9+/]{43}=)\n/;
function flippedHash(whole: string, hash: string): string {
  const bytes = fromBase64(hash);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  return whole.replace(hash, toBase64(bytes));
}

describe('a real litewitness', () => {
  const started: ChildProcess[] = [];
  const name = 'witness.test/lite';
  const port = 20_000 + (process.pid % 20_000);
  afterAll(() => started.forEach((one) => one.kill()));

  /** A dedicated ssh-agent holds its key, as its manual says; the log is told to its database. */
  async function start(): Promise<Uint8Array> {
    const [agent, db] = [join(folder, 'agent'), join(folder, 'lite.db')];
    const keyFile = join(folder, 'lite-key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', keyFile]);
    started.push(spawn('ssh-agent', ['-D', '-a', agent], { stdio: 'ignore' }));
    const add = () => spawnSync('env', [`SSH_AUTH_SOCK=${agent}`, 'ssh-add', '-q', keyFile]);
    await until(async () => add().status === 0);
    const print = execFileSync('ssh-keygen', ['-lf', `${keyFile}.pub`], { encoding: 'utf8' });
    tellOf(db);
    const words = [
      '-db',
      db,
      '-name',
      name,
      '-ssh-agent',
      agent,
      '-key',
      print.split(' ')[1] ?? '',
    ];
    const listen = ['-listen', `127.0.0.1:${port}`];
    started.push(spawn(litewitness ?? '', [...words, ...listen], { stdio: 'ignore' }));
    await until(async () => (await ask('POST', '/add-checkpoint', 'old 0\n')).status === 400);
    const line = execFileSync('cat', [`${keyFile}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '';
    return Uint8Array.from(Buffer.from(line, 'base64').subarray(-32));
  }

  /** The tables of its database, which `witnessctl add-log` and `add-key` write. */
  function tellOf(path: string): void {
    const db = new DatabaseSync(path);
    const { name: origin } = all.log.key;
    db.exec(`CREATE TABLE log (origin TEXT PRIMARY KEY, tree_size INTEGER NOT NULL,
        tree_hash TEXT NOT NULL);
      CREATE TABLE key (origin TEXT NOT NULL, key TEXT NOT NULL,
        FOREIGN KEY(origin) REFERENCES log(origin));`);
    const nothing = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
    db.prepare('INSERT INTO log VALUES (?, 0, ?)').run(origin, nothing);
    db.prepare('INSERT INTO key VALUES (?, ?)').run(origin, printVkey(all.log.key));
    db.close();
  }

  function ask(
    method: string,
    path: string,
    body = '',
  ): Promise<{ status: number; body: Uint8Array }> {
    return new Promise((resolve) => {
      const asking = request({ host: '127.0.0.1', port, method, path }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, body: new Uint8Array(Buffer.concat(parts)) }),
        );
      });
      asking.on('error', () => resolve({ status: 0, body: new Uint8Array(0) }));
      asking.end(body);
    });
  }

  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await holds()) return;
      await new Promise((resume) => setTimeout(resume, 100));
    }
    throw new Error('it never came up');
  }

  test('cosigns our log as it grows, and refuses a rewritten one', async ({ skip }) => {
    if (litewitness === undefined) skip('litewitness cannot be built here');
    const raw = await start();
    const publicKey = new Uint8Array([...fromBase64('MCowBQYDK2VwAyEA'), ...raw]);
    const key = await noteKey({ name, kind: 'cosignature', publicKey }, nodeEngine);
    const submit = async (of: PublicLog, from: number) => {
      const told = await of.sign([]);
      const nodes = nodesFromTiles(told.size, async (path) => of.files.get(path), nodeEngine);
      const proof = await consistencyProof({ from, to: told.size }, nodes, nodeEngine);
      const body = printWitnessRequest({ oldSize: from, proof, checkpoint: told.note });
      return { told, reply: parseWitnessReply(await ask('POST', '/add-checkpoint', body)) };
    };
    const small = log.branch(300);
    await small.publish([]);
    const first = await submit(small, 0);
    const [signature] = first.reply.is === 'cosigned' ? first.reply.signatures : [];
    const { text } = parseNote(first.told.note);
    const cosigner = signature && (await cosignerOf(text, { key, signature, engine: nodeEngine }));
    expect(cosigner?.name).toBe(name);
    expect((await submit(log, 300)).reply.is).toBe('cosigned');
    expect((await submit(log, 300)).reply).toEqual({ is: 'conflict', size: 700 });

    const rewritten = log.branch(299);
    await rewritten.grow(500);
    await rewritten.publish([]);
    expect((await submit(rewritten, 700)).reply).toEqual({
      is: 'refused',
      because: 'inconsistent',
    });
    expect((await submit(small, 300)).reply).toEqual({ is: 'conflict', size: 700 });
    const thief = await keyed(all.log.key.name, 'ed25519');
    const head = printHead({ origin: all.log.key.name, size: 0, root: new Uint8Array(32) });
    const forged = await signNote(head, thief.key, thief.signer);
    const checkpoint = printNote({ text: head, signatures: [forged] });
    const stolen = printWitnessRequest({ oldSize: 0, proof: [], checkpoint });
    const answer = await ask('POST', '/add-checkpoint', stolen);
    expect([answer.status, fromUtf8(answer.body).length > 0]).toEqual([403, true]);
  });
});
