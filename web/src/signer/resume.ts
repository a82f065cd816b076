/** Photographs that an earlier tab of this device took and did not get through: sent now. */
import { useEffect, useState } from 'react';
import { type WaitingPhoto, waitingPhotos } from '../device/photo-shelf.ts';
import { upload } from '../device/upload.ts';
import { type Act, useAct } from './act.ts';
import { useHouse } from './house.tsx';
import type { Part } from './screens/sending.tsx';
import type { StepProps } from './screens/step-props.ts';

export interface Resumed {
  readonly act: Act;
  readonly part: Part | undefined;
  /** How many wait on this device. */
  readonly count: number;
  /** Tries again, after a refusal. */
  readonly again: () => void;
}

/** She stays with her photographs until she herself goes on, also when the last one got through. */
export function useResumedPhotos(
  caseId: string,
  { refresh, onGo }: Pick<StepProps, 'refresh' | 'onGo'>,
): Resumed {
  const { line } = useHouse();
  const act = useAct();
  const [part, setPart] = useState<Part>();
  const [waiting, setWaiting] = useState<readonly WaitingPhoto[]>([]);
  const [tries, setTries] = useState(0);
  const { run } = act;
  useEffect(() => {
    run(async () => {
      const kept = await waitingPhotos(caseId, Date.now());
      setWaiting(kept);
      for (const one of kept) {
        await upload(line, one, (sent, of) => setPart([sent, of]));
        setWaiting((all) => all.filter((other) => other !== one));
      }
      if (kept.length === 0) return;
      onGo('photos');
      await refresh();
    });
  }, [run, line, caseId, refresh, onGo, tries]);
  return { act, part, count: waiting.length, again: () => setTries(tries + 1) };
}
