/** What reading needs, brought while she fills in the first screens: on a slow line it takes seconds. */
import { useEffect } from 'react';

/** Long enough for the screen that is due to be there first, in milliseconds. */
const patienceMs = 1_500;

/** Once a case is open. Whoever only looks around loads nothing of it. */
export function useWarmReader(hasCase: boolean): void {
  useEffect(() => {
    if (!hasCase) return;
    const timer = setTimeout(() => {
      // Without it the reader loads by itself, later.
      import('../pdf/pages.ts').then(({ warmPages }) => warmPages()).catch(() => undefined);
    }, patienceMs);
    return () => clearTimeout(timer);
  }, [hasCase]);
}
