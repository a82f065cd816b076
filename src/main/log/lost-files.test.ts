/** A disk that lost a tile gets it back from the entries, and only what the log's key signed. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { FileTiles, treeHash, twinTreeHash } from '#adapters/tiles';
import { utf8 } from '#base/bytes';
import { noteKey, printHead, printSignatures, signNote } from '#formats/tlog';
import { signTwin, twinKey, twinOrigin } from '#formats/twin';
import { emptyTree, grow, type LogAudit, leafRow, writeTiles } from '#trust/evidence';
import { returnLostFiles } from './lost-files.ts';

const origin = 'log.example/bank';
/** Two full tiles and an open one. */
const size = 600;

describe('a log whose public files are gone', () => {
  let root = '';
  const rows: Uint8Array[] = [];
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'fubie-lost-'));
    rows.splice(0, rows.length, ...Array.from({ length: size }, (_, at) => utf8(`entry ${at}`)));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test('its tiles and bundles are written again, byte for byte, and the twin’s', async () => {
    const { shard, audit } = await grown();
    const before = await filesIn(root);
    const lost = ['log/tile/0/001', 'log/tile/entries/000', 'log/tile/1/000.p/2'];
    for (const path of [...lost, 'sm3/tile/0/000']) await rm(join(root, path));
    const written = await returnLostFiles(shard, audit);
    const paths = lost.map((path) => path.replace(/^log\//, ''));
    expect(written.toSorted()).toEqual([...paths, 'sm3/tile/0/000'].toSorted());
    expect(await filesIn(root)).toEqual(before);
    expect(await returnLostFiles(shard, audit)).toEqual([]);
  });

  test('a changed entry is not shown: it does not lead to the signed root', async () => {
    const { shard, audit } = await grown();
    await rm(join(root, 'log/tile/0/001'));
    rows[300] = utf8('entry 300, told otherwise');
    expect(await returnLostFiles(shard, audit)).toEqual([]);
    rows.splice(300, 1);
    expect(await returnLostFiles(shard, audit)).toEqual([]);
  });

  test('a head that the log’s key did not sign proves no entry', async () => {
    const { shard, audit } = await grown();
    await rm(join(root, 'log/tile/0/001'));
    const { shard: other } = await grown();
    await rm(join(root, 'log/tile/0/001'));
    const strange = { ...shard, published: other.published };
    expect(await returnLostFiles(strange, audit)).toEqual([]);
    expect(await returnLostFiles({ ...shard, published: utf8('no note') }, audit)).toEqual([]);
    expect(await returnLostFiles(shard, audit)).toEqual(['tile/0/001']);
  });

  test('a file that differs is left as it lies', async () => {
    const { shard, audit } = await grown();
    const path = join(root, 'log/tile/0/001');
    const bytes = await readFile(path);
    await rm(path);
    await writeFile(path, bytes.fill(1, 0, 1));
    expect(await returnLostFiles(shard, audit)).toEqual([]);
    expect(await readFile(path)).toEqual(bytes);
  });

  test('a closed shard shows its last heads again; a growing one waits for its sequencer', async () => {
    const { shard, audit, note, twinNote } = await grown();
    for (const name of ['log', 'sm3']) await rm(join(root, name), { recursive: true });
    const files = (name: string) => ({
      tiles: new FileTiles(join(root, name)),
      published: undefined,
    });
    const gone = { ...shard, ...files('log'), twin: { ...shard.twin, ...files('sm3') } };
    const ending = { ...gone, shard: { base: 0, end: size } };
    const first = await returnLostFiles(gone, audit);
    expect(first).toContain('sm3/tile/0/001');
    expect(first.filter((path) => path.endsWith('checkpoint'))).toEqual([]);
    expect(await returnLostFiles(ending, audit)).toEqual(['checkpoint', 'sm3/checkpoint']);
    expect(await readFile(join(root, 'log/checkpoint'), 'utf8')).toBe(note);
    expect(await readFile(join(root, 'sm3/checkpoint'), 'utf8')).toBe(twinNote);
  });

  test('a head of the twin that its key did not sign is not shown', async () => {
    const { shard, audit, twinNote } = await grown();
    await rm(join(root, 'sm3'), { recursive: true });
    const ending = { ...shard, shard: { base: 0, end: size } };
    const tiles = new FileTiles(join(root, 'sm3'));
    const lost = { ...ending, twin: { ...shard.twin, tiles, published: undefined } };
    const [head, ...others] = await audit.checkpoints();
    if (head === undefined) throw new Error('a head was signed');
    const bent = { ...head, twin: twinNote.replace(`\n${size}\n`, `\n${size - 1}\n`) };
    const bentRows = { ...audit, checkpoints: async () => [bent, ...others] };
    expect(await returnLostFiles(lost, bentRows)).toEqual([]);
  });

  async function grown() {
    for (const name of ['log', 'sm3']) await rm(join(root, name), { recursive: true, force: true });
    const signer = softSigner(generateSoftKey('ed25519'));
    const { publicKey } = signer;
    const log = await noteKey({ name: origin, kind: 'ed25519', publicKey }, nodeEngine);
    const { tree } = grow(emptyTree(treeHash), leafRow(rows, treeHash), treeHash);
    const text = printHead({ origin, size, root: tree.root });
    const signatures = printSignatures([await signNote(text, log, signer)]);
    const tiles = await filled('log', tree.root, true);

    const twinSigner = softSigner(generateSoftKey('sm2'));
    const name = twinOrigin(origin);
    const key = await twinKey({ name, publicKey: twinSigner.publicKey }, nodeEngine);
    const second = grow(emptyTree(twinTreeHash), leafRow(rows, twinTreeHash), twinTreeHash).tree;
    const twinText = printHead({ origin: name, size, root: second.root });
    const line = printSignatures([await signTwin(twinText, key, twinSigner)]);
    const twinNote = `${twinText}\n${line}`;
    const files = await filled('sm3', second.root, false);
    const twin = { key, tiles: files, published: utf8(twinNote) };

    const note = `${text}\n${signatures}`;
    const shard = { shard: { base: 0, end: undefined }, log, tiles, twin, published: utf8(note) };
    return { shard, note, twinNote, audit: auditOf({ size, text, signatures, twin: twinNote }) };
  }

  async function filled(name: string, to: Uint8Array, bundles: boolean): Promise<FileTiles> {
    const tiles = new FileTiles(join(root, name));
    const source = { entries: async (from: number, end: number) => rows.slice(from, end) };
    const hash = bundles ? treeHash : twinTreeHash;
    await writeTiles({ from: 0, to: size, root: to }, source, { tiles, hash, bundles });
    return tiles;
  }

  function auditOf(head: Awaited<ReturnType<LogAudit['checkpoints']>>[number]): LogAudit {
    return {
      entries: async (start, countMax) =>
        rows
          .map((bytes, index) => ({ index, caseId: undefined, bytes }))
          .slice(start, start + countMax),
      unplaced: async () => [],
      checkpoints: async () => [head, { size: size + 1, text: 'a draft\n', signatures: '' }],
    };
  }
});

async function filesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found[path] = await readFile(path, 'base64');
  }
  return found;
}
