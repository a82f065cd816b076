import { useEffect } from 'react';

interface Lock {
  release(): Promise<void>;
}

/** The screen stays bright while something is read; a device that cannot does as it always does. */
export function useWakeLock(): void {
  useEffect(() => {
    let lock: Lock | undefined;
    let over = false;
    async function take(): Promise<void> {
      const { wakeLock } = navigator as { wakeLock?: { request(kind: 'screen'): Promise<Lock> } };
      if (wakeLock === undefined || document.visibilityState !== 'visible') return;
      try {
        const taken = await wakeLock.request('screen');
        if (over) await taken.release();
        else lock = taken;
      } catch {
        // Low battery: the system says no.
      }
    }
    const again = (): void => void take();
    again();
    document.addEventListener('visibilitychange', again);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', again);
      lock?.release().catch(() => {});
    };
  }, []);
}
