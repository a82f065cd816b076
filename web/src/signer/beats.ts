/**
 * Tells the house which page is on the screen: at each turn, every few seconds while it is looked
 * at, and once when it is closed. The house alone counts the time; between its answers the page
 * only counts down what it was last told.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CaseDocument, ReadingAnswer } from '../api/answers.ts';
import { Refusal } from '../api/refusal.ts';
import { useHouse } from './house.tsx';

const beatMs = 10_000;
const tickMs = 1_000;

export interface Beats {
  readonly met: boolean;
  /** Seconds still to be read in this document. */
  readonly secondsLeft: number;
  readonly pagesUnseen: readonly number[];
}

export function useBeats(
  document: CaseDocument,
  page: number,
  how: { readonly aloud: boolean; readonly open: boolean },
): Beats {
  const { line } = useHouse();
  const { id } = document;
  const path = `/v1/contracts/${id}/reading`;
  const [told, setTold] = useState<ReadingAnswer>(() => ({
    met: document.read,
    secondsRead: document.secondsRead,
    secondsAloud: 0,
    secondsLeft: Math.max(0, document.secondsMin - document.secondsRead),
    pagesUnseen: document.pagesUnseen,
  }));
  const [shown, setShown] = useState(told.secondsLeft);
  const { aloud, open } = how;
  const waiting = useRef<Promise<void>>(Promise.resolve());
  const pending = useRef(0);
  /** One after the other, and none left out: a page that was turned quickly was on the screen. */
  const beat = useCallback((): Promise<void> => {
    if (globalThis.document.visibilityState !== 'visible') return Promise.resolve();
    pending.current += 1;
    const before = waiting.current;
    async function tell(): Promise<void> {
      await before;
      try {
        const answer = await line.act<ReadingAnswer>(path, { page, ...(aloud ? { aloud } : {}) });
        setTold(answer);
        setShown(answer.secondsLeft);
      } catch (thrown) {
        // A beat that is lost costs seconds and nothing else; the next one comes.
        if (!(thrown instanceof Refusal)) throw thrown;
      } finally {
        pending.current -= 1;
      }
    }
    waiting.current = tell();
    return waiting.current;
  }, [line, path, page, aloud]);
  /** What comes by the clock does not pile up behind a slow line. */
  const remind = useCallback(() => {
    if (pending.current === 0) void beat();
  }, [beat]);
  useEffect(() => {
    if (!open) return;
    void beat();
    const beats = setInterval(remind, beatMs);
    const look = (): void => {
      if (globalThis.document.visibilityState === 'visible') void beat();
      else line.leave(path, { page: 0 });
    };
    globalThis.document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(beats);
      globalThis.document.removeEventListener('visibilitychange', look);
    };
  }, [beat, remind, line, path, open]);
  useEffect(() => () => line.leave(path, { page: 0 }), [line, path]);
  useEffect(() => {
    if (!open || told.met) return;
    const ticks = setInterval(() => setShown((left) => Math.max(0, left - 1)), tickMs);
    return () => clearInterval(ticks);
  }, [open, told.met]);
  const due = open && !told.met && shown === 0 && told.pagesUnseen.length === 0;
  useEffect(() => {
    if (!due) return;
    const soon = setInterval(remind, tickMs);
    return () => clearInterval(soon);
  }, [due, remind]);
  return { met: told.met, secondsLeft: told.met ? 0 : shown, pagesUnseen: told.pagesUnseen };
}
