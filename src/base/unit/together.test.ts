import { describe, expect, test } from 'vitest';
import { type Outcome, Together } from './index.ts';

/** A line over groups that a test lets go one by one, and what happened on it. */
function openLine(parts: { weightMax?: number; besideWeight?: number } = {}) {
  const groups: (readonly number[])[] = [];
  const alone: number[] = [];
  const doors: (() => void)[] = [];
  const line = new Together<number, string>({
    weightMax: 100,
    ...parts,
    weightOf: (ask) => Math.max(1, Math.abs(ask)),
    async answer(asks) {
      groups.push(asks);
      await new Promise<void>((open) => doors.push(open));
      if (asks.includes(13)) throw new Error('the group is lost');
      return asks.map((ask): Outcome<string> => {
        if (ask === 7) return { is: 'refused', because: new Error('seven') };
        return ask === 5 ? { is: 'alone' } : { is: 'ok', value: `with ${asks.length}` };
      });
    },
    async alone(ask) {
      alone.push(ask);
      if (ask === 13) throw new Error('thirteen');
      return 'alone';
    },
  });
  const turn = () => new Promise((resume) => setTimeout(resume));
  const settle = async () => {
    await turn();
    while (doors.length > 0) {
      doors.shift()?.();
      await turn();
    }
  };
  /** The first one's group sets off; the others come while it is answered. */
  const asking = async (asks: readonly number[]): Promise<Promise<string>[]> => {
    const [first = 0, ...others] = asks;
    const begun = line.ask(first);
    await turn();
    return [begun, ...others.map((ask) => line.ask(ask))];
  };
  return { line, groups, alone, settle, asking, turn };
}

describe('what is asked in one moment', () => {
  test('is answered together with all who came while another group was answered', async () => {
    const { groups, settle, asking } = openLine();
    const [first, ...others] = await asking([1, 2, 3, 4]);
    await settle();
    expect(await first).toBe('with 1');
    expect(await Promise.all(others)).toEqual(['with 3', 'with 3', 'with 3']);
    expect(groups).toEqual([[1], [2, 3, 4]]);
  });

  test('one who is refused, and one who must be asked alone, harm no neighbour', async () => {
    const { line, alone, settle } = openLine();
    const outcomes = Promise.allSettled([2, 7, 5, 4].map((ask) => line.ask(ask)));
    await settle();
    expect((await outcomes).map((one) => (one.status === 'fulfilled' ? one.value : 'no'))).toEqual([
      'with 4',
      'no',
      'alone',
      'with 4',
    ]);
    expect(alone).toEqual([5]);
  });

  test('a group that is lost is asked again one by one, and only the guilty one fails', async () => {
    const { line, alone, settle } = openLine();
    const outcomes = Promise.allSettled([2, 13, 4].map((ask) => line.ask(ask)));
    await settle();
    const expected = ['fulfilled', 'rejected', 'fulfilled'];
    expect((await outcomes).map(({ status }) => status)).toEqual(expected);
    expect(alone).toEqual([2, 13, 4]);
  });

  test('a group holds so much and no more; one that is heavier goes by itself', async () => {
    const { groups, settle, asking } = openLine({ weightMax: 10 });
    const asked = await asking([1, 6, 4, 3, 50, 2]);
    await settle();
    await Promise.all(asked);
    expect(groups).toEqual([[1], [6, 4], [3], [50], [2]]);
  });

  test('a second group sets off beside a running one when enough waits, a third does not', async () => {
    const { line, groups, settle, asking, turn } = openLine({ weightMax: 10, besideWeight: 8 });
    const asked = await asking([1, 4, 3, 2]);
    await turn();
    expect(groups).toEqual([[1], [4, 3, 2]]);
    asked.push(line.ask(9));
    await turn();
    expect(groups).toHaveLength(2);
    await settle();
    await Promise.all(asked);
    expect(groups).toEqual([[1], [4, 3, 2], [9]]);
  });
});
