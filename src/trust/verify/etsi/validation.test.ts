import { beforeAll, describe, expect, test } from 'vitest';

import type { Entry, StampEntry } from './docket.ts';
import {
  type Holder,
  on,
  SampleAuthority,
  signedBy,
  stampedBy,
} from './sample-authority.fixture.ts';
import { judgeDocket } from './validation.ts';

let authority: SampleAuthority;

beforeAll(async () => {
  authority = await SampleAuthority.open();
});

interface Story {
  readonly entry: Entry;
  readonly stamps?: readonly StampEntry[];
  readonly at?: string;
  readonly crls?: readonly Uint8Array[];
  readonly revocation?: 'required';
}

/** What is doubted of one signature, and what its stamps prove. */
async function judged({ entry, stamps = [], ...how }: Story) {
  const { entries, now } = await judgeDocket({ entries: [entry], stamps }, authority.context(how));
  const [one] = entries;
  return { doubts: one?.doubts.map(({ code }) => code) ?? [], proof: one?.proof?.at, now, one };
}

describe('a signature without a stamp (EN 319 102-1 §5.3)', () => {
  test('is good as of a time within the life of its certificate, and no proof is claimed', async () => {
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const { doubts, proof, one } = await judged({
      entry: await signedBy(signer),
      at: '2021-06-01',
    });
    expect([doubts, proof]).toEqual([[], undefined]);
    expect(one?.notices.map(({ code }) => code)).toEqual([
      'revocation_not_checked',
      'revocation_not_checked',
    ]);
  });

  test('is out of bounds before and after, and open without any time', async () => {
    const entry = await signedBy(await authority.signer('2020-01-01', '2022-01-01'));
    for (const at of ['2019-06-01', '2022-06-01']) {
      expect((await judged({ entry, at })).doubts).toEqual(['certificate_out_of_time']);
    }
    expect((await judged({ entry })).doubts).toEqual(['time_not_proved']);
  });

  test('a policy that requires revocation material names the certificate that lacks it', async () => {
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const entry = await signedBy(signer);
    const how = { entry, at: '2021-06-01', revocation: 'required' } as const;
    expect((await judged(how)).doubts).toEqual(['revocation_not_known', 'revocation_not_known']);
    const lists = [
      await authority.list(authority.root, { day: '2021-05-20', revoked: [] }),
      await authority.list(authority.issuing, { day: '2021-05-20', revoked: [] }),
    ];
    const { doubts, one } = await judged({ ...how, crls: lists });
    expect([doubts, one?.isRevocationKnown]).toEqual([[], true]);
  });
});

describe('a stamped signature (§5.5, §5.6.2)', () => {
  test('outlives its certificate, by the time of the stamp', async () => {
    const entry = await signedBy(await authority.signer('2020-01-01', '2022-01-01'));
    const clock = await authority.clock('2020-01-01', '2030-01-01');
    const stamps = [await stampedBy(clock, { day: '2021-12-31', of: entry })];
    const { doubts, proof, now } = await judged({ entry, stamps });
    expect([doubts, proof, now]).toEqual([[], on('2021-12-31'), on('2021-12-31')]);
    expect((await judged({ entry, stamps, at: '2026-01-01' })).doubts).toEqual([]);
    const late = [await stampedBy(clock, { day: '2022-01-02', of: entry })];
    expect((await judged({ entry, stamps: late, at: '2026-01-01' })).doubts).toEqual([
      'certificate_out_of_time',
    ]);
  });

  test('is as dead as its clock, unless a younger stamp proves that the older one existed', async () => {
    const entry = await signedBy(await authority.signer('2020-01-01', '2022-01-01'));
    const old = await authority.clock('2020-01-01', '2023-01-01');
    const first = await stampedBy(old, { day: '2021-06-01', of: entry });
    const alone = await judged({ entry, stamps: [first], at: '2026-01-01' });
    expect(alone.doubts).toEqual(['certificate_out_of_time']);
    expect(alone.one?.stamps[0]?.doubts.map(({ code }) => code)).toEqual([
      'certificate_out_of_time',
    ]);

    const young = await authority.clock('2022-01-01', '2032-01-01');
    const covers = [entry.integrity.value.signature, first.token.signer.signature];
    const archive = await stampedBy(young, { day: '2022-12-01', covers });
    const kept = await judged({ entry, stamps: [first, archive], at: '2026-01-01' });
    expect([kept.doubts, kept.proof]).toEqual([[], on('2021-06-01')]);
    expect(kept.one?.stamps).toHaveLength(2);
  });

  test('a stamp over something else proves nothing', async () => {
    const entry = await signedBy(await authority.signer('2020-01-01', '2022-01-01'));
    const clock = await authority.clock('2020-01-01', '2030-01-01');
    const over = new Uint8Array([1]);
    const stamps = [await stampedBy(clock, { day: '2021-06-01', of: entry, over })];
    const { doubts, proof, one } = await judged({ entry, stamps, at: '2026-01-01' });
    expect([doubts, proof]).toEqual([['certificate_out_of_time'], undefined]);
    expect(one?.stamps[0]?.doubts.map(({ code }) => code)).toEqual(['stamp_wrong']);
  });

  test('a stamp over the content says that the signature came later', async () => {
    const entry = await signedBy(await authority.signer('2020-01-01', '2022-01-01'));
    const clock = await authority.clock('2020-01-01', '2030-01-01');
    const signed = await stampedBy(clock, { day: '2021-06-01', of: entry });
    const content = (day: string) => stampedBy(clock, { day, of: entry, isBefore: true });
    const good = await judged({ entry, stamps: [await content('2021-05-31'), signed] });
    expect(good.doubts).toEqual([]);
    const crossed = await judged({ entry, stamps: [await content('2021-06-02'), signed] });
    expect(crossed.doubts).toEqual(['stamps_out_of_order']);
    const late = await judged({ entry, stamps: [await content('2022-02-01')], at: '2021-06-01' });
    expect(late.doubts).toEqual(['signed_after_expiry']);
  });

  test('a time to judge at before the stamp gives way to it', async () => {
    const entry = await signedBy(await authority.signer('2020-01-01', '2022-01-01'));
    const clock = await authority.clock('2020-01-01', '2030-01-01');
    const stamps = [await stampedBy(clock, { day: '2021-06-02', of: entry })];
    const { doubts, now } = await judged({ entry, stamps, at: '2021-06-01' });
    expect([doubts, now]).toEqual([[], on('2021-06-02')]);
  });
});

