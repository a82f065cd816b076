/**
 * What a lenient reader would let pass: each of these texts has a signature that holds, and is
 * refused all the same, or counts for nobody.
 */
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { cosign, judgeCheckpoint, parseCheckpoint, printHead } from './checkpoint.ts';
import {
  type NoteKey,
  type NoteKeyKind,
  noteKey,
  parseNote,
  parseVkey,
  printNote,
  printSignatures,
  printVkey,
  signNote,
} from './note.ts';
import { parseLogProof } from './proof-file.ts';

const origin = 'log.fubie.test/strict';
const root = new Uint8Array(32).fill(7);
const head = printHead({ origin, size: 12, root });

async function maker(name: string, kind: NoteKeyKind) {
  const algorithm = kind === 'mldsa-cosignature' ? 'ml-dsa-44' : 'ed25519';
  const signer = softSigner(generateSoftKey(algorithm));
  return { signer, key: await noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine) };
}

function codeOf(parse: () => unknown): string {
  try {
    parse();
    return 'taken';
  } catch (thrown) {
    return thrown instanceof Fault ? thrown.code : String(thrown);
  }
}

describe('a checkpoint signed by its log', () => {
  const rootLine = toBase64(root);
  const texts: Readonly<Record<string, string>> = {
    'no size': `${origin}\n${rootLine}\n`,
    'no origin': `12\n${rootLine}\n`,
    'an empty origin': `\n12\n${rootLine}\n`,
    'the origin not first': `12\n${origin}\n${rootLine}\n`,
    'a leading zero': `${origin}\n012\n${rootLine}\n`,
    'a plus before the size': `${origin}\n+12\n${rootLine}\n`,
    'a negative size': `${origin}\n-12\n${rootLine}\n`,
    'a hexadecimal size': `${origin}\n0x0c\n${rootLine}\n`,
    'a size with a blank': `${origin}\n12 \n${rootLine}\n`,
    'a size beyond 2^53': `${origin}\n9007199254740993\n${rootLine}\n`,
    'a root of 31 bytes': `${origin}\n12\n${toBase64(root.slice(1))}\n`,
    'a root of 33 bytes': `${origin}\n12\n${toBase64(concat(root, root.slice(31)))}\n`,
    'a root in hexadecimal': `${origin}\n12\n${'07'.repeat(32)}\n`,
    'a root without padding': `${origin}\n12\n${rootLine.replace('=', '')}\n`,
    'a root with loose bits': `${origin}\n12\n${rootLine.replace('c=', 'd=')}\n`,
    'an extension line': `${head}nobody audits this\n`,
    'an empty line in it': `${origin}\n\n12\n${rootLine}\n`,
    'a carriage return': head.replaceAll('\n', '\r\n'),
    'a tab in the origin': `log\ttest\n12\n${rootLine}\n`,
    'an origin of 256 bytes': `${'傅'.repeat(85)}x\n12\n${rootLine}\n`,
  };

  test.each(Object.entries(texts))('with %s is refused', async (_why, text) => {
    const log = await maker(origin, 'ed25519');
    const signatures = [await signNote(text, log.key, log.signer)];
    const code = codeOf(() => parseCheckpoint(printNote({ text, signatures })));
    expect(code).toMatch(/^tlog\.(checkpoint|note|size|hash)_malformed$/);
  });
});

