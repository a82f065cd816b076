import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, toBase64, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import {
  append,
  consistencyProof,
  cosignerOf,
  edgeRoot,
  emptyEdge,
  hashLeaf,
  type NoteKey,
  noteKey,
  printHead,
  printNote,
  signNote,
} from '#formats/tlog';
import {
  judgeMisbehaviour,
  parseWitnessedHead,
  printWitnessedHead,
  printWitnessRequest,
  type WitnessedHead,
} from '#formats/witness';
import { Witness, type WitnessMemory } from './witness.ts';

const startSeconds = 1_790_000_000;
let nowSeconds = startSeconds;
const clock = { source: 'TEST_CLOCK', now: () => instantFromMs(nowSeconds * 1_000) };

class Memory implements WitnessMemory {
  readonly heads: WitnessedHead[] = [];
  latest = async (origin: string) => this.heads.findLast((head) => head.origin === origin);
  keep = async (head: WitnessedHead): Promise<void> => void this.heads.push(head);
  all = async () => this.heads;
}

async function keyPair(name: string, kind: NoteKey['kind']) {
  const signer = softSigner(generateSoftKey('ed25519'));
  return { signer, key: await noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine) };
}

/** A log of `count` leaves that can show itself at any size, honestly or with another history. */
async function logOf(count: number, history: string) {
  const nodes = new Map<string, Uint8Array>();
  const roots: Uint8Array[] = [];
  let edge = emptyEdge;
  for (let index = 0; index <= count; index += 1) {
    roots.push(await edgeRoot(edge, nodeEngine));
    const leaf = await hashLeaf(utf8(`${history} ${index}`), nodeEngine);
    const completed = (level: number, at: number, hash: Uint8Array): void =>
      void nodes.set(`${level}/${at}`, hash);
    edge = await append(edge, leaf, { engine: nodeEngine, completed });
  }
  const read = async (level: number, at: number) => nodes.get(`${level}/${at}`) ?? utf8('');
  return {
    root: (size: number) => roots[size] ?? utf8(''),
    proof: (from: number, to: number) => consistencyProof({ from, to }, read, nodeEngine),
  };
}

