/**
 * What was typed and is not sent yet. It stays in this tab (sessionStorage) and nowhere else, so a
 * page that the telephone put to sleep comes back as it was; it goes when it has been sent.
 */
import { useCallback, useState } from 'react';

export type Draft = Readonly<Record<string, string>>;

const prefix = 'fubie.draft.';

export function useDraft(
  name: string,
): readonly [Draft, (change: Draft) => void, clear: () => void] {
  const [draft, setDraft] = useState<Draft>(() => read(name));
  const change = useCallback(
    (more: Draft) => {
      const next = { ...read(name), ...more };
      write(name, next);
      setDraft(next);
    },
    [name],
  );
  const clear = useCallback(() => write(name, undefined), [name]);
  return [draft, change, clear];
}

/** Also remembers when the tab keeps nothing. */
const held = new Map<string, Draft>();

function read(name: string): Draft {
  const mine = held.get(name);
  if (mine !== undefined) return mine;
  try {
    const kept = JSON.parse(sessionStorage.getItem(prefix + name) ?? '{}') as Draft;
    held.set(name, kept);
    return kept;
  } catch {
    return {};
  }
}

function write(name: string, draft: Draft | undefined): void {
  if (draft === undefined) held.delete(name);
  else held.set(name, draft);
  try {
    if (draft === undefined) sessionStorage.removeItem(prefix + name);
    else sessionStorage.setItem(prefix + name, JSON.stringify(draft));
  } catch {
    // The tab keeps nothing; the page does.
  }
}
