import { useEffect } from 'react';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { afterwardsWords } from '../words/afterwards.ts';
import { shellWords } from '../words/shell.ts';
import type { StepProps } from './step-props.ts';
import { Waiting } from './waiting.tsx';

/** The authorisations are signed: the decision is asked for at once, and again if the line broke. */
export function Assessment({ progress, refresh }: StepProps) {
  const say = useWords(afterwardsWords);
  const sayShell = useWords(shellWords);
  const { line } = useHouse();
  const act = useAct();
  const { run } = act;
  const { application } = progress;
  const assess = (): void =>
    run(async () => {
      await line.act(`/v1/applications/${application}/assessment`, {});
      await refresh();
    });
  useEffect(() => {
    run(async () => {
      await line.act(`/v1/applications/${application}/assessment`, {});
      await refresh();
    });
  }, [run, line, application, refresh]);
  if (act.refusal === undefined) return <Waiting forWhat="assessment" />;
  return (
    <Screen
      title={say('assessing')}
      actions={
        <Button kind="primary" busy={act.busy} onPress={assess}>
          {sayShell('again')}
        </Button>
      }
    >
      <Refused act={act} />
    </Screen>
  );
}
