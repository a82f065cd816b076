/**
 * The signer's page: finds or opens a case, and shows the screen that is due.
 */
import { useEffect, useRef } from 'react';
import type { Step } from '../api/answers.ts';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { Screen } from '../ui/screen.tsx';
import { Arrived } from './arrived.tsx';
import { Boundary } from './boundary.tsx';
import { CaseScreen } from './case-screen.tsx';
import { useHost } from './host.tsx';
import { HouseProvider, type Standing, useHouse, useStanding } from './house.tsx';
import { Refused } from './refused.tsx';
import { Begin } from './screens/begin.tsx';
import { Continue } from './screens/continue.tsx';
import { Guide } from './screens/guide.tsx';
import { Handover } from './screens/handover.tsx';
import { Menu } from './screens/menu.tsx';
import { Rehearsal } from './screens/rehearsal.tsx';
import { Shell } from './shell.tsx';
import { stepOf } from './story.ts';
import { useTrail } from './trail.ts';
import { useWarmReader } from './warm.ts';
import { shellWords } from './words/shell.ts';

export function SignerPage() {
  return (
    <Boundary>
      <HouseProvider>
        <Arrived>
          <Pages />
        </Arrived>
      </HouseProvider>
    </Boundary>
  );
}

/** Places that are open whatever the case waits for. */
const asides = ['menu', 'guide', 'rehearsal', 'handover'] as const;

function Pages() {
  const { key } = useHouse();
  const standing = useStanding();
  const { place, go, swap, back } = useTrail();
  const { progress } = standing;
  useWarmReader(progress !== undefined);
  const next = progress?.next;
  useTelling(next, progress?.preservationNumber);
  const last = useRef(next);
  useEffect(() => {
    // Another step begins at its beginning, wherever the page stood in the one before.
    const moved = last.current !== undefined && next !== last.current;
    last.current = next;
    if (moved && !asides.some((aside) => aside === place)) swap('');
  }, [next, place, swap]);
  const aside = asides.find((one) => one === place);
  return (
    <Shell
      progress={progress}
      step={progress && stepOf(progress, place)}
      screen={`${next ?? ''} ${place}`}
      onMenu={() => (aside === 'menu' ? back() : go('menu'))}
    >
      {aside === 'menu' && <Menu progress={progress} onGo={go} onClose={back} />}
      {aside === 'guide' && <Guide onDone={back} />}
      {aside === 'rehearsal' && <Rehearsal onDone={back} />}
      {aside === 'handover' && <Handover onClose={back} />}
      {aside === undefined && key === undefined && place === 'continue' && <Continue onGo={swap} />}
      {aside === undefined && key === undefined && place !== 'continue' && <Begin onGo={go} />}
      {aside === undefined && key !== undefined && (
        <Due standing={standing} place={place} onGo={go} />
      )}
    </Shell>
  );
}

/** Tells the institution's own page, where there is one, how far she is. */
function useTelling(step: Step | undefined, number: string | undefined): void {
  const host = useHost();
  useEffect(() => {
    if (step === undefined || number === undefined) return;
    host?.tell({ is: 'step', step });
    if (step === 'done') host?.tell({ is: 'done', number });
  }, [host, step, number]);
}

interface DueProps {
  readonly standing: Standing;
  readonly place: string;
  readonly onGo: (place: string) => void;
}

function Due({ standing, place, onGo }: DueProps) {
  const say = useWords(shellWords);
  const { leave } = useHouse();
  const { progress, refusal, refresh } = standing;
  if (progress !== undefined) {
    return <CaseScreen progress={progress} place={place} refresh={refresh} onGo={onGo} />;
  }
  if (refusal === undefined) return <Screen title={say('loading')} />;
  const ended = refusal.status === 401 || refusal.status === 403;
  return (
    <Screen
      title={ended ? say('ended') : say('loading')}
      lead={ended ? say('endedNote') : undefined}
      actions={
        <Button kind="primary" onPress={ended ? leave : () => void refresh()}>
          {say(ended ? 'toStart' : 'again')}
        </Button>
      }
    >
      {!ended && <Refused act={{ refusal }} />}
    </Screen>
  );
}
