/**
 * A log that lies, seen by those outside: each story ends in a finding, or in a proof that a
 * stranger's `fubie verify` believes.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { entryHash, entryVersionMax } from '#formats/entry';
import { bundlePath, parseBundle, printBundle, tilePath } from '#formats/tiles';
import { hashLeaf, levelUnder, parseNote, printVkey, requireSound } from '#formats/tlog';
import { judgeMisbehaviour, parseMisbehaviour, printMisbehaviour } from '#formats/witness';
import { verify } from '#trust/verify';
import { EntryWatch } from '#trust/witness';
import {
  keyed,
  type Notebook,
  type Parties,
  PublicLog,
  parties,
  startSeconds,
  viewOf,
  watch,
} from './public-log.ts';

let all: Parties;
beforeAll(async () => {
  all = await parties();
});
const quorum = ['sentinel', 'court', 'notary', 'arbitration'];

async function honest(count: number): Promise<PublicLog> {
  const log = new PublicLog(all);
  await log.grow(count);
  await log.publish(quorum);
  return log;
}

/** What the verifier a court would choose says of the only proof in the notebook. */
async function verdictOn(notebook: Notebook, of = all) {
  const [file] = [...notebook.proofs];
  const trust = new Map([['logs/demo.vkey', utf8(`${printVkey(of.log.key)}\n`)]]);
  for (const [name, { key }] of of.witnesses) {
    trust.set(`witnesses/${name}.vkey`, utf8(`${printVkey(key)}\n`));
  }
  const [name, bytes] = file ?? ['none', utf8('')];
  const { is, kind, because, notices } = await verify({ name, bytes, trust }, nodeEngine);
  return { is, kind, because, said: notices.map(({ detail }) => detail).join() };
}

describe('a log that keeps its word', () => {
  test('is sound at every look, each entry read once, also after a restart', async () => {
    const log = await honest(600);
    const { monitor, notebook } = watch(all, () => log.files);
    expect(await monitor.look()).toMatchObject({ is: 'sound', size: 600, read: 600 });
    expect(await monitor.look()).toMatchObject({ is: 'sound', size: 600, read: 0 });
    await log.grow(50);
    const told = await log.publish(quorum);
    const views = [viewOf('court', told)];
    const { monitor: again } = watch(all, () => log.files, { notebook, views });
    expect(await again.look()).toEqual({
      is: 'sound',
      size: 650,
      read: 50,
      unread: 0,
      findings: [],
      proofs: [],
    });
    expect(notebook.proofs.size).toBe(0);
  });

  test('an entry of a newer program is counted and followed, and is no excuse for its chain', async () => {
    const sig = toBase64(new Uint8Array(64));
    const newer = (seq: number, prev: string | null): Uint8Array =>
      canonicalBytes({
        v: entryVersionMax + 1,
        type: 'loan.split',
        case: 'AAECAwQFBgcICQoLDA0ODw',
        seq,
        prev,
        at: '2026-11-22T10:00:00.000+08:00',
        by: 'serve+00000000',
        sig,
      });
    const first = newer(0, null);
    const reading = new EntryWatch({ engine: nodeEngine }).reading();
    expect(await reading.flawOf(first, 0)).toBeUndefined();
    expect(await reading.flawOf(newer(1, await entryHash(first, nodeEngine)), 1)).toBeUndefined();
    expect(reading.unread).toBe(2);
    expect(await reading.flawOf(newer(2, toBase64(new Uint8Array(32))), 2)).toContain(
      'another entry',
    );
  });
});

