import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { toBase64, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { addedSlotsIn, fillSlots, printSlots, readSlots, slotDigest } from './index.ts';

const list = canonicalBytes({
  v: 1,
  entries: [
    { type: 'credit.queried', min: 1, when: 'approved', title: '征信查询' },
    { slot: 'paper', type: 'deposit.file', min: 1, title: '纸件' },
  ],
  documents: [{ name: 'note', fields: ['lender'], title: '借据' }],
});
const lines = readSlots(list);
const none = { entries: [], documents: [], isRefused: false };
const entry = (
  seq: number,
  type: 'deposit.file' | 'slot.absent' | 'seal.done',
  named: { readonly name: string; readonly sha256: string },
) => ({ seq, type, of: [{ ...named, bytes: 1, sm3: named.sha256 }] });

describe('slots', () => {
  test('each is named, and empty until something fills it', async () => {
    const states = await fillSlots(lines, none, nodeEngine);
    expect(states.map(({ line, filled, absent }) => [line.slot, filled, absent])).toEqual([
      ['entry/credit.queried', [], 'not_reached'],
      ['paper', [], 'not_reached'],
      ['document/note', [], 'not_reached'],
    ]);
    const refused = await fillSlots(lines, { ...none, isRefused: true }, nodeEngine);
    expect(refused[0]?.absent).toBe('refused');
  });

  test('a slot of its own is filled only by who names its very line', async () => {
    const paper = lines[1];
    if (paper === undefined) throw new Error('no line');
    const digest = await slotDigest(paper, nodeEngine);
    const other = toBase64(await nodeEngine.digest('sha256', utf8('another line')));
    const entries = [
      entry(1, 'deposit.file', { name: 'slot/paper', sha256: other }),
      entry(2, 'deposit.file', { name: 'slot/paper', sha256: digest }),
    ];
    const [, state] = await fillSlots(lines, { ...none, entries }, nodeEngine);
    expect(state).toMatchObject({ filled: [2], isMet: true, absent: undefined });
    const why = [entry(3, 'slot.absent', { name: 'slot/paper', sha256: digest })];
    const [, explained] = await fillSlots(lines, { ...none, entries: why }, nodeEngine);
    expect(explained).toMatchObject({ absent: 'explained', by: 3 });
  });

  test('a document stays filled by its earlier revision when another is added later', async () => {
    const documents = [{ name: 'note', revisions: ['AAA=', 'BBB='], fields: ['lender'] }];
    const entries = [entry(4, 'seal.done', { name: 'note', sha256: 'AAA=' })];
    const states = await fillSlots(lines, { ...none, entries, documents }, nodeEngine);
    expect(states[2]).toMatchObject({ filled: [4], isMet: true });
  });

  test('slots.json can be made anew, and opens the slots that came later', async () => {
    const more: Json = { slot: 'later', type: 'deposit.item', min: 1, title: '后补' };
    const all = [...lines, ...readSlots(canonicalBytes({ entries: [more], documents: [] }))];
    const printed = printSlots('LIST', await fillSlots(all, none, nodeEngine));
    expect(printed).toEqual(printSlots('LIST', await fillSlots(all, none, nodeEngine)));
    expect(addedSlotsIn(printed, lines.length).map(({ slot }) => slot)).toEqual(['later']);
  });

  test('a list that is none is refused, and nothing else is thrown', () => {
    for (const text of [
      '',
      '[]',
      '{}',
      '{"entries":[{"type":"unheard.of"}],"documents":[]}',
      '{"entries":1,"documents":[]}',
    ]) {
      expect(() => readSlots(utf8(text)), text).toThrow('entry.slots_malformed');
    }
  });
});
