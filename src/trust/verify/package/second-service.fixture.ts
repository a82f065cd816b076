/**
 * For tests: loans of a house that has every key of its own and lets a fact serve where it does not
 * belong: another paper than the one that was confirmed, a refusal that excuses what is missing
 * behind money that went, a bank's word of another contract, a word of one kind in the place of
 * another.
 */
import { toBase64, toHex } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { attest } from '#formats/entry';
import type { TrustFiles } from '../anchors.ts';
import type { JsonObject } from '../json.ts';
import type { SampleHouse } from '../own/sample-trust.fixture.ts';
import { type Draft, opening, type SampleCase } from './sample-log.fixture.ts';
import type { Wish } from './sample-package.fixture.ts';
import { trustingFace } from './twice.fixture.ts';

/** One package, and the flaw that must be said of it; undefined: it is sound. */
export interface SecondService {
  readonly name: string;
  readonly flaw: string | undefined;
  readonly wish: Wish;
}

const listed = (...entries: Json[]): Uint8Array =>
  canonicalBytes({
    v: 1,
    entries,
    documents: [{ name: 'contract', fields: ['borrower', 'lender'] }],
  });
const queried = { type: 'credit.queried', when: 'approved' };
const deed = { slot: 'deed', type: 'statement.received', kind: 'payment.settled' };
const face = { ...deed, kind: 'face.compared' };

/** Who trusts the bank besides: it has the key of the sample's identity gateway. */
export function trustingBank(house: SampleHouse): TrustFiles {
  const key = house.trust.get('gateways/identity.pem') ?? new Uint8Array();
  return new Map(trustingFace(house)).set('gateways/core-banking.pem', key);
}

/** What the bank says of one order. */
function bankOf(house: SampleHouse) {
  const at = formatInstant(house.now);
  const word = async (kind: string, says: JsonObject) =>
    attest({ v: 1, kind: `core-banking.${kind}`, at, ...says }, 'core-banking', house.identity);
  const contractOf = async (bytes: Uint8Array): Promise<string> =>
    toBase64(await house.engine.digest('sha256', bytes));
  return {
    password: async (order: string): Promise<Draft> => ({
      type: 'payment.authorised',
      att: await word('payment_password', { order, result: 'accepted' }),
    }),
    disbursed: async (order: string, contract: Uint8Array): Promise<Draft> => ({
      type: 'disbursed',
      att: await word('disbursement', { order, contract: await contractOf(contract) }),
    }),
    repaid: async (disbursement: string, order: string): Promise<Draft> => ({
      type: 'repaid',
      att: await word('repayment', { disbursement, order }),
    }),
  };
}

export function secondServices(house: SampleHouse): readonly SecondService[] {
  return [...papers(house), ...refusals(house), ...orders(house), ...slots(house)];
}

/** Which paper she confirmed. */
function papers({ engine }: SampleHouse): readonly SecondService[] {
  const confirms = async (base: Uint8Array): Promise<Draft> => ({
    type: 'clause.confirmed',
    opens: [
      await opening('document', 'contract', engine),
      await opening('base', toHex(await engine.digest('sha256', base)), engine),
    ],
  });
  const other = new Uint8Array(1);
  return [
    {
      name: 'the paper that she confirmed, the last time',
      flaw: undefined,
      wish: { before: async (base) => [await confirms(other), await confirms(base)] },
    },
    {
      name: 'another paper than she confirmed',
      flaw: 'document_not_logged documents/01-contract.pdf',
      wish: { behind: async () => [await confirms(other)] },
    },
  ];
}

/** What a refusal excuses. */
function refusals(house: SampleHouse): readonly SecondService[] {
  const bank = bankOf(house);
  const refused = async (): Promise<Draft> => ({
    type: 'risk.decided',
    opens: [await opening('decision', 'refused', house.engine)],
  });
  return [
    {
      name: 'a refusal before any money',
      flaw: undefined,
      wish: { list: listed(queried), behind: async () => [await refused()] },
    },
    {
      name: 'a refusal behind the money',
      flaw: 'evidence_missing required-evidence.json',
      wish: {
        list: listed(queried),
        behind: async (contract) => [await bank.disbursed('a', contract), await refused()],
      },
    },
  ];
}

/** Which words of the bank belong together. */
function orders(house: SampleHouse): readonly SecondService[] {
  const { password, disbursed, repaid } = bankOf(house);
  return [
    {
      name: 'money, and its way back in two parts',
      flaw: undefined,
      wish: {
        behind: async (contract) => [
          await password('a'),
          await disbursed('a', contract),
          await repaid('a', 'a-1'),
          await repaid('a', 'a-2'),
        ],
      },
    },
    {
      name: 'one repayment told twice',
      flaw: 'outside_word_wrong entries/0008.json',
      wish: {
        behind: async (contract) => [
          await disbursed('a', contract),
          await repaid('a', 'a-1'),
          await repaid('a', 'a-1'),
        ],
      },
    },
    {
      name: 'a repayment of another contract',
      flaw: 'outside_word_wrong entries/0007.json',
      wish: {
        behind: async (contract) => [await disbursed('a', contract), await repaid('b', 'b-1')],
      },
    },
    {
      name: 'a password for another order',
      flaw: 'outside_word_wrong entries/0007.json',
      wish: {
        behind: async (contract) => [await password('b'), await disbursed('a', contract)],
      },
    },
  ];
}

/** Which slot a word of a party outside fills. */
function slots(house: SampleHouse): readonly SecondService[] {
  const seen = async (line: JsonObject, loan: SampleCase): Promise<readonly Draft[]> => [
    await faceIn(house, line, loan),
  ];
  return [
    {
      name: 'a word in the slot for its kind',
      flaw: undefined,
      wish: { list: listed(face), behind: (_, loan) => seen(face, loan) },
    },
    {
      name: 'a word in the slot for another kind',
      flaw: 'evidence_missing required-evidence.json',
      wish: { list: listed(deed), behind: (_, loan) => seen(deed, loan) },
    },
  ];
}

/** A face that was compared, in the slot of this line. */
async function faceIn(house: SampleHouse, line: JsonObject, loan: SampleCase): Promise<Draft> {
  const before = (await loan.recorded()).at(-1);
  const seen = before?.hash ?? '';
  const statement = {
    v: 1,
    kind: 'face.compared',
    id: '0192a000-0000-7000-8000-000000000002',
    case: before?.entry.caseTag ?? '',
    seen,
    at: formatInstant(house.now),
    clock: 'LOCAL_CLOCK',
    commitments: {},
    result: 'match',
  };
  return {
    type: 'statement.received',
    of: [{ name: 'slot/deed', bytes: canonicalBytes(line) }],
    att: await attest(statement, 'face', house.identity),
    refs: { seen },
  };
}