describe('one file altered on the way', () => {
  type Change = (files: Map<string, Uint8Array>) => void;
  const bundle = bundlePath({ index: 0, width: 256 });
  const edit =
    (change: (entries: Uint8Array[]) => void): Change =>
    (files) => {
      const entries = parseBundle(files.get(bundle) ?? utf8(''));
      change(entries);
      files.set(bundle, printBundle(entries));
    };
  const flip =
    (path: string, at: number): Change =>
    (files) => {
      const bytes = Uint8Array.from(files.get(path) ?? utf8(''));
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      files.set(path, bytes);
    };
  const stories: Readonly<Record<string, readonly [change: Change, code: string]>> = {
    'an entry altered': [edit((list) => void (list[7] = utf8('{"v":1}'))), 'entry_wrong'],
    'an entry dropped': [edit((list) => void list.splice(7, 1)), 'root_differs'],
    'two entries reordered': [
      edit((list) => void list.splice(7, 2, ...list.slice(7, 9).toReversed())),
      'entry_wrong',
    ],
    'an entry inserted': [edit((list) => void list.splice(7, 0, utf8('{"v":1}'))), 'entry_wrong'],
    'an entry duplicated': [
      edit((list) => void list.splice(7, 0, ...list.slice(7, 8))),
      'entry_wrong',
    ],
    'a bit of a leaf tile flipped': [
      flip(tilePath({ level: 0, index: 0, width: 256 }), 40),
      'tile_differs',
    ],
    'a bit of an upper tile flipped': [
      flip(tilePath({ level: 1, index: 0, width: 2 }), 33),
      'tile_differs',
    ],
    'a bundle withheld': [(files) => void files.delete(bundle), 'file_missing'],
    'a bundle cut off': [
      (files) => void files.set(bundle, (files.get(bundle) ?? utf8('')).slice(0, -1)),
      'tile_differs',
    ],
    'no checkpoint': [(files) => void files.delete('checkpoint'), 'log_silent'],
    'a checkpoint of another size': [
      (files) => {
        const note = fromUtf8(files.get('checkpoint') ?? utf8(''));
        files.set('checkpoint', utf8(note.replace('\n600\n', '\n599\n')));
      },
      'checkpoint_wrong',
    ],
  };

  test.each(Object.entries(stories))('%s is found', async (_story, [change, code]) => {
    const log = await honest(600);
    change(log.files);
    const { monitor, notebook } = watch(all, () => log.files);
    const report = await monitor.look();
    expect(report.is).toBe('suspect');
    expect(report.findings.map((one) => one.code)).toContain(code);
    // Damaged files prove nothing against the log, and nothing is remembered of them.
    expect([notebook.proofs.size, notebook.verified]).toEqual([0, undefined]);
    expect((await monitor.look()).findings).toEqual(report.findings);
  });
});

test('a record of a case withheld before it was logged leaves a gap that is named', async () => {
  const log = new PublicLog(all);
  await log.grow(9);
  log.entries.splice(4, 1);
  await log.publish(quorum);
  const { monitor } = watch(all, () => log.files);
  expect((await monitor.look()).findings).toEqual([
    { code: 'entry_wrong', detail: 'entry 4: number 5 where 4 should be' },
  ]);
});

describe('two histories', () => {
  test('another root for the same size: proved, and the witnesses of both are named', async () => {
    const log = await honest(20);
    const { monitor, notebook } = watch(all, () => log.files);
    await monitor.look();
    const other = log.branch(19);
    await other.grow(1);
    // Court and notary are captive: they cosign whatever they are shown.
    const shown = await other.publish(['sentinel', 'court', 'notary', 'peer-bank']);
    // Two liars are one more than the policy bears: both histories have their quorum.
    const voters = ['court', 'notary', 'arbitration', 'peer-bank'];
    const policy = { sentinel: 'sentinel', voters, quorum: 3 };
    const named = parseNote(shown.note).signatures;
    expect(levelUnder(policy, named)).toBe('L2');
    expect(() => requireSound(policy)).not.toThrow();
    const { monitor: later } = watch(all, () => other.files, { notebook });
    expect(await later.look()).toMatchObject({ is: 'convicted', proofs: ['fork-20-20'] });
    expect(await verdictOn(notebook)).toEqual({
      is: 'valid',
      kind: 'misbehaviour',
      because: undefined,
      said: `fork: ${all.log.key.name} sentinel court notary: size 20 and size 20 are of two histories`,
    });
  });

  test('an old back-up restored and written on: the head seen before convicts it', async () => {
    const log = await honest(300);
    const { monitor, notebook } = watch(all, () => log.files);
    await monitor.look();
    const restored = log.branch(256);
    await restored.publish(quorum);
    const { monitor: sees } = watch(all, () => restored.files, { notebook });
    // A smaller head may be an old one: it is said, and convicts nobody whose clock went on.
    expect(await sees.look()).toMatchObject({ is: 'suspect', findings: [{ code: 'rolled_back' }] });
    await restored.grow(100);
    await restored.publish(['sentinel', 'court'], startSeconds + 60);
    expect(await sees.look()).toMatchObject({ is: 'convicted', proofs: ['fork-300-356'] });
    expect((await verdictOn(notebook)).is).toBe('valid');
    // The head it went on from stays the last one verified: the lie does not become the truth.
    expect(notebook.verified?.edge.size).toBe(300);
  });

  test('a split view shows when one victim compares with a witness of the other', async () => {
    const log = await honest(30);
    const other = log.branch(10);
    await other.grow(33);
    const forTheOther = await other.sign(['sentinel', 'court', 'peer-bank']);
    await log.grow(40);
    await log.publish(quorum);
    const views = [viewOf('peer-bank', forTheOther)];
    const { monitor, notebook } = watch(all, () => log.files, { views });
    const report = await monitor.look();
    expect(report).toMatchObject({ is: 'convicted', findings: [{ code: 'witness_differs' }] });
    expect((await verdictOn(notebook)).said).toContain(': size 43 and size 70 are of two');
  });

  test('a witness that went back to a smaller head is convicted itself, the log is not', async () => {
    const log = await honest(30);
    const { monitor, notebook } = watch(all, () => log.files);
    await monitor.look();
    const shorter = log.branch(20);
    await shorter.publish(['court'], startSeconds + 9);
    const { monitor: sees } = watch(all, () => shorter.files, { notebook });
    expect(await sees.look()).toMatchObject({ proofs: ['rollback-30-20'] });
    expect((await verdictOn(notebook)).said).toBe(
      'rollback: court: size 20 cosigned after size 30',
    );
  });

  test('a witness ahead of what the log shows is said', async () => {
    const log = await honest(10);
    await log.grow(5);
    const ahead = await log.sign(['court']);
    const { monitor } = watch(all, () => log.files, { views: [viewOf('court', ahead)] });
    expect((await monitor.look()).findings).toMatchObject([{ code: 'witness_ahead' }]);
  });
});

