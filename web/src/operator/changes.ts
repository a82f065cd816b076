import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { answerOf, api } from './api.ts';

const pauseMs = 5_000;
const minGapMs = 1_000;

/**
 * Reads anew what is on the screen when something happened in the house.
 *
 * The question is held by the server until there is news, so that a watched screen is neither late
 * nor loud. Where the network is away it asks again after a pause; a hidden tab does not ask.
 */
export function useChanges(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const control = new AbortController();
    void watch(control.signal, () => queries.invalidateQueries({ predicate: isLive }));
    return () => control.abort();
  }, [queries]);
}

/**
 * What can change at all; names, rules and blocks of the past do not. A document's text is read when
 * somebody opens it: each reading is an access, and its form must not begin anew under his hands.
 */
const lasting: readonly unknown[] = [
  'me',
  'rules',
  'products',
  'trust',
  'block',
  'checked',
  'text',
  'trace',
  'staff',
  'tenant',
];
const isLive = ({ queryKey }: { readonly queryKey: readonly unknown[] }) =>
  !lasting.includes(queryKey[0]);

async function watch(stop: AbortSignal, onChange: () => Promise<unknown>): Promise<void> {
  let stand: string | undefined;
  while (!stop.aborted) {
    const begun = performance.now();
    const next = await standAfter(stand, stop);
    if (stop.aborted) return;
    if (next !== undefined && stand !== undefined && next !== stand) await onChange();
    const isQuick = performance.now() - begun < minGapMs;
    if (next === undefined || document.hidden || isQuick) await pause(stop);
    stand = next ?? stand;
  }
}

async function standAfter(
  after: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const query = after === undefined ? {} : { after };
  try {
    const { stand } = await answerOf(api.GET('/v1/desk/changes', { params: { query }, signal }));
    return stand;
  } catch {
    return undefined;
  }
}

function pause(stop: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    const timer = setTimeout(resume, pauseMs);
    stop.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resume();
      },
      { once: true },
    );
  });
}