describe('signature lines', () => {
  const line = `— ${origin} ${toBase64(new Uint8Array(68))}\n`;
  const notes: Readonly<Record<string, string>> = {
    'no signature at all': `${head}\n`,
    'no empty line': `${head}${line}`,
    'a hyphen for the dash': `${head}\n${line.replace('—', '-')}`,
    'an en dash': `${head}\n${line.replace('—', '–')}`,
    'two blanks': `${head}\n${line.replace('— ', '—  ')}`,
    'a word behind it': `${head}\n${line.trimEnd()} x\n`,
    'no newline at the end': `${head}\n${line.trimEnd()}`,
    'a line behind them': `${head}\n${line}x\n`,
    'only a key id': `${head}\n— ${origin} AAAAAA==\n`,
    'loose bits': `${head}\n${line.replace(/A=\n/, 'B=\n')}`,
    'no padding': `${head}\n${line.replace('=\n', '\n')}`,
    'a plus in the name': `${head}\n${line.replace(origin, 'a+b')}`,
    'a no-break space in the name': `${head}\n${line.replace(origin, 'a\u00a0b')}`,
    'a next-line mark in the name': `${head}\n${line.replace(origin, 'a\u0085b')}`,
    'a lone surrogate': `${head}\n${line.replace(origin, 'a\ud800')}`,
    'a NUL': `${head.replace('12', '1\u00002')}\n${line}`,
    'sixty-five of them': `${head}\n${line.repeat(65)}`,
  };

  test.each(Object.entries(notes))('with %s are refused', (_why, note) => {
    expect(codeOf(() => parseNote(note))).toBe('tlog.note_malformed');
  });

  test('a stranger’s with a name longer than a key of ours may bear is passed over', async () => {
    const log = await maker(origin, 'ed25519');
    const name = 'x'.repeat(256);
    const stranger = { name, keyId: new Uint8Array(4), signature: new Uint8Array(64) };
    const signatures = [stranger, await signNote(head, log.key, log.signer)];
    const note = printNote({ text: head, signatures });
    const judged = await judgeCheckpoint(note, { log: log.key, witnesses: [] }, nodeEngine);
    expect([judged.checkpoint.size, judged.broken]).toEqual([12, []]);
    const refused = { code: 'tlog.vkey_malformed', details: { why: 'name' } };
    await expect(maker(name, 'ed25519')).rejects.toMatchObject(refused);
    const vkey = printVkey({ ...log.key, name });
    await expect(parseVkey(vkey, nodeEngine)).rejects.toMatchObject(refused);
  });

  test('sixteen of ML-DSA size are read', () => {
    const signature = new Uint8Array(2428);
    const name = 'witness.test/court';
    const signatures = Array.from({ length: 16 }, () => {
      return { name, keyId: new Uint8Array(4), signature };
    });
    expect(parseNote(printNote({ text: head, signatures })).signatures).toHaveLength(16);
  });
});

describe('whose signature counts', () => {
  test('a wrong key hint, a strange key under the log’s name, another kind: none does', async () => {
    const [log, court] = [await maker(origin, 'ed25519'), await maker('court', 'cosignature')];
    const thief = await maker(origin, 'ed25519');
    const own = await signNote(head, log.key, log.signer);
    const hinted = { ...own, keyId: Uint8Array.of(1, 2, 3, 4) };
    const stolen = await signNote(head, thief.key, thief.signer);
    const claimed = { ...stolen, keyId: own.keyId };
    // The court's key signs the text itself: no time, no statement about the largest tree.
    const bare = await signNote(head, court.key, court.signer);
    const keys = { log: log.key, witnesses: [court.key] };
    const judged = async (...lines: (typeof own)[]) =>
      judgeCheckpoint(printNote({ text: head, signatures: lines }), keys, nodeEngine);
    expect(await judged(own)).toMatchObject({ signedByLog: true, broken: [], unknown: [] });
    expect(await judged(hinted)).toMatchObject({ signedByLog: false, unknown: [origin] });
    expect(await judged(stolen)).toMatchObject({ signedByLog: false, unknown: [origin] });
    expect(await judged(claimed)).toMatchObject({ signedByLog: false, broken: [origin] });
    expect(await judged(own, bare)).toMatchObject({ cosigners: [], broken: ['court'] });
  });

  test('one key under two names never makes two witnesses, nor does the log’s make one', async () => {
    const log = await maker(origin, 'ed25519');
    const court = await maker('court', 'cosignature');
    const also = await noteKey({ ...court.key, name: 'notary' }, nodeEngine);
    const line = await cosign({ text: head, atSeconds: 9 }, court.key, court.signer);
    const note = printNote({ text: head, signatures: [line, { ...line, name: 'notary' }] });
    const keys = { log: log.key, witnesses: [court.key, also] };
    const { cosigners, unknown } = await judgeCheckpoint(note, keys, nodeEngine);
    expect({ cosigners: cosigners.map(({ name }) => name), unknown }).toEqual({
      cosigners: ['court'],
      unknown: ['notary'],
    });
    // The same key signs for both names, and somebody trusts both: one voice all the same.
    const self = await noteKey({ ...log.key, name: 'itself', kind: 'cosignature' }, nodeEngine);
    const lines = [
      await signNote(head, log.key, log.signer),
      await cosign({ text: head, atSeconds: 9 }, also, court.signer),
      await cosign({ text: head, atSeconds: 9 }, court.key, court.signer),
      await cosign({ text: head, atSeconds: 9 }, self, log.signer),
    ];
    const trusted = { log: log.key, witnesses: [court.key, also, self] };
    const twice = printNote({ text: head, signatures: lines });
    expect(await judgeCheckpoint(twice, trusted, nodeEngine)).toMatchObject({
      signedByLog: true,
      cosigners: [{ name: 'notary' }],
      broken: ['court', 'itself'],
    });
  });
});