describe('a promise', () => {
  async function promised(more: { kept: boolean; late?: number; voices?: string[] }) {
    const log = await honest(300);
    await log.grow(1);
    const [entry] = log.entries.slice(-1);
    const leaf = await hashLeaf(more.kept ? (entry ?? utf8('')) : utf8('lost'), nodeEngine);
    const bySeconds = startSeconds + 60;
    const note = await log.promise({ leaf, since: 300, bySeconds });
    await log.grow(30);
    await log.publish(more.voices ?? quorum, bySeconds + (more.late ?? 1));
    const { monitor, notebook } = watch(all, () => log.files);
    notebook.given.push(note);
    return { report: await monitor.look(), notebook, log };
  }

  test('kept, or not yet due, or with one voice about the time: nobody is accused', async () => {
    expect((await promised({ kept: true })).report.is).toBe('sound');
    expect((await promised({ kept: false, late: 0 })).report.is).toBe('sound');
    expect((await promised({ kept: false, voices: ['court'] })).report.is).toBe('sound');
  });

  test('broken: every leaf since then is shown, and the entry is not among them', async () => {
    const { report, notebook, log } = await promised({ kept: false });
    expect(report).toMatchObject({ is: 'convicted', proofs: ['promise-331'] });
    const said = await verdictOn(notebook);
    expect(said).toMatchObject({ is: 'valid', kind: 'misbehaviour' });
    expect(said.said).toContain('not among 331 entries cosigned later');
    // The same under a head that one witness alone calls late, or that was cosigned in time.
    const [proof] = notebook.proofs.values();
    const good = parseMisbehaviour(proof ?? utf8(''));
    const keys = {
      logs: [all.log.key],
      witnesses: [...all.witnesses.values()].map(({ key }) => key),
    };
    const because = async (names: readonly string[], atSeconds: number) => {
      const { note } = await log.sign(names, atSeconds);
      const notes = [good.notes[0], note] as const;
      const found = await judgeMisbehaviour({ ...good, notes }, keys, nodeEngine);
      return found.is === 'proved' ? 'proved' : found.because;
    };
    expect(await because(['court', 'notary'], startSeconds + 61)).toBe('proved');
    expect(await because(['court'], startSeconds + 61)).toBe('not_late');
    expect(await because(quorum, startSeconds + 60)).toBe('not_late');
  });

  test('of a log it is not from is only said', async () => {
    const log = await honest(3);
    const { monitor, notebook } = watch(all, () => log.files);
    notebook.given.push('not a note at all\n');
    expect((await monitor.look()).findings).toMatchObject([{ code: 'promise_wrong' }]);
    expect(notebook.proofs.size).toBe(0);
  });
});

