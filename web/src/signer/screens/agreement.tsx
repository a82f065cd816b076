import { useEffect, useState } from 'react';
import type { ConsentText } from '../../api/answers.ts';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Prose } from '../prose.tsx';
import { Refused } from '../refused.tsx';
import { consentWords } from '../words/consent.ts';
import { shellWords } from '../words/shell.ts';
import type { StepProps } from './step-props.ts';

/** The agreement to sign electronically (电子签名法 3): before it nothing is signed here. */
export function Agreement({ progress, refresh }: StepProps) {
  const say = useWords(consentWords);
  const sayShell = useWords(shellWords);
  const { line } = useHouse();
  const [text, setText] = useState<ConsentText>();
  const [declined, setDeclined] = useState(false);
  const load = useAct();
  const act = useAct();
  const { run } = load;
  useEffect(() => {
    run(async () => setText(await line.get<ConsentText>('/v1/consents/esign-agreement')));
  }, [line, run]);
  const decide = (accepted: boolean): void => {
    if (text === undefined) return;
    act.run(async () => {
      const path = `/v1/applications/${progress.application}/consents`;
      await line.act(path, { kind: text.kind, sha256: text.sha256, accepted });
      if (accepted) await refresh();
      else setDeclined(true);
    });
  };
  if (declined) {
    return (
      <Screen
        title={say('declined')}
        lead={say('declinedText')}
        actions={
          <Button kind="primary" onPress={() => setDeclined(false)}>
            {say('readAgain')}
          </Button>
        }
      />
    );
  }
  return (
    <Screen
      title={text?.title ?? sayShell('loading')}
      lead={say('agreementLead')}
      actions={
        <>
          <Button
            kind="primary"
            busy={act.busy}
            waits={text === undefined}
            onPress={() => decide(true)}
          >
            {say('accept')}
          </Button>
          <Button kind="quiet" waits={text === undefined} onPress={() => decide(false)}>
            {say('decline')}
          </Button>
        </>
      }
    >
      <Refused act={load} />
      <Refused act={act} />
      {text !== undefined && (
        <div className="card">
          <Prose text={text.text} title={text.title} />
        </div>
      )}
    </Screen>
  );
}
