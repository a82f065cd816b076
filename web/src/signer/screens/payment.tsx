import { type FormEvent, useState } from 'react';
import { plainDigits } from '../../device/code-message.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { yuanText } from '../money.ts';
import { Refused } from '../refused.tsx';
import { afterwardsWords } from '../words/afterwards.ts';
import type { StepProps } from './step-props.ts';

/** The bank's own password, typed once and handed on; the page keeps it nowhere. */
export function Payment({ progress, refresh }: StepProps) {
  const say = useWords(afterwardsWords);
  const { line } = useHouse();
  const [password, setPassword] = useState('');
  const [asked, setAsked] = useState(false);
  const act = useAct();
  const isShort = !/^\d{6}$/.test(plainDigits(password));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (isShort) return;
    act.run(async () => {
      const path = `/v1/applications/${progress.application}/payment-authorisations`;
      await line.act(path, { password: plainDigits(password) });
      await refresh();
    });
  };
  return (
    <form className="code" onSubmit={submit} noValidate>
      <Screen
        title={say('payTitle')}
        lead={say('payLead', { amount: yuanText(progress.terms?.amountFen ?? '0') })}
        actions={
          <Button kind="primary" submit busy={act.busy}>
            {say('pay')}
          </Button>
        }
      >
        <Refused act={act} />
        <Field
          label={say('password')}
          hint={say('passwordHint')}
          error={asked && isShort ? say('passwordShort') : undefined}
          name="password"
          type="password"
          inputMode="numeric"
          autoComplete="off"
          maxLength={6}
          value={password}
          onChange={setPassword}
        />
      </Screen>
    </form>
  );
}
