/** One act of a person: a button that is busy, and what is said when the house refuses. */
import { useCallback, useRef, useState } from 'react';
import { Refusal } from '../api/refusal.ts';

export interface Act {
  readonly busy: boolean;
  readonly refusal: Refusal | undefined;
  readonly clear: () => void;
  /** Runs one act at a time; a second press while one runs does nothing. Never rejects. */
  readonly run: (act: () => Promise<void>) => void;
}

export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const [bug, setBug] = useState<unknown>();
  // What is no refusal is a bug; the page's boundary shows it.
  if (bug !== undefined) throw bug;
  const running = useRef(false);
  const run = useCallback((act: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setRefusal(undefined);
    act()
      .catch((thrown: unknown) => {
        if (thrown instanceof Refusal) setRefusal(thrown);
        else setBug(thrown);
      })
      .finally(() => {
        running.current = false;
        setBusy(false);
      });
  }, []);
  const clear = useCallback(() => setRefusal(undefined), []);
  return { busy, refusal, clear, run };
}
