import { useQuery } from '@tanstack/react-query';
import type { components } from '../api/schema.d.ts';
import { answerOf, api } from './api.ts';
import { dayOf } from './shown.ts';

export type Entry = components['schemas']['GetCasesByIdTimelineAnswer']['entries'][number];

export function useTimeline(id: string) {
  return useQuery({
    queryKey: ['timeline', id],
    queryFn: () => answerOf(api.GET('/v1/cases/{id}/timeline', { params: { path: { id } } })),
  });
}

/** The phases a case goes through, in the words of the requirements (S0-03). */
export type Phase = 'acquisition' | 'authentication' | 'signing' | 'performance' | 'keeping';

const phases: Readonly<Record<string, Phase>> = {
  'case.opened': 'acquisition',
  'consent.signed': 'acquisition',
  'application.received': 'acquisition',
  'capture.stored': 'acquisition',
  'identity.checked': 'authentication',
  'credit.queried': 'authentication',
  'risk.decided': 'authentication',
  'decision.reviewed': 'authentication',
  'reading.completed': 'signing',
  'clause.confirmed': 'signing',
  'sheet.confirmed': 'signing',
  'intent.confirmed': 'signing',
  'certificate.issued': 'signing',
  'seal.intended': 'signing',
  'seal.done': 'signing',
  'attempt.void': 'signing',
  'note.confirmed': 'signing',
  'payment.authorised': 'performance',
  disbursed: 'performance',
  repaid: 'performance',
};

export interface Chapter {
  readonly day: string;
  readonly phase: Phase;
  readonly entries: readonly Entry[];
}

/** What happens in any phase and begins none: it stays where it happened. */
const between: readonly string[] = ['document.drafted', 'document.raised', 'session.handed_over'];

/** Runs of entries of one day and one phase. */
export function chaptersOf(entries: readonly Entry[]): readonly Chapter[] {
  const chapters: { day: string; phase: Phase; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const open = chapters.at(-1);
    const own = phases[entry.type] ?? 'keeping';
    const phase = between.includes(entry.type) ? (open?.phase ?? own) : own;
    if (open?.day === day && open.phase === phase) open.entries.push(entry);
    else chapters.push({ day, phase, entries: [entry] });
  }
  return chapters;
}
