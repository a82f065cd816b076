/** Where she is inside a step, kept in the browser's history so that its back button works. */
import { useCallback, useEffect, useState } from 'react';

export interface Trail {
  readonly place: string;
  readonly go: (place: string) => void;
  /** Goes there without a way back, as after an act that cannot be undone. */
  readonly swap: (place: string) => void;
  readonly back: () => void;
}

export function useTrail(): Trail {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const popped = (): void => setPlace(placeNow());
    window.addEventListener('popstate', popped);
    return () => window.removeEventListener('popstate', popped);
  }, []);
  const go = useCallback((next: string) => {
    if (next !== placeNow()) history.pushState({ place: next }, '');
    setPlace(next);
  }, []);
  const swap = useCallback((next: string) => {
    history.replaceState({ place: next }, '');
    setPlace(next);
  }, []);
  const back = useCallback(() => history.back(), []);
  return { place, go, swap, back };
}

function placeNow(): string {
  const state = history.state as { place?: unknown } | null;
  return typeof state?.place === 'string' ? state.place : '';
}