describe('revocation', () => {
  const lists = async (since: string, of: 'signer' | 'authority') => {
    const signer = await authority.signer('2020-01-01', '2025-01-01');
    const revoked = [{ of: of === 'signer' ? signer : authority.issuing, since }];
    const by = of === 'signer' ? authority.issuing : authority.root;
    return { signer, crls: [await authority.list(by, { day: '2022-01-01', revoked })] };
  };

  test('later than the time to judge at harms nothing', async () => {
    const { signer, crls } = await lists('2021-06-01', 'signer');
    const entry = await signedBy(signer);
    expect((await judged({ entry, crls, at: '2021-05-31' })).doubts).toEqual([]);
  });

  test('before it leaves the signature open, and is final for who says that he signed later', async () => {
    const { signer, crls } = await lists('2021-06-01', 'signer');
    const before = await signedBy(signer, { claimed: '2021-05-01' });
    const after = await signedBy(signer, { claimed: '2021-07-01' });
    const at = '2022-01-10';
    expect((await judged({ entry: before, crls, at })).doubts).toEqual(['revoked_without_proof']);
    expect((await judged({ entry: after, crls, at })).doubts).toEqual(['certificate_revoked']);
  });

  test('does not reach back behind a stamp', async () => {
    const { signer, crls } = await lists('2021-06-01', 'signer');
    const entry = await signedBy(signer, { claimed: '2021-05-01' });
    const clock = await authority.clock('2020-01-01', '2030-01-01');
    const early = [await stampedBy(clock, { day: '2021-05-02', of: entry })];
    const late = [await stampedBy(clock, { day: '2021-06-02', of: entry })];
    const at = '2022-01-10';
    expect((await judged({ entry, crls, stamps: early, at })).doubts).toEqual([]);
    expect((await judged({ entry, crls, stamps: late, at })).doubts).toEqual([
      'revoked_without_proof',
    ]);
  });

  test('an answer from before the signature speaks until the next one was due', async () => {
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const entry = await signedBy(signer, { claimed: '2021-06-01' });
    const clock = await authority.clock('2020-01-01', '2030-01-01');
    const listed = async (day: string) => {
      const none = { day, revoked: [] };
      const crls = [
        await authority.list(authority.root, none),
        await authority.list(authority.issuing, none),
      ];
      const covers = [...crls, entry.integrity.value.signature];
      const stamps = [
        await stampedBy(clock, { day: '2021-06-01', of: entry }),
        await stampedBy(clock, { day: '2021-06-02', covers }),
      ];
      return judged({ entry, stamps, crls, at: '2026-01-01' });
    };
    const known = await listed('2021-05-20');
    expect([known.doubts, known.one?.isRevocationKnown]).toEqual([[], true]);
    // The next list was due before the signature is proved to have existed.
    const stale = await listed('2021-04-20');
    expect(stale.doubts).toEqual(['certificate_out_of_time']);
    expect(stale.one?.isRevocationKnown).toBe(false);
  });

  test('that is known not to have come leaves an ended certificate open by its own name', async () => {
    const signer = await authority.signer('2020-01-01', '2022-01-01');
    const entry = await signedBy(signer);
    const listed = (holder: Holder) => authority.list(holder, { day: '2021-12-20', revoked: [] });
    const crls = [await listed(authority.root), await listed(authority.issuing)];
    const at = '2022-01-05';
    expect((await judged({ entry, crls, at })).doubts).toEqual(['certificate_ended_unrevoked']);
    expect((await judged({ entry, crls: crls.slice(1), at })).doubts).toEqual([
      'certificate_out_of_time',
    ]);
  });

  test('of an authority falls on all below it', async () => {
    const { signer, crls } = await lists('2021-06-01', 'authority');
    const entry = await signedBy(signer);
    expect((await judged({ entry, crls, at: '2022-01-10' })).doubts).toEqual([
      'authority_revoked_without_proof',
    ]);
  });
});

describe('algorithms die on a day (§5.2.8.3)', () => {
  test('SHA-1 counts before its day, and after it only with a proof from before', async () => {
    const entry = await signedBy(await authority.signer('2018-01-01', '2025-01-01'), {
      hash: 'sha1',
    });
    expect((await judged({ entry, at: '2019-06-01' })).doubts).toEqual([]);
    expect((await judged({ entry, at: '2020-06-01' })).doubts).toEqual(['algorithm_outdated']);
    const clock = await authority.clock('2018-01-01', '2030-01-01');
    const stamps = [await stampedBy(clock, { day: '2019-06-01', of: entry })];
    expect((await judged({ entry, stamps, at: '2024-01-01' })).doubts).toEqual([]);
  });
});