describe('a witness, asked as c2sp.org/tlog-witness says', () => {
  let log: Awaited<ReturnType<typeof keyPair>>;
  let court: Awaited<ReturnType<typeof keyPair>>;
  let memory: Memory;
  let witness: Witness;
  let history: Awaited<ReturnType<typeof logOf>>;
  let end: number | undefined;

  beforeEach(async () => {
    end = undefined;
    nowSeconds = startSeconds;
    log = await keyPair('log.fubie.test/demo', 'ed25519');
    court = await keyPair('court', 'cosignature');
    memory = new Memory();
    const { key, signer } = court;
    witness = new Witness({
      key,
      signer,
      logOf: async (name: string) => (name === log.key.name ? log.key : undefined),
      endOf: () => end,
      memory,
      clock,
      engine: nodeEngine,
    });
    history = await logOf(20, 'told once');
  });

  async function note(
    size: number,
    more: { root?: Uint8Array; by?: typeof log; origin?: string } = {},
  ) {
    const { by = log, root = history.root(size), origin = log.key.name } = more;
    const text = printHead({ origin, size, root });
    return {
      text,
      note: printNote({ text, signatures: [await signNote(text, by.key, by.signer)] }),
    };
  }
  const ask = (oldSize: number, proof: readonly Uint8Array[], checkpoint: string) =>
    witness.addCheckpoint(printWitnessRequest({ oldSize, proof, checkpoint }));

  test('200: the first head and each consistent one after it; remembered with its proof', async () => {
    for (const [from, to] of [
      [0, 3],
      [3, 8],
      [8, 8],
      [8, 20],
    ] as const) {
      const head = await note(to);
      const reply = await ask(from, await history.proof(from, to), head.note);
      expect(reply.is).toBe('cosigned');
      const [signature] = reply.is === 'cosigned' ? reply.signatures : [];
      const signed = signature && { key: court.key, signature, engine: nodeEngine };
      expect(signed && (await cosignerOf(head.text, signed))?.atSeconds).toBe(startSeconds);
    }
    expect(memory.heads.map(({ oldSize, size }) => [oldSize, size])).toEqual([
      [0, 3],
      [3, 8],
      [8, 20],
    ]);
    for (const head of memory.heads) {
      expect(parseWitnessedHead(printWitnessedHead(head))).toEqual(head);
    }
  });

  test('400 malformed, 403 not signed by the log, 404 unknown origin', async () => {
    const { note: good } = await note(3);
    expect(await witness.addCheckpoint('')).toEqual({ is: 'refused', because: 'malformed' });
    expect(await ask(4, [], good)).toEqual({ is: 'refused', because: 'malformed' });
    const thief = await keyPair(log.key.name, 'ed25519');
    const { note: forged } = await note(3, { by: thief });
    expect(await ask(0, [], forged)).toEqual({ is: 'refused', because: 'untrusted' });
    const torn = forged
      .slice(forged.indexOf('— '))
      .replace(/(?<= )[^ ]+\n$/u, () => `${toBase64(concat(log.key.id, new Uint8Array(64)))}\n`);
    const [text = '', lines = ''] = good.split('\n\n');
    for (const both of [lines + torn, torn + lines]) {
      const reply = await ask(0, [], `${text}\n\n${both}`);
      expect(reply).toEqual({ is: 'refused', because: 'untrusted' });
    }
    const { note: other } = await note(3, { origin: 'another.log' });
    expect(await ask(0, [], other)).toEqual({ is: 'refused', because: 'unknown_origin' });
    expect(memory.heads).toEqual([]);
  });

  test('409 names the size it is at; a second root for that size is a conflict too', async () => {
    await ask(0, [], (await note(8)).note);
    const { note: later } = await note(20);
    expect(await ask(3, await history.proof(3, 20), later)).toEqual({ is: 'conflict', size: 8 });
    const { note: older } = await note(3);
    expect(await ask(0, [], older)).toEqual({ is: 'conflict', size: 8 });
    const { note: forked } = await note(8, { root: history.root(7) });
    expect(await ask(8, [], forked)).toEqual({ is: 'conflict', size: 8 });
  });

  test('422: another history is never cosigned, with whatever proof', async () => {
    await ask(0, [], (await note(8)).note);
    const other = await logOf(20, 'told otherwise');
    const { note: forked } = await note(20, { root: other.root(20) });
    for (const proof of [await other.proof(8, 20), await history.proof(8, 20), []]) {
      expect(await ask(8, proof, forked)).toEqual({ is: 'refused', because: 'inconsistent' });
    }
    expect(memory.heads).toHaveLength(1);
  });

  test('422 too: hashes from a tree to itself, or from none; without them it is cosigned again', async () => {
    const { note: good } = await note(8);
    const [hash] = await history.proof(3, 8);
    const inconsistent = { is: 'refused', because: 'inconsistent' };
    expect(await ask(0, [hash ?? utf8('')], good)).toEqual(inconsistent);
    expect((await ask(0, [], good)).is).toBe('cosigned');
    expect(await ask(8, [hash ?? utf8('')], good)).toEqual(inconsistent);
    expect((await ask(8, [], good)).is).toBe('cosigned');
    expect(memory.heads).toHaveLength(1);
  });

  test('403: behind the end of a shard whose next one it believes; the end itself stays', async () => {
    await ask(0, [], (await note(8)).note);
    end = 8;
    const { note: longer } = await note(20);
    const reply = await ask(8, await history.proof(8, 20), longer);
    expect(reply).toEqual({ is: 'refused', because: 'untrusted' });
    expect((await ask(8, [], (await note(8)).note)).is).toBe('cosigned');
    expect(memory.heads).toHaveLength(1);
  });

  test('by a clock that was set back an hour it says no earlier time, and is convicted of nothing', async () => {
    const said = async (from: number, to: number, atSeconds: number) => {
      nowSeconds = atSeconds;
      const head = await note(to);
      const reply = await ask(from, await history.proof(from, to), head.note);
      const [signature] = reply.is === 'cosigned' ? reply.signatures : [];
      if (signature === undefined) throw new Error(reply.is);
      const signatures = [await signNote(head.text, log.key, log.signer), signature];
      const cosigned = printNote({ text: head.text, signatures });
      const signed = { key: court.key, signature, engine: nodeEngine };
      return { cosigned, at: (await cosignerOf(head.text, signed))?.atSeconds };
    };
    const first = await said(0, 8, startSeconds);
    const again = await said(8, 8, startSeconds + 60);
    const larger = await said(8, 20, startSeconds - 3_600);
    expect([first.at, again.at, larger.at]).toEqual([
      startSeconds,
      startSeconds + 60,
      startSeconds + 60,
    ]);
    const notes = [larger.cosigned, again.cosigned] as const;
    const keys = { logs: [log.key], witnesses: [court.key] };
    const accusation = { kind: 'rollback', notes, hashes: [] } as const;
    expect(await judgeMisbehaviour(accusation, keys, nodeEngine)).toEqual({
      is: 'unproved',
      because: 'nobody_went_back',
    });
    // A clock that had run years ahead is not followed for ever.
    expect((await said(20, 20, startSeconds - 90_000)).at).toBe(startSeconds - 90_000);
  });

  test('whose memory was set back to an older copy cosigns a second history, and is named for it', async () => {
    const other = await logOf(20, 'told otherwise');
    const cosigned = async (of: typeof history, from: number, to: number) => {
      const { text, note: signed } = await note(to, { root: of.root(to) });
      const reply = await ask(from, await of.proof(from, to), signed);
      if (reply.is !== 'cosigned') return reply.is;
      const own = await signNote(text, log.key, log.signer);
      return printNote({ text, signatures: [own, ...reply.signatures] });
    };
    const first = await cosigned(history, 0, 20);
    expect(await cosigned(other, 0, 20)).toBe('conflict');
    memory.heads.length = 0;
    const notes = [first, await cosigned(other, 0, 20)] as const;
    const keys = { logs: [log.key], witnesses: [court.key] };
    const accusation = { kind: 'fork', notes, hashes: [] } as const;
    expect(await judgeMisbehaviour(accusation, keys, nodeEngine)).toMatchObject({
      is: 'proved',
      log: log.key,
      witnesses: ['court'],
    });
  });

  test('two requests at once from the same size: one is cosigned, the other told the new size', async () => {
    const [a, b] = [await note(8), await note(20)];
    const replies = await Promise.all([ask(0, [], b.note), ask(0, [], a.note)]);
    expect(replies.map(({ is }) => is)).toEqual(['cosigned', 'conflict']);
    expect(memory.heads.map(({ size }) => size)).toEqual([20]);
  });

  test('any text gets an answer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60 }), async (text) => {
        expect((await witness.addCheckpoint(text)).is).toBe('refused');
      }),
      { numRuns: 30 },
    );
  });
});
