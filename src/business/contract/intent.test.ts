/**
 * What stands between a document and the code that signs it: the house asks, whatever a page says.
 */
import { describe, expect, test } from 'vitest';
import { instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import { systemRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import type { ConfirmedClause, DocumentRecord } from './document.ts';
import { IntentDesk, type IntentParts } from './intent-desk.ts';

const now = instantFromMs(Date.UTC(2026, 0, 5, 2));
const tenant = 'demo' as TenantId;
const sha256 = 'ab'.repeat(32);
const clauses = ['rate', 'default'].map((id) => ({ id, title: id, page: 1 }));
const contract = { id: 'contract', base: { sha256 }, clauses, readAt: now };

interface Stand {
  readonly document?: object;
  readonly confirmed?: readonly ConfirmedClause[];
}

/** Asks for the code; answers the refusal, and how many messages went to her telephone. */
async function asked({ document = {}, confirmed = [] }: Stand) {
  let sent = 0;
  const kept = { ...contract, ...document } as unknown as DocumentRecord;
  const parts = {
    units: {
      run: (_of: TenantId, work: (unit: Pick<Unit, 'tenant'>) => unknown) => work({ tenant }),
    },
    documents: { ofCase: async () => [kept], confirmedClauses: async () => confirmed },
    gateway: {
      sendCode: async () => {
        sent += 1;
      },
    },
    clock: { now: () => now },
    random: systemRandom,
  };
  const order = { tenant, caseId: 'case', phone: '00000000001', salt: '', enrolment: '' };
  const desk = new IntentDesk(parts as unknown as IntentParts);
  const refused = await desk
    .ask({ ...order, shown: [{ id: contract.id, sha256 }] })
    .then(() => undefined, faultCode);
  return { refused, sent };
}

const all: readonly ConfirmedClause[] = clauses.map(({ id }) => ({
  document: contract.id,
  clause: id,
}));

describe('before a code is sent', () => {
  test('S1-34 a document that is not read to its end, or has a clause unconfirmed, gets no code', async () => {
    expect(await asked({ document: { readAt: undefined }, confirmed: all })).toEqual({
      refused: 'contract.reading_unfinished',
      sent: 0,
    });
    for (const left of [[], all.slice(1), all.slice(0, 1)]) {
      expect(await asked({ confirmed: left })).toEqual({
        refused: 'contract.clause_unconfirmed',
        sent: 0,
      });
    }
    expect(await asked({ confirmed: all })).toEqual({ refused: undefined, sent: 1 });
  });

  test('a confirmation of another document’s clause of the same name counts for nothing', async () => {
    const elsewhere = all.map((one) => ({ ...one, document: 'note' }));
    expect(await asked({ confirmed: elsewhere })).toMatchObject({
      refused: 'contract.clause_unconfirmed',
    });
  });

  test('other bytes than those that were read get no code', async () => {
    expect(await asked({ document: { base: { sha256: '00' } }, confirmed: all })).toEqual({
      refused: 'contract.digest_differs',
      sent: 0,
    });
  });
});
