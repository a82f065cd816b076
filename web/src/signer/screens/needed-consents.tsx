import { useEffect, useState } from 'react';
import type { ConsentText } from '../../api/answers.ts';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { consentWords } from '../words/consent.ts';
import { ConsentScreen } from './consent-screen.tsx';
import type { StepProps } from './step-props.ts';

/** Something without which there is no way online was refused: she may think again. */
export function NeededConsents(props: StepProps & { readonly onDone?: () => void }) {
  const { progress, refresh } = props;
  const say = useWords(consentWords);
  const { line } = useHouse();
  const [again, setAgain] = useState<ConsentText>();
  const [titles, setTitles] = useState<readonly ConsentText[]>([]);
  const act = useAct();
  const { run } = act;
  const refused = progress.consents.filter(({ accepted }) => !accepted);
  const kinds = refused.map(({ kind }) => kind).join(' ');
  useEffect(() => {
    run(async () => {
      const texts: ConsentText[] = [];
      for (const kind of kinds.split(' ').filter((one) => one !== '')) {
        texts.push(await line.get<ConsentText>(`/v1/consents/${kind}`));
      }
      const blocking = texts.filter((text) => [null, 'branch'].includes(text.alternative));
      setTitles(blocking);
    });
  }, [line, run, kinds]);
  if (again !== undefined) {
    const { application } = progress;
    const done = async (): Promise<void> => {
      await refresh();
      setAgain(undefined);
      props.onDone?.();
    };
    return <ConsentScreen texts={[again]} application={application} atOnce={false} onDone={done} />;
  }
  return (
    <Screen title={say('needed')} lead={say('neededText')}>
      <Refused act={act} />
      <div className="card">
        {titles.map((text) => (
          <Button key={text.kind} onPress={() => setAgain(text)}>
            {say('rethink', { title: text.title })}
          </Button>
        ))}
      </div>
    </Screen>
  );
}
