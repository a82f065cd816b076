import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { cosign, judgeCheckpoint, parseCheckpoint, printHead } from './checkpoint.ts';
import { hashLeaf } from './merkle.ts';
import { noteKey, parseNote, parseVkey, printNote, printVkey, signNote } from './note.ts';
import { levelUnder } from './policy.ts';
import { judgeLogProof, parseLogProof, printLogProof } from './proof-file.ts';

// The example of c2sp.org/signed-note, and of c2sp.org/tlog-cosignature.
const c2spNote = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore ${[
  'NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj9',
  '9ihAQwaqP3ZekRwNtIc=',
].join('')}
`;
const c2spCheckpoint = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa ${[
  'Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9',
  'nTo+zyWE+xeMcTOAYQ8=',
].join('')}
— witness.example.com/w1 ${[
  'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin',
  '1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==',
].join('')}
`;

async function maker(name: string, kind: 'ed25519' | 'cosignature') {
  const signer = softSigner(generateKeyPairSync('ed25519').privateKey);
  return { signer, key: await noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine) };
}

describe('C2SP texts', () => {
  test('the published examples parse and print back to the same bytes', () => {
    for (const text of [c2spNote, c2spCheckpoint]) expect(printNote(parseNote(text))).toBe(text);
    const checkpoint = parseCheckpoint(c2spCheckpoint);
    expect(checkpoint.size).toBe(20_852_163);
    expect(printHead(checkpoint)).toBe(checkpoint.note.text);
  });

  test('a key printed as a vkey is the same key when read; a wrong id is refused', async () => {
    const { key } = await maker('log.example/fubie', 'ed25519');
    expect(await parseVkey(printVkey(key), nodeEngine)).toEqual(key);
    const wrong = printVkey(key).replace(/\+[0-9a-f]{8}\+/, '+00000000+');
    await expect(parseVkey(wrong, nodeEngine)).rejects.toThrow('tlog.vkey_malformed');
  });

  test('random bytes and damaged texts throw nothing but a Fault', async () => {
    const parsers = [parseNote, parseCheckpoint, parseLogProof];
    const damaged = fc
      .tuple(fc.nat(c2spCheckpoint.length - 1), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([at, text]) => c2spCheckpoint.slice(0, at) + text + c2spCheckpoint.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), damaged), (text) => {
        for (const parse of parsers) {
          try {
            parse(text);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Fault);
          }
        }
      }),
    );
    fc.assert(
      fc.property(damaged, (text) => {
        try {
          expect(printNote(parseNote(text))).toBe(text);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});

describe('a proof file', () => {
  test('holds for its entry under the log and the witnesses, and for no other entry', async () => {
    const log = await maker('log.example/fubie', 'ed25519');
    const court = await maker('court', 'cosignature');
    const stranger = await maker('stranger', 'cosignature');
    const entry = utf8('{"v":1}');
    const root = await hashLeaf(entry, nodeEngine);
    const text = printHead({ origin: 'log.example/fubie', size: 1, root });
    const lines = [
      await signNote(text, log.key, log.signer),
      await cosign({ text, atSeconds: 1_790_000_000 }, court.key, court.signer),
      await cosign({ text, atSeconds: 1_790_000_000 }, stranger.key, stranger.signer),
    ];
    const checkpoint = printNote({ text, signatures: lines });
    const file = printLogProof({ index: 0, hashes: [], checkpoint });
    expect(printLogProof(parseLogProof(file))).toBe(file);
    const keys = { log: log.key, witnesses: [court.key] };
    const judged = await judgeLogProof({ text: file, entry }, keys, nodeEngine);
    expect(judged.flaw).toBeUndefined();
    expect(judged.signedByLog).toBe(true);
    expect(judged.cosigners).toEqual([{ name: 'court', atSeconds: 1_790_000_000 }]);
    expect(judged.unknown).toEqual(['stranger']);
    const other = await judgeLogProof({ text: file, entry: utf8('{"v":2}') }, keys, nodeEngine);
    expect(other.flaw).toBe('root_differs');
  });

  test('a cosignature with another time or over another text is broken', async () => {
    const log = await maker('log.example/fubie', 'ed25519');
    const court = await maker('court', 'cosignature');
    const text = printHead({ origin: 'log.example/fubie', size: 0, root: new Uint8Array(32) });
    const good = await cosign({ text, atSeconds: 5 }, court.key, court.signer);
    const later = Uint8Array.from(good.signature);
    later[7] = 6;
    const note = printNote({ text, signatures: [{ ...good, signature: later }] });
    const keys = { log: log.key, witnesses: [court.key] };
    const judged = await judgeCheckpoint(note, keys, nodeEngine);
    expect(judged.cosigners).toEqual([]);
    expect(judged.broken).toEqual(['court']);
    expect(fromUtf8(utf8(note))).toBe(note);
  });
});

test('no level without the sentinel; three of four voters and it make L2', () => {
  const voters = ['court', 'notary', 'arbitration', 'peer-bank'];
  const policy = { sentinel: 'sentinel', voters, quorum: 3 };
  const named = (...names: string[]) => names.map((name) => ({ name }));
  expect(levelUnder(policy, named(...voters))).toBe('L0');
  expect(levelUnder(policy, named('sentinel', 'court', 'notary'))).toBe('L1');
  expect(levelUnder(policy, named('sentinel', 'court', 'court', 'notary'))).toBe('L1');
  expect(levelUnder(policy, named('sentinel', 'court', 'notary', 'regulator'))).toBe('L1');
  expect(levelUnder(policy, named('sentinel', 'court', 'notary', 'peer-bank'))).toBe('L2');
});
