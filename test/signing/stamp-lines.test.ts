/** Authorities of others, asked in their order: who is silent or lies is passed over and told. */
import { beforeAll, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { systemRandom } from '#base/random';
import { StampLines, type TimestampLine } from '#trust/timestamp';
import { SigningTable } from './signing-table.ts';

const signature = utf8('a signature value');
let table: SigningTable;
beforeAll(async () => {
  table = await SigningTable.open();
});

const asked: string[] = [];
const honest = (name: string): TimestampLine => ({
  ask(request) {
    asked.push(name);
    return table.answer(request);
  },
});
const silent: TimestampLine = {
  ask(_, timeoutMs) {
    asked.push(`silent for ${timeoutMs}`);
    return Promise.reject(new Error('deadline'));
  },
};

async function stamped(lines: readonly TimestampLine[], policy?: string): Promise<string> {
  asked.length = 0;
  const stamps = new StampLines({
    lines,
    anchors: [table.root.certificate],
    pool: [table.issuing.certificate],
    engine: nodeEngine,
    clock: { source: 'TEST_CLOCK', now: () => table.now },
    random: systemRandom,
    ...(policy === undefined ? {} : { policy }),
  });
  return stamps.stamp(signature).then(
    () => 'stamped',
    (thrown) => String(faultCode(thrown)),
  );
}

test('the next one is asked where one is silent, within a time that is hard', async () => {
  expect(await stamped([silent, honest('second'), honest('third')])).toBe('stamped');
  expect(asked).toEqual(['silent for 10000', 'second']);
  expect(await stamped([silent, silent])).toBe('timestamp.unavailable');
});

test('a policy that was asked for is kept, or the token is none', async () => {
  expect(await stamped([honest('own')], '2.999.1.1')).toBe('stamped');
  // The answer says what its authority always says: that is another promise than the one wanted.
  expect(await stamped([honest('other'), silent], '2.999.7')).toBe('timestamp.answer_wrong');
  expect(asked).toEqual(['other', 'silent for 10000']);
});
