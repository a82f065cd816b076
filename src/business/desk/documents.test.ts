import { describe, expect, test } from 'vitest';
import { type Instant, parseInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import type { StaffCaller } from '#business/access';
import { DocumentList, type DocumentParts, type ListedDocument } from './documents.ts';
import type { Sight } from './masks.ts';

const now: Instant = parseInstant('2026-11-22T10:00:00.000+08:00');
const caller = { kind: 'staff', staff: { id: 'officer-1' } } as unknown as StaffCaller;
const asker = { tenant: 'bank-a', caller } as unknown as Parameters<DocumentList['read']>[0];
const contract = { id: 'contract-1', kind: 'loan-contract' } as unknown as ListedDocument;

/** The list over a case with one document; `fields` are what a grant that still lasts shows. */
function listOf(fields: readonly Sight[] | undefined): DocumentList {
  const parts = {
    units: { run: async (_tenant: unknown, act: (unit: unknown) => unknown) => act({}) },
    clock: { now: () => now },
    cases: {
      admit: async (_unit: unknown, _caller: unknown, asked: { permission: string }) => {
        if (asked.permission !== 'case.unmask') throw new Fault('access.not_permitted');
      },
    },
    rows: { ofCase: async () => [contract] },
    grants: {
      live: async (_unit: unknown, of: { staff: string; now: Instant }) =>
        fields !== undefined && of.staff === 'officer-1' && of.now === now ? [{ fields }] : [],
    },
    shelf: { read: async () => ({ bytes: Uint8Array.of(37, 80, 68, 70) }) },
  };
  return new DocumentList(parts as unknown as DocumentParts);
}

describe('the text of a document on the desk', () => {
  const read = (list: DocumentList, document = contract.id) =>
    list.read(asker, { caseId: 'case-1', document });
  const codeOf = (asked: Promise<unknown>) => asked.then(() => 'nothing was refused', faultCode);

  test('opens under a grant for the documents, and under no other', async () => {
    expect(await read(listOf(['phone', 'documents']))).toEqual(Uint8Array.of(37, 80, 68, 70));
    expect(await codeOf(read(listOf(['phone'])))).toBe('desk.grant_missing');
    expect(await codeOf(read(listOf(undefined)))).toBe('desk.grant_missing');
  });

  test('of this case only: another document is unknown, whoever has a grant', async () => {
    const asked = read(listOf(['documents']), 'contract-of-another-case');
    expect(await codeOf(asked)).toBe('contract.document_unknown');
  });
});