describe('a forged accusation convicts nobody', () => {
  async function forkProof() {
    const log = await honest(20);
    const other = log.branch(10);
    await other.grow(20);
    const first = await log.sign(quorum);
    const { monitor, notebook } = watch(all, () => other.files, {
      views: [viewOf('court', first)],
    });
    await other.publish(quorum);
    await monitor.look();
    const [bytes] = notebook.proofs.values();
    return { notebook, bytes: bytes ?? utf8(''), log, other };
  }

  test('by another key, over one history, with other hashes, or with a byte changed', async () => {
    const { bytes, log } = await forkProof();
    const good = parseMisbehaviour(bytes);
    const keys = {
      logs: [all.log.key],
      witnesses: [...all.witnesses.values()].map(({ key }) => key),
    };
    const judged = async (change: Partial<typeof good>, under = keys) => {
      const found = await judgeMisbehaviour({ ...good, ...change }, under, nodeEngine);
      return found.is === 'proved' ? 'proved' : found.because;
    };
    expect(await judged({})).toBe('proved');
    const stranger = await keyed('log.fubie.test/other', 'ed25519');
    expect(await judged({}, { ...keys, logs: [stranger.key] })).toBe('log_unknown');
    const thief = await keyed(all.log.key.name, 'ed25519');
    expect(await judged({}, { ...keys, logs: [thief.key] })).toBe('not_signed_by_log');
    expect(await judged({ hashes: good.hashes.slice(1) })).toBe('hashes_wrong');
    expect(await judged({ hashes: good.hashes.toReversed() })).toBe('hashes_wrong');
    const shorter = await log.branch(12).sign([]);
    const longer = await log.sign([]);
    expect(await judged({ notes: [longer.note, longer.note], hashes: [] })).toBe('one_history');
    expect(await judged({ kind: 'rollback', hashes: [] })).toBe('nobody_went_back');
    expect(await judged({ notes: [shorter.note, longer.note], hashes: [] })).toBe('hashes_wrong');
    const notes = [good.notes[0].replace('\n20\n', '\n19\n'), good.notes[1]] as const;
    expect(await judged({ notes })).toBe('not_signed_by_log');
    expect(printMisbehaviour(good)).toEqual(bytes);
  });

  test('the verifier says so: unproved, malformed, or that it does not know the log', async () => {
    const { notebook, bytes } = await forkProof();
    const [name] = notebook.proofs.keys();
    const flipped = utf8(fromUtf8(bytes).replace('"fork"', '"rollback"'));
    notebook.proofs.set(name ?? '', flipped);
    expect(await verdictOn(notebook)).toMatchObject({
      is: 'invalid',
      because: 'accusation_unproved',
    });
    notebook.proofs.set(name ?? '', utf8(`${fromUtf8(bytes)} `));
    expect((await verdictOn(notebook)).because).toBe('accusation_malformed');
    notebook.proofs.set(name ?? '', bytes);
    const elsewhere = { ...all, log: await keyed('log.fubie.test/other', 'ed25519') };
    expect(await verdictOn(notebook, elsewhere)).toMatchObject({
      is: 'indeterminate',
      because: 'trust_missing',
    });
  });
});

describe('clocks an hour off', () => {
  test('of one witness do not make a promise late, nor does the log’s own', async () => {
    const log = new PublicLog(all);
    await log.grow(5);
    const hour = 3_600;
    const told = await log.publish(['sentinel', 'court', 'notary']);
    const bySeconds = startSeconds + 60;
    const note = await log.promise({ leaf: new Uint8Array(32), since: 5, bySeconds });
    const { monitor, notebook } = watch(all, () => log.files);
    notebook.given.push(note);
    const ahead = await log.sign(['court'], startSeconds + hour);
    const court = ahead.note.split('\n').find((line) => line.startsWith('— court')) ?? '';
    const lines = told.note.split('\n').map((line) => (line.startsWith('— court') ? court : line));
    log.files.set('checkpoint', utf8(lines.join('\n')));
    expect(await monitor.look()).toMatchObject({ is: 'sound', proofs: [] });
  });
});
