/**
 * Third parties bring entries of their own into the log: what a monitor would call a flaw is
 * refused before it is placed, for nothing that is placed can be taken back.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { treeHash } from '#adapters/tiles';
import { toHex, utf8 } from '#base/bytes';
import { addMs, type Instant, parseInstant } from '#base/clock';
import { faultCode } from '#base/fault';
import { seededRandom } from '#base/random';
import { entryHash, parseEntry } from '#formats/entry';
import { PartyIntake } from '#trust/evidence';
import { EntryWatch } from '#trust/witness';
import { Party } from './party-case.ts';

const hourMs = 3_600_000;
let now: Instant;
let notary: Party;
let stranger: Party;
let log: Uint8Array[];
let ours: string[];
const random = seededRandom(5);

beforeEach(async () => {
  now = parseInstant('2026-11-22T10:00:00.000+08:00');
  notary = await Party.named('notary.example', () => now);
  stranger = await Party.named('stranger.example', () => now);
  log = [];
  ours = [];
});

/** One life of the process that writes the log. */
function opened(): PartyIntake {
  const placeOf = (leaf: Uint8Array) => {
    const name = toHex(leaf);
    return log.findIndex((bytes) => toHex(treeHash.leaf(bytes)) === name);
  };
  return new PartyIntake({
    intake: {
      async bring(entries) {
        return entries.map((bytes) => ({ index: log.push(bytes) - 1, again: false }));
      },
    },
    shelf: {
      all: async () => log,
      known: async (leaves) =>
        new Map(
          leaves.flatMap((leaf) => (placeOf(leaf) < 0 ? [] : [[toHex(leaf), placeOf(leaf)]])),
        ),
      ours: async (tags) => tags.filter((tag) => ours.includes(tag)),
    },
    keyOf: async (by) => (by === notary.id ? notary.key.publicKey : undefined),
    hash: treeHash,
    engine: nodeEngine,
    clock: { source: 'TEST_CLOCK', now: () => now },
  });
}

async function whyNot(entries: readonly Uint8Array[], party = opened()): Promise<unknown> {
  const before = log.length;
  try {
    await party.bring(entries);
    return 'taken';
  } catch (thrown) {
    expect(faultCode(thrown)).toBe('evidence.statement_refused');
    expect(log.length, 'nothing was placed').toBe(before);
    return (thrown as { details: { why: unknown } }).details.why;
  }
}

describe('a party in trust', () => {
  test('brings cases of its own, goes on with them after a restart, and hears the same places', async () => {
    const entries = await notary.case(5, random);
    const party = opened();
    expect((await party.bring(entries.slice(0, 3))).map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(await opened().bring(entries)).toEqual([
      { index: 0, again: true },
      { index: 1, again: true },
      { index: 2, again: true },
      { index: 3, again: false },
      { index: 4, again: false },
    ]);
    const watch = new EntryWatch({ engine: nodeEngine, keyOf: () => notary.key.publicKey });
    const reading = watch.reading();
    for (const [at, bytes] of log.entries()) {
      expect(await reading.flawOf(bytes, at)).toBeUndefined();
    }
  });

  test('of two calls that continue one case at once the second one is refused', async () => {
    const [first = utf8(''), second = utf8('')] = await notary.case(2, random);
    const { caseTag } = parseEntry(first);
    const prev = await entryHash(first, nodeEngine);
    const other = await notary.entry({ type: 'slot.absent', caseTag, seq: 1, prev });
    const party = opened();
    await party.bring([first]);
    const both = await Promise.allSettled([party.bring([second]), party.bring([other])]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(log).toEqual([first, second]);
  });
});

describe('nothing is placed', () => {
  test('that is no entry, is not signed by a party in trust, or is of a kind it may not state', async () => {
    expect(await whyNot([utf8('{}')])).toBe('entry.malformed');
    expect(await whyNot(await stranger.case(1, random))).toBe('actor_unknown');
    const forged = await stranger.entry({ by: notary.id });
    expect(await whyNot([forged])).toBe('entry_signature_differs');
    const policy = await notary.entry({ type: 'policy.adopted' });
    expect(await whyNot([policy])).toBe('of a kind that parties do not state');
  });

  test('out of its chain, in another’s case, or in a case of the house', async () => {
    const [first = utf8(''), , third = utf8('')] = await notary.case(3, random);
    expect(await whyNot([first, third])).toBe('it does not continue its case');
    expect(await whyNot([third])).toBe('it does not continue its case');
    const { caseTag } = parseEntry(first);
    const again = await notary.entry({ caseTag, at: addMs(now, 1) });
    expect(await whyNot([first, again])).toBe('it does not continue its case');
    ours = [caseTag];
    expect(await whyNot([first])).toBe('the case is the house’s');
  });

  test('from another hour than this: a clock that runs ahead, or a statement kept for days', async () => {
    const early = await notary.entry({ at: addMs(now, hourMs) });
    const late = await notary.entry({ at: addMs(now, -25 * hourMs) });
    expect(await whyNot([early])).toBe('its time is not near');
    expect(await whyNot([late])).toBe('its time is not near');
    now = addMs(now, hourMs);
    expect(await whyNot([early])).toBe('taken');
  });
});