test('a cosignature of another log’s head, size, root or time holds for nobody (0x04)', async () => {
  const [log, court] = [await maker(origin, 'ed25519'), await maker('court', 'cosignature')];
  const others = [
    printHead({ origin: 'another.test', size: 12, root }),
    printHead({ origin, size: 13, root }),
    printHead({ origin, size: 12, root: new Uint8Array(32) }),
  ];
  const lines = await Promise.all(
    [head, ...others].map((text) => cosign({ text, atSeconds: 9 }, court.key, court.signer)),
  );
  const [own, ...strange] = lines;
  const later = own && { ...own, signature: own.signature.with(7, 10) };
  const judged = async (line: typeof own) => {
    const note = printNote({ text: head, signatures: line === undefined ? [] : [line] });
    const keys = { log: log.key, witnesses: [court.key] };
    return (await judgeCheckpoint(note, keys, nodeEngine)).cosigners.length;
  };
  expect(await judged(own)).toBe(1);
  for (const line of [...strange, later]) expect(await judged(line)).toBe(0);
});

describe('cosignatures with ML-DSA-44 (tlog-cosignature 0x06)', () => {
  async function signed(change: (message: { text: string; key: NoteKey }) => void = () => {}) {
    const [log, court] = [
      await maker(origin, 'ed25519'),
      await maker('court', 'mldsa-cosignature'),
    ];
    const what = { text: head, key: court.key };
    change(what);
    const line = await cosign(
      { text: what.text, atSeconds: 1_790_000_000 },
      what.key,
      court.signer,
    );
    const mine = { ...line, name: court.key.name, keyId: court.key.id };
    const keys = { log: log.key, witnesses: [court.key] };
    return { court, line: mine, keys };
  }

  test('hold for the checkpoint, and their key survives being printed', async () => {
    const { court, line, keys } = await signed();
    expect([line.signature.length, printVkey(court.key).length]).toEqual([2428, 1767]);
    expect(await parseVkey(printVkey(court.key), nodeEngine)).toEqual(court.key);
    const judged = await judgeCheckpoint(
      printNote({ text: head, signatures: [line] }),
      keys,
      nodeEngine,
    );
    expect(judged.cosigners).toEqual([{ name: 'court', atSeconds: 1_790_000_000 }]);
  });

  test('over another size, root or origin, or in another name, they hold for nobody', async () => {
    const others = [
      printHead({ origin, size: 13, root }),
      printHead({ origin, size: 12, root: new Uint8Array(32) }),
      printHead({ origin: 'another.test', size: 12, root }),
    ];
    for (const text of others) {
      const { line, keys } = await signed((what) => void Object.assign(what, { text }));
      const note = printNote({ text: head, signatures: [line] });
      expect((await judgeCheckpoint(note, keys, nodeEngine)).broken).toEqual(['court']);
    }
    const { line, keys } = await signed((what) => {
      what.key = { ...what.key, name: 'notary' };
    });
    const note = printNote({ text: head, signatures: [line] });
    expect((await judgeCheckpoint(note, keys, nodeEngine)).broken).toEqual(['court']);
  });

  test('without a time they say nothing about the largest tree', async () => {
    const { court, keys } = await signed();
    const line = await cosign({ text: head, atSeconds: 0 }, court.key, court.signer);
    const note = printNote({ text: head, signatures: [line] });
    expect((await judgeCheckpoint(note, keys, nodeEngine)).broken).toEqual(['court']);
  });
});

test('a proof with extra data, another version, a bad index or a blank in it is refused', async () => {
  const log = await maker(origin, 'ed25519');
  const note = `${head}\n${printSignatures([await signNote(head, log.key, log.signer)])}`;
  const hash = toBase64(utf8('x'.repeat(32)));
  const good = `c2sp.org/tlog-proof@v1\nindex 3\n${hash}\n\n${note}`;
  expect(parseLogProof(good).index).toBe(3);
  const bad = [
    good.replace('index 3', 'extra YQ==\nindex 3'),
    good.replace('@v1', '@v2'),
    good.replace('index 3', 'index 03'),
    good.replace('index 3', 'index -3'),
    good.replace('index 3', 'Index 3'),
    good.replace('index 3\n', ''),
    good.replace(hash, `${hash} `),
    good.replace(hash, hash.slice(4)),
    good.replace(`${hash}\n\n`, `${hash}\n`),
    good.replace(hash, Array.from({ length: 64 }, () => hash).join('\n')),
  ];
  for (const text of bad) {
    expect(
      codeOf(() => parseCheckpoint(parseLogProof(text).checkpoint)),
      text,
    ).toMatch(/^tlog\./);
  }
});
