import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { afterwardsWords } from '../words/afterwards.ts';
import type { StepProps } from './step-props.ts';

/** No: said plainly, with what it does not mean and what she may ask for now. */
export function RefusedCase({ progress }: StepProps) {
  const say = useWords(afterwardsWords);
  const { line } = useHouse();
  const [asked, setAsked] = useState(false);
  const act = useAct();
  const review = (): void =>
    act.run(async () => {
      await line.act('/v1/me/requests', { kind: 'review', words: say('review') });
      setAsked(true);
    });
  return (
    <Screen
      title={say('refusedTitle')}
      lead={say('refusedLead')}
      actions={
        !asked && (
          <Button kind="primary" busy={act.busy} onPress={review}>
            {say('review')}
          </Button>
        )
      }
    >
      <Refused act={act} />
      {asked && <Notice tone="good">{say('reviewAsked')}</Notice>}
      <div className="card">
        <p>{say('refusedRights')}</p>
        <Facts rows={[[say('number'), progress.preservationNumber]]} />
      </div>
    </Screen>
  );
}
