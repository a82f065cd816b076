import { type FormEvent, useEffect, useState } from 'react';
import type { CaseDocument } from '../../api/answers.ts';
import { readMessage, shownLetters } from '../../device/code-message.ts';
import { Button } from '../../ui/button.tsx';
import { Facts } from '../../ui/facts.tsx';
import { Field } from '../../ui/field.tsx';
import { useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { phrased } from '../../ui/phrased.tsx';
import { Screen } from '../../ui/screen.tsx';
import { durationText } from '../duration.ts';
import { Refused } from '../refused.tsx';
import type { Phase, Signing } from '../signing.ts';
import { readingWords } from '../words/reading.ts';
import { signingWords } from '../words/signing.ts';
import { Listing } from './listing.tsx';

export interface EnterCodeProps {
  readonly phase: Extract<Phase, { is: 'code' }>;
  readonly signing: Signing;
  readonly documents: readonly CaseDocument[];
}

type Error = 'incomplete' | 'otherMessage';

/** The code, typed or pasted with its whole message; what the message should say stands beside. */
export function EnterCode({ phase, signing, documents }: EnterCodeProps) {
  const say = useWords(signingWords);
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<Error>();
  const { act, ask, confirm } = signing;
  const { marks } = phase.asked;
  const secondsLeft = useSecondsUntil(phase.until);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const read = readMessage(typed, marks);
    if (read.is === 'code') {
      setError(undefined);
      return confirm(read.code);
    }
    setError(read.is === 'other' ? 'otherMessage' : 'incomplete');
  };
  return (
    <form className="code" onSubmit={submit} noValidate>
      <Screen
        title={say('codeTitle')}
        lead={say('codeLead')}
        actions={
          <>
            <Button kind="primary" submit busy={act.busy}>
              {say('sign')}
            </Button>
            <Button kind="quiet" busy={act.busy} onPress={ask}>
              {say('resend')}
            </Button>
          </>
        }
      >
        {act.refusal?.code === 'sms.code_wrong' ? (
          <Notice tone="bad">
            {say('wrong', { left: Number(act.refusal.context['left'] ?? 0) })}
          </Notice>
        ) : (
          <Refused act={act} />
        )}
        <Field
          label={say('code')}
          hint={say('codeHint')}
          error={error === undefined ? undefined : say(error)}
          name="code"
          value={typed}
          onChange={setTyped}
          inputMode="numeric"
          autoComplete="one-time-code"
        />
        <CodeLife secondsLeft={secondsLeft} />
        <section className="card">
          <h2>{phrased(say('compare'))}</h2>
          <Facts
            rows={[
              [say('compareDocument'), `${marks.document.slice(0, shownLetters)}…`],
              [say('compareKey'), `${marks.enrolment.slice(0, shownLetters)}…`],
            ]}
          />
          <p>{say('compareNo')}</p>
        </section>
        <Listing documents={documents} />
      </Screen>
    </form>
  );
}

function CodeLife({ secondsLeft }: { readonly secondsLeft: number }) {
  const say = useWords(signingWords);
  const sayReading = useWords(readingWords);
  if (secondsLeft === 0) return <Notice tone="warn">{say('expired')}</Notice>;
  return <p className="hint">{say('left', { left: durationText(secondsLeft, sayReading) })}</p>;
}

function useSecondsUntil(until: number): number {
  const left = (): number => Math.max(0, Math.ceil((until - performance.now()) / 1000));
  const [seconds, setSeconds] = useState(left);
  useEffect(() => {
    const timer = setInterval(() => {
      setSeconds(Math.max(0, Math.ceil((until - performance.now()) / 1000)));
    }, 1000);
    return () => clearInterval(timer);
  }, [until]);
  return seconds;
}
