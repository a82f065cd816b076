import { useState } from 'react';
import type { ConsentText } from '../../api/answers.ts';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Prose } from '../prose.tsx';
import { Refused } from '../refused.tsx';
import { consentWords } from '../words/consent.ts';
import { shellWords } from '../words/shell.ts';

export interface ConsentScreenProps {
  readonly texts: readonly ConsentText[];
  readonly application: string;
  readonly onDone: () => Promise<void>;
}

/** One screen of consents: each decided by itself, each sent as an act of its own. */
export function ConsentScreen({ texts, application, onDone }: ConsentScreenProps) {
  const say = useWords(consentWords);
  const sayShell = useWords(shellWords);
  const { line } = useHouse();
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const [asked, setAsked] = useState(false);
  const act = useAct();
  const decide = (): void => {
    setAsked(true);
    if (texts.some(({ kind }) => answers[kind] === undefined)) return;
    act.run(async () => {
      for (const { kind, sha256, recipient } of texts) {
        const accepted = answers[kind] === 'yes';
        const bound = recipient === '' ? {} : { recipient };
        const body = { kind, sha256, accepted, ...bound };
        await line.act(`/v1/applications/${application}/consents`, body);
      }
      await onDone();
    });
  };
  return (
    <Screen
      title={texts.length === 1 ? (texts[0]?.title ?? '') : say('title')}
      lead={say('lead')}
      actions={
        <Button kind="primary" busy={act.busy} onPress={decide}>
          {sayShell('next')}
        </Button>
      }
    >
      <Refused act={act} />
      {texts.map((text) => (
        <ConsentCard
          key={text.kind}
          text={text}
          isAlone={texts.length === 1}
          answer={answers[text.kind]}
          isMissing={asked && answers[text.kind] === undefined}
          onAnswer={(answer) => setAnswers({ ...answers, [text.kind]: answer })}
        />
      ))}
    </Screen>
  );
}

interface ConsentCardProps {
  readonly text: ConsentText;
  readonly isAlone: boolean;
  readonly answer: string | undefined;
  readonly isMissing: boolean;
  readonly onAnswer: (answer: string) => void;
}

function ConsentCard({ text, isAlone, answer, isMissing, onAnswer }: ConsentCardProps) {
  const say = useWords(consentWords);
  return (
    <section className="card">
      {!isAlone && <h2>{text.title}</h2>}
      {text.sensitive && (
        <p>
          <span className="mark">{say('sensitive')}</span>
        </p>
      )}
      <Prose text={text.text} />
      <Choices
        legend={say('yourAnswer', { title: text.title })}
        value={answer}
        error={isMissing ? say('pick') : undefined}
        onChoose={onAnswer}
        options={[
          { value: 'yes', label: say('yes') },
          { value: 'no', label: say('no') },
        ]}
      />
    </section>
  );
}
