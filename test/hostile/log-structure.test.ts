import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { toBase64, utf8 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { rowOriginal } from '#business/lending';
import { parseDisclosures } from '#formats/disclosure';
import { applicant, LendingHouse } from '../journeys/lending-house.ts';
import { bareStrings, encodings, guessed, type KnownLog } from './log-structure.ts';

/** Numbers like hers, hers among them: what a thief with a list would try. */
function* candidates(count: number) {
  for (const [name, value] of Object.entries(applicant)) yield { name, value };
  for (let at = 0; at < count; at += 1) {
    yield { name: 'phone', value: String(at).padStart(11, '0') };
  }
}

describe('the strings of the log', () => {
  let log: KnownLog;
  beforeAll(async () => {
    const house = await LendingHouse.open();
    const loan = await house.apply();
    const openings: string[] = [];
    for (const { sealed } of house.log.rows) {
      if (sealed === undefined) continue;
      openings.push(...(await parseDisclosures(sealed, nodeEngine)).map(({ encoded }) => encoded));
    }
    // The row as it was at each moment is not kept here; its states are the loan's own.
    const states = [...house.loans.states, loan].map((state) => rowOriginal(state).bytes);
    const { requiredEvidence } = house.file.productOf(loan);
    log = {
      entries: house.log.rows.map(({ bytes }) => bytes),
      openings,
      salted: [...states, ...house.originals.values()],
      open: [requiredEvidence],
    };
  });

  test('each is a salted value whose salt is not there, an entry, or a public file', async () => {
    const bare = (await bareStrings(log)).filter(({ path }) => !path.endsWith('.env'));
    expect(bare).toEqual([]);
  });

  test('a digest without a salt is found, and so is a salt that stands in the log', async () => {
    const phone = toBase64(await nodeEngine.digest('sha256', utf8(applicant.phone)));
    const plain = { ...log, entries: [...log.entries, canonicalBytes({ phone })] };
    expect(await bareStrings(plain)).toContainEqual(
      expect.objectContaining({ path: `${log.entries.length}.phone` }),
    );
    const [opening = ''] = log.openings;
    const { salt } = (await parseDisclosures(canonicalBytes([opening]), nodeEngine))[0] ?? {};
    const shown = canonicalBytes({ salt: toBase64(salt ?? new Uint8Array(16)) });
    const leaky = await bareStrings({ ...log, entries: [...log.entries, shown] });
    expect(leaky.map(({ why }) => why)).toContain('its salt is in the log');
  });

  test('none is a guess under any of twelve encodings', async () => {
    expect(Object.keys(encodings)).toHaveLength(12);
    expect(guessed(log.entries, candidates(1_500))).toEqual([]);
    const phone = toBase64(await nodeEngine.digest('sm3', utf8(`${applicant.phone}\n`)));
    const plain = [...log.entries, canonicalBytes({ phone })];
    const hits = guessed(plain, candidates(0));
    expect(hits).toEqual([expect.stringContaining('phone as utf8-newline under sm3')]);
  });
});
