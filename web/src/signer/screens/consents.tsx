import { useEffect, useRef, useState } from 'react';
import type { ConsentText } from '../../api/answers.ts';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { consentWords } from '../words/consent.ts';
import { ConsentScreen } from './consent-screen.tsx';
import { NeededConsents } from './needed-consents.tsx';
import type { StepProps } from './step-props.ts';

/**
 * Consents as separate acts (PIPL 14, 29): at most two on a screen, nothing chosen beforehand, and
 * saying no is as easy as saying yes.
 */
export function Consents({ progress, refresh, onGo }: StepProps) {
  const [decided, setDecided] = useState(false);
  // Everything is decided and the step is not over: something needed was refused.
  if (decided) return <NeededConsents progress={progress} refresh={refresh} onGo={onGo} />;
  const onDone = async (): Promise<void> => {
    await refresh();
    setDecided(true);
  };
  return <StageConsents stage="application" progress={progress} onDone={onDone} />;
}

export interface StageConsentsProps {
  readonly stage: string;
  readonly progress: StepProps['progress'];
  /** Nothing is left to be asked at this stage. */
  readonly onDone: () => Promise<void>;
}

/** The consents of one stage, screen after screen. */
export function StageConsents({ stage, progress, onDone }: StageConsentsProps) {
  const say = useWords(consentWords);
  const { line } = useHouse();
  const [screens, setScreens] = useState<readonly (readonly ConsentText[])[]>();
  const load = useAct();
  const { run } = load;
  const finish = useRef(onDone);
  finish.current = onDone;
  useEffect(() => {
    run(async () => {
      const asked = await line.get<{ screens: readonly (readonly ConsentText[])[] }>(
        `/v1/consents?stage=${stage}`,
      );
      setScreens(asked.screens);
      if (asked.screens.length === 0) await finish.current();
    });
  }, [line, run, stage]);
  const [first, ...rest] = screens ?? [];
  if (first === undefined) {
    return (
      <Screen title={say('title')}>
        <Refused act={load} />
      </Screen>
    );
  }
  return (
    <ConsentScreen
      key={first.map(({ kind }) => kind).join(' ')}
      texts={first}
      application={progress.application}
      atOnce={stage === 'capture'}
      onDone={async () => {
        setScreens(rest);
        if (rest.length === 0) await onDone();
      }}
    />
  );
}
