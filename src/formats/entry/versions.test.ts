/**
 * Versions of the entry format in one chain: what an older program wrote beside a newer, and what a
 * program of now says of one that is newer still.
 */
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromUtf8, toBase64, utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import {
  caseFlaws,
  type EntryType,
  entryHash,
  entryMessage,
  entryTypes,
  entryVersionMax,
  parseEntry,
  printEntry,
  versionOf,
} from './index.ts';

const signer = softSigner(generateSoftKey('ed25519'));

/** `deposit.item+` is one whose source signed a batch. */
async function chainOf(types: readonly (EntryType | 'deposit.item+')[]): Promise<Uint8Array[]> {
  const chain: Uint8Array[] = [];
  for (const [seq, word] of types.entries()) {
    const batched = word === 'deposit.item+';
    const type = batched ? 'deposit.item' : word;
    const before = chain.at(-1);
    const prev = before === undefined ? null : await entryHash(before, nodeEngine);
    const unsigned = {
      type,
      ...(batched ? { batched } : {}),
      caseTag: 'AAECAwQFBgcICQoLDA0ODw',
      seq,
      prev,
      at: parseInstant('2026-11-22T10:00:00.000+08:00'),
      clock: 'LOCAL_CLOCK',
      by: 'serve+00000000',
      env: toBase64(new Uint8Array(32)),
      sd: [],
      sd3: [],
      of: [],
      ...(type === 'case.sealed' || type === 'case.closed' ? { refs: { head: prev ?? '' } } : {}),
    };
    chain.push(
      printEntry({ ...unsigned, sig: toBase64(await signer.sign(entryMessage(unsigned))) }),
    );
  }
  return chain;
}

const vOf = (bytes: Uint8Array): unknown => (JSON.parse(fromUtf8(bytes)) as { v: unknown }).v;

describe('versions of the entry format', () => {
  test('stand in one chain, in any order, and both are read', async () => {
    const chain = await chainOf([
      'deposit.opened',
      'consent.signed',
      'slot.added',
      'right.created',
      'deposit.item',
      'deposit.item+',
      'hold.placed',
      'case.closed',
      'case.sealed',
    ]);
    expect(chain.map(vOf)).toEqual([2, 1, 2, 3, 2, 4, 1, 2, 1]);
    expect((await caseFlaws(chain, nodeEngine)).flaws).toEqual([]);
  });

  test('an entry carries the lowest version that can say it, and no other spelling is read', async () => {
    for (const type of entryTypes) {
      const [bytes = new Uint8Array()] = await chainOf([type]);
      expect(vOf(bytes)).toBe(versionOf({ type }));
      const other = fromUtf8(bytes).replace(/"v":\d/, `"v":${versionOf({ type }) === 1 ? 2 : 1}`);
      expect(() => parseEntry(utf8(other)), type).toThrow('entry.malformed');
    }
  });

  test('of two spellings of a record the version says which; no other type may carry the fourth', async () => {
    const [single = utf8(''), batched = utf8('')] = await chainOf([
      'deposit.item',
      'deposit.item+',
    ]);
    expect(parseEntry(single)).not.toHaveProperty('batched');
    expect(parseEntry(batched)).toHaveProperty('batched', true);
    expect(printEntry(parseEntry(batched))).toEqual(batched);
    for (const type of entryTypes.filter((one) => one !== 'deposit.item')) {
      const [bytes = utf8('')] = await chainOf([type]);
      const fourth = utf8(fromUtf8(bytes).replace(/"v":\d/, '"v":4'));
      expect(() => parseEntry(fourth), type).toThrow('entry.malformed');
    }
  });

  test('an entry of a newer program is said to be that, and not to be malformed', async () => {
    const [bytes = new Uint8Array()] = await chainOf(['case.opened']);
    const newer = utf8(fromUtf8(bytes).replace('"v":1', `"v":${entryVersionMax + 1}`));
    expect(() => parseEntry(newer)).toThrow('entry.version_unknown');
    const { flaws } = await caseFlaws([newer], nodeEngine);
    expect(flaws.map(({ code }) => code)).toEqual(['version_unknown']);
  });

  test('the chain is followed through it, and a broken link before or behind it is seen', async () => {
    const [first = new Uint8Array()] = await chainOf(['case.opened']);
    const place = (seq: number, before: string): Uint8Array =>
      utf8(
        `{"at":"2026-11-22T10:00:00.000+08:00","by":"serve+00000000","case":"AAECAwQFBgcICQoLDA0ODw",` +
          `"prev":"${before}","seq":${seq},"sig":"${toBase64(new Uint8Array(64))}","type":"x","v":9}`,
      );
    const second = place(1, await entryHash(first, nodeEngine));
    const third = place(2, await entryHash(second, nodeEngine));
    const codesOf = async (chain: readonly Uint8Array[]) =>
      (await caseFlaws(chain, nodeEngine)).flaws.map(({ code, at }) => `${code} ${at}`);
    expect(await codesOf([first, second, third])).toEqual([
      'version_unknown 1',
      'version_unknown 2',
    ]);
    expect(await codesOf([first, third])).toEqual([
      'seq_differs 1',
      'prev_differs 1',
      'version_unknown 1',
    ]);
    const nameless = utf8(fromUtf8(second).replace('"case"', '"cast"'));
    expect(await codesOf([first, nameless])).toEqual(['entry_malformed 1']);
  });
});
