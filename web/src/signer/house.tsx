/**
 * The house behind the signer's page: one line, one case, and where it stands.
 */
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Progress } from '../api/answers.ts';
import { houseLine } from '../api/house-line.ts';
import type { Line } from '../api/line.ts';
import { type Refusal, refusalOf } from '../api/refusal.ts';
import { type CaseKey, caseKey, forgetCase, keepCase } from '../device/case-key.ts';

export interface House {
  readonly line: Line;
  /** The line is bad: something is being asked again and again. */
  readonly trouble: boolean;
  readonly key: CaseKey | undefined;
  readonly enter: (key: CaseKey) => void;
  /** This device forgets the case; the case itself stays as it is. */
  readonly leave: () => void;
}

const HouseContext = createContext<House | undefined>(undefined);

export function HouseProvider({ children }: { readonly children: ReactNode }) {
  const [line] = useState(houseLine);
  const [key, setKey] = useState(() => {
    const kept = caseKey();
    line.hold(kept?.token);
    return kept;
  });
  const [trouble, setTrouble] = useState(false);
  useEffect(() => line.listen(setTrouble), [line]);
  const enter = useCallback(
    (next: CaseKey) => {
      keepCase(next);
      line.hold(next.token);
      setKey(next);
    },
    [line],
  );
  const leave = useCallback(() => {
    forgetCase();
    line.hold(undefined);
    setKey(undefined);
  }, [line]);
  const house = useMemo(
    () => ({ line, trouble, key, enter, leave }),
    [line, trouble, key, enter, leave],
  );
  return <HouseContext value={house}>{children}</HouseContext>;
}

export function useHouse(): House {
  const house = use(HouseContext);
  if (house === undefined) throw new Error('outside of a house');
  return house;
}

export interface Standing {
  readonly progress: Progress | undefined;
  readonly refusal: Refusal | undefined;
  /** Asks again where the case stands; resolves when the page knows. */
  readonly refresh: () => Promise<void>;
}

/** While the house works, it is asked this often, in milliseconds. */
const pollMs = 1_000;

/** Where the case stands; asked again when the page is looked at again and while the house works. */
export function useStanding(): Standing {
  const { line, key, enter } = useHouse();
  const [progress, setProgress] = useState<Progress>();
  const [refusal, setRefusal] = useState<Refusal>();
  const asking = useRef(0);
  const caseId = key?.case;
  const refresh = useCallback(async () => {
    if (caseId === undefined) return;
    const turn = (asking.current += 1);
    try {
      const told = await line.get<Progress>(`/v1/cases/${caseId}/progress`);
      // A slower answer to an older question does not take the page back.
      if (turn !== asking.current) return;
      setProgress(told);
      setRefusal(undefined);
    } catch (thrown) {
      if (turn === asking.current) setRefusal(refusalOf(thrown));
    }
  }, [line, caseId]);
  useEffect(() => {
    void refresh();
    const look = (): void => {
      if (document.visibilityState === 'visible') void refresh();
    };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', look);
    };
  }, [refresh]);
  const waits = progress?.waitsFor ?? null;
  useEffect(() => {
    if (waits === null) return;
    const timer = setInterval(() => void refresh(), waits === 'house' ? pollMs : 10 * pollMs);
    return () => clearInterval(timer);
  }, [waits, refresh]);
  const due = progress?.session.refresh === true;
  useEffect(() => {
    if (!due || key === undefined) return;
    line
      .act<{ token: string }>(`/v1/cases/${key.case}/tokens`, { token: key.token })
      .then(({ token }) => enter({ ...key, token }))
      .catch(() => {});
  }, [due, key, line, enter]);
  return { progress, refusal, refresh };
}
