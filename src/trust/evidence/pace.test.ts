import { expect, test } from 'vitest';
import { type Clock, instantFromMs } from '#base/clock';
import { Pace } from './pace.ts';

const one = { moved: true, entries: 1 };
const many = { moved: true, entries: 400 };

/** A clock that is turned by hand, and a log that is signed for a while. */
function paced() {
  let now = 1_790_000_000_000;
  const clock: Clock = { source: 'TEST_CLOCK', now: () => instantFromMs(now) };
  const pace = new Pace(clock);
  return {
    turn: (ms: number) => void (now += ms),
    /** A round that takes 30 ms; answers whether it was whole, and the rest behind it. */
    round: (did: { moved: boolean; entries: number }, takesMs = 30) => {
      const whole = !pace.begin().mayWait(did.entries);
      now += takesMs;
      return { whole, restMs: pace.end({ ...did, whole }) };
    },
  };
}

test('while little comes every round asks everybody, and the next begins soon', () => {
  const { round, turn } = paced();
  for (let at = 0; at < 5; at += 1) {
    expect(round(one)).toEqual({ whole: true, restMs: 70 });
    turn(70);
  }
  expect(round({ moved: false, entries: 0 })).toEqual({ whole: true, restMs: undefined });
});

test('under load rounds are further apart, and the voters are asked every 600 ms', () => {
  const { round, turn } = paced();
  const whole: boolean[] = [];
  for (let at = 0; at < 9; at += 1) {
    const done = round(many);
    whole.push(done.whole);
    expect(done.restMs).toBe(120);
    turn(120);
  }
  expect(whole).toEqual([true, false, false, false, true, false, false, false, true]);
});

test('the round after a load asks those whom the load left for later', () => {
  const { round, turn } = paced();
  round(many);
  turn(120);
  expect(round(many).whole).toBe(false);
  turn(120);
  expect(round({ moved: true, entries: 0 })).toEqual({ whole: true, restMs: 70 });
});

test('a clock that is set back keeps nobody waiting', () => {
  const { round, turn } = paced();
  round(many);
  turn(-10_000);
  expect(round(many)).toEqual({ whole: true, restMs: 120 });
  turn(120);
  expect(round(many).whole).toBe(false);
  expect(round({ moved: true, entries: 100 }, -10_000).restMs).toBe(150);
});
