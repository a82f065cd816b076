/**
 * What rows of tickets and entries about them have in common: their places, what entries say of
 * them, and how they end.
 */
import { assert, Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type {
  CipherPlace,
  SealFact,
  SealRecorder,
  StoredTicket,
  TicketStore,
  VoidReason,
} from './ports.ts';

/** A fact and the case it belongs to. */
interface CaseFact {
  readonly caseId: string;
  readonly fact: SealFact;
}

export function cipherPlace(ticket: { id: string; subject: string }): CipherPlace {
  return { subject: ticket.subject, field: `ticket:${ticket.id}` };
}

export function described(ticket: { id: string; document: string; field: string }) {
  return [
    { name: 'document', value: ticket.document },
    { name: 'field', value: ticket.field },
    { name: 'ticket', value: ticket.id },
  ];
}

/** Records facts of many cases, those of one case in their order; answers a hash for each fact. */
export async function recordFacts(
  unit: Unit,
  evidence: SealRecorder,
  facts: readonly CaseFact[],
): Promise<readonly string[]> {
  if (facts.length === 0) return [];
  const byCase = [...Map.groupBy(facts, ({ caseId }) => caseId)];
  const cases = byCase.map(([caseId, own]) => ({ caseId, drafts: own.map(({ fact }) => fact) }));
  const recorded = await evidence.recordCases(unit, cases);
  const hashes = new Map(
    byCase.flatMap(([, own], at) => own.map((one, n) => [one, recorded[at]?.[n]?.hash] as const)),
  );
  return facts.map((one) => {
    const hash = hashes.get(one);
    assert(hash !== undefined, 'each fact has its entry');
    return hash;
  });
}

/** Ends open tickets; every intention that will not be carried out is to say so in the log. */
export async function endVoid(
  unit: Unit,
  tickets: TicketStore,
  { ended, because }: { readonly ended: readonly StoredTicket[]; readonly because: VoidReason },
): Promise<readonly CaseFact[]> {
  if (ended.length === 0) return [];
  const ids = ended.map(({ id }) => id);
  await tickets.end(unit, ids, { standing: 'void', because });
  return ended.map((ticket) => ({
    caseId: ticket.caseId,
    fact: {
      type: 'attempt.void',
      subject: ticket.subject,
      disclosures: [...described(ticket), { name: 'because', value: because }],
      of: [],
      refs: { intended: ticket.intended },
    },
  }));
}

export function refuseVoid(ticket: StoredTicket): void {
  if (ticket.standing !== 'void') return;
  if (ticket.because !== 'stamp_missing') throw staleTicket(ticket.id);
  throw new Fault('signing.attempt_void', { ticket: ticket.id });
}

/** Not retryable: the same ticket stays stale. Whoever holds it prepares another one. */
export function staleTicket(ticket: string): Fault {
  return new Fault('signing.ticket_stale', { ticket });
}
