/**
 * For tests: loans of a house that has every key of its own and brings things in late: what she
 * read and confirmed behind her signature, whom she is, her certificate, a record behind the one
 * that follows it; and a list of revoked certificates that it had rather not read.
 */
import { toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { integer, sequence, tlv } from '#formats/der';
import type { SampleHouse } from '../own/sample-trust.fixture.ts';
import { type Draft, opening } from './sample-log.fixture.ts';
import type { Wish } from './sample-package.fixture.ts';
import type { SecondService } from './second-service.fixture.ts';
import { bankOf } from './whose-paper.fixture.ts';

const paper = 'documents/01-contract.pdf';
const hers = `${paper}#revision 2`;
const report = 'report.pdf#revision 2';

export function outOfTurn(house: SampleHouse): readonly SecondService[] {
  return [...readings(house), ...agreements(house), ...orders(house), ...lists()];
}

/** An entry that opens these values. */
function stating(house: SampleHouse, type: Draft['type']) {
  return async (values: { readonly [name: string]: Json }, more?: Partial<Draft>) => {
    const opens = [];
    for (const [name, value] of Object.entries(values)) {
      opens.push(await opening(name, value, house.engine));
    }
    return { type, opens, ...more };
  };
}

/** What she read and confirmed, and when. */
function readings(house: SampleHouse): readonly SecondService[] {
  const reads = stating(house, 'reading.completed');
  const confirms = stating(house, 'clause.confirmed');
  const of = async (bytes: Uint8Array) => ({
    document: 'contract',
    base: toHex(await house.engine.digest('sha256', bytes)),
  });
  const drafted = (bytes: Uint8Array): Draft => ({
    type: 'document.drafted',
    of: [{ name: 'contract', bytes }],
  });
  const both = async (base: Uint8Array, secondsRead: number): Promise<readonly Draft[]> => [
    drafted(base),
    await reads({ ...(await of(base)), secondsRead }),
    await confirms({ ...(await of(base)), clause: 'cost' }),
  ];
  const again = (clause: string): Wish => ({
    before: (base) => both(base, 1),
    behind: async (contract) => [await confirms({ ...(await of(contract)), clause })],
  });
  return [
    {
      name: 'a contract that was read and confirmed',
      flaw: undefined,
      wish: { before: (base) => both(base, 6) },
    },
    {
      name: 'a reading that lasted longer than there was time',
      flaw: 'entry_time_backwards entries/0004.json',
      wish: { before: (base) => both(base, 7) },
    },
    {
      name: 'another paper read',
      flaw: `document_not_logged ${paper}`,
      wish: { before: async () => [await reads(await of(new Uint8Array(1)))] },
    },
    {
      name: 'read behind the signature',
      flaw: 'entry_out_of_place entries/0006.json',
      wish: { behind: async (contract) => [await reads(await of(contract))] },
    },
    {
      name: 'a clause confirmed behind the signature',
      flaw: 'entry_out_of_place entries/0009.json',
      wish: again('dispute'),
    },
    { name: 'a clause confirmed again', flaw: undefined, wish: again('cost') },
  ];
}

/** Whether she had agreed to sign in this way. */
function agreements(house: SampleHouse): readonly SecondService[] {
  const kind = 'esign-agreement';
  const signs = stating(house, 'consent.signed');
  const withdraws = stating(house, 'consent.withdrawn');
  const agrees = async (decision: string) => signs({ kind, decision });
  const flaw = (seq: number): string => `entry_out_of_place entries/000${seq}.json`;
  return [
    {
      name: 'an agreement, taken back behind the signature',
      flaw: undefined,
      wish: {
        before: async () => [await agrees('accepted')],
        behind: async () => [await withdraws({ kind })],
      },
    },
    {
      name: 'an agreement that was refused',
      flaw: flaw(6),
      wish: { before: async () => [await agrees('refused')] },
    },
    {
      name: 'an agreement that was taken back',
      flaw: flaw(7),
      wish: { before: async () => [await agrees('accepted'), await withdraws({ kind })] },
    },
    {
      name: 'an agreement behind the signature',
      flaw: flaw(5),
      wish: { behind: async () => [await agrees('accepted')] },
    },
  ];
}

/** What stands behind what rests on it. */
function orders(house: SampleHouse): readonly SecondService[] {
  return [
    {
      name: 'issued behind the signature',
      flaw: `issuance_not_logged ${hers}`,
      wish: { toldLate: 'issuance' },
    },
    {
      name: 'identified behind the signature',
      flaw: `phone_not_the_applicants ${hers}`,
      wish: { toldLate: 'identity' },
    },
    {
      name: 'logged behind its successor',
      flaw: 'proof_wrong proofs/0002.tlog-proof',
      wish: { loggedLate: true },
    },
    {
      name: 'money that went before the log had the contract',
      flaw: 'outside_word_wrong entries/0003.json',
      wish: { before: async (_, signed) => [await bankOf(house)({}, { contract: signed })] },
    },
    {
      name: 'a clock that goes back step by step',
      flaw: 'entry_time_backwards entries/0008.json',
      wish: {
        behind: async () =>
          [0, -4, -5, 8].map((later) => ({ type: 'clause.confirmed', later }) as const),
      },
    },
  ];
}

const distribution = '2.5.29.28';
const delta = '2.5.29.27';

/** What the authority's own list says. */
function lists(): readonly SecondService[] {
  const authorities = sequence(tlv(0x82, Uint8Array.of(0xff)));
  const scope = (oid: string, value: Uint8Array): Wish => ({
    authorityLists: { scope: { oid, critical: true, value } },
  });
  const revoked = (revokes: 'seal' | 'clock', revokedAt: number): Wish => ({
    authorityLists: { revokes, revokedAt },
  });
  return [
    {
      name: 'a list of authorities alone',
      flaw: 'revocation_wrong revocation/',
      wish: scope(distribution, authorities),
    },
    {
      name: 'a list of what changed',
      flaw: 'revocation_wrong revocation/',
      wish: scope(delta, integer(1n)),
    },
    {
      name: 'a seal revoked before the report',
      flaw: `certificate_revoked ${report}`,
      wish: revoked('seal', 60),
    },
    { name: 'a seal revoked behind the report', flaw: undefined, wish: revoked('seal', 100) },
    {
      name: 'a clock revoked before it stamped',
      flaw: `certificate_revoked ${hers}`,
      wish: revoked('clock', 10),
    },
    { name: 'a clock revoked later', flaw: undefined, wish: revoked('clock', 100) },
  ];
}
