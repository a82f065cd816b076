import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { Progress } from '../api/answers.ts';
import { arrivalIn, type CaseKey } from '../device/case-key.ts';
import { entranceOf } from '../device/entrance.ts';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { Screen } from '../ui/screen.tsx';
import { useAct } from './act.ts';
import { useHouse } from './house.tsx';
import { Refused } from './refused.tsx';
import { beginWords } from './words/begin.ts';

/** A case that comes by the address: taken over, and taken out of the address at once. */
export function Arrived({ children }: { readonly children: ReactNode }) {
  const say = useWords(beginWords);
  const { line, enter } = useHouse();
  const [arrival, setArrival] = useState(() => arrivalIn(window.location.hash));
  const act = useAct();
  const { run } = act;
  const take = useCallback(() => {
    if (arrival === undefined) return;
    history.replaceState(null, '', `${location.pathname}${location.search}`);
    run(async () => {
      if (arrival.by === 'handover') {
        const body = { secret: arrival.secret, entrance: entranceOf(location.search) };
        enter(await line.act<CaseKey>('/v1/handovers/redeem', body));
      } else {
        line.hold(arrival.token);
        const told = await line.get<Progress>(`/v1/cases/${arrival.case}/progress`);
        enter({ case: told.case, application: told.application, token: arrival.token });
      }
      setArrival(undefined);
    });
  }, [arrival, line, enter, run]);
  useEffect(take, [take]);
  useEffect(() => {
    // A link that is opened in a tab which already shows this page only changes what follows the #.
    const changed = (): void => setArrival(arrivalIn(window.location.hash));
    window.addEventListener('hashchange', changed);
    return () => window.removeEventListener('hashchange', changed);
  }, []);
  if (arrival === undefined) return children;
  return (
    <Screen
      title={say('arriving')}
      actions={
        act.refusal !== undefined && (
          <Button kind="primary" onPress={() => setArrival(undefined)}>
            {say('goOnTitle')}
          </Button>
        )
      }
    >
      <Refused act={act} />
    </Screen>
  );
}
