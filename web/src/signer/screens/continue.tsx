import { type FormEvent, useState } from 'react';
import type { CaseKey } from '../../device/case-key.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { beginWords } from '../words/begin.ts';
import { shellWords } from '../words/shell.ts';

/** Takes a case over from another device by the code that is shown there. */
export function Continue({ onGo }: { readonly onGo: (place: string) => void }) {
  const say = useWords(beginWords);
  const sayShell = useWords(shellWords);
  const { line, enter } = useHouse();
  const [typed, setTyped] = useState('');
  const [missing, setMissing] = useState(false);
  const act = useAct();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const secret = secretIn(typed);
    if (secret === '') return setMissing(true);
    act.run(async () => {
      enter(await line.act<CaseKey>('/v1/handovers/redeem', { secret }));
      onGo('');
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Screen
        title={say('goOnTitle')}
        lead={say('goOnLead')}
        actions={
          <>
            <Button kind="primary" submit busy={act.busy}>
              {say('goOnButton')}
            </Button>
            <Button onPress={() => onGo('')}>{sayShell('back')}</Button>
          </>
        }
      >
        <Refused act={act} />
        <Field
          label={say('handoverCode')}
          hint={say('handoverHint')}
          error={missing && typed === '' ? say('handoverMissing') : undefined}
          name="handover"
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          spellCheck={false}
        />
      </Screen>
    </form>
  );
}

/** The code alone, or a whole link that was copied. */
export function secretIn(typed: string): string {
  return (/#h\.([A-Za-z0-9_-]+)/.exec(typed)?.[1] ?? typed).replace(/\s/g, '');
}
