import { useState } from 'react';
import type { ConsentText } from '../../api/answers.ts';
import { consentWords as kindWords } from '../../phrases/consents.ts';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { useLanguage, useWords } from '../../ui/language.tsx';
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
  /** The camera starts after it: one action says yes and goes on, one says no (S3-31). */
  readonly atOnce: boolean;
  readonly onDone: () => Promise<void>;
}

/** One screen of consents: each decided by itself, each sent as an act of its own. */
export function ConsentScreen({ texts, application, atOnce, onDone }: ConsentScreenProps) {
  const say = useWords(consentWords);
  const name = useConsentName();
  const sayShell = useWords(shellWords);
  const { line } = useHouse();
  const [answers, setAnswers] = useState<Readonly<Record<string, string>>>({});
  const [asked, setAsked] = useState(false);
  const act = useAct();
  const decide = (given: Readonly<Record<string, string>>): void => {
    setAsked(true);
    if (texts.some(({ kind }) => given[kind] === undefined)) return;
    act.run(async () => {
      for (const { kind, sha256, recipient } of texts) {
        const accepted = given[kind] === 'yes';
        const bound = recipient === '' ? {} : { recipient };
        const body = { kind, sha256, accepted, ...bound };
        await line.act(`/v1/applications/${application}/consents`, body);
      }
      await onDone();
    });
  };
  const only = atOnce && texts.length === 1 ? texts[0] : undefined;
  return (
    <Screen
      title={texts[0] !== undefined && texts.length === 1 ? name(texts[0]) : say('title')}
      lead={say(only === undefined ? 'lead' : 'leadAtOnce')}
      actions={
        only === undefined ? (
          <Button kind="primary" busy={act.busy} onPress={() => decide(answers)}>
            {sayShell('next')}
          </Button>
        ) : (
          <>
            <Button kind="primary" busy={act.busy} onPress={() => decide({ [only.kind]: 'yes' })}>
              {say('yesAndOn')}
            </Button>
            <Button busy={act.busy} onPress={() => decide({ [only.kind]: 'no' })}>
              {say('no')}
            </Button>
          </>
        )
      }
    >
      <Refused act={act} />
      {texts.map((text) => (
        <ConsentCard
          key={text.kind}
          text={text}
          isAlone={texts.length === 1}
          isAsked={only === undefined}
          answer={answers[text.kind]}
          isMissing={asked && answers[text.kind] === undefined}
          onAnswer={(answer) => setAnswers({ ...answers, [text.kind]: answer })}
        />
      ))}
    </Screen>
  );
}

/** The title of the Chinese text, which binds; in English what it is about. */
function useConsentName(): (text: ConsentText) => string {
  const { language } = useLanguage();
  return ({ kind, title }) => {
    const english = kindWords[kind]?.en;
    if (language === 'zh' || english === undefined) return title;
    return english.slice(0, 1).toUpperCase() + english.slice(1);
  };
}

interface ConsentCardProps {
  readonly text: ConsentText;
  readonly isAlone: boolean;
  /** With a choice of its own; otherwise the foot of the screen asks. */
  readonly isAsked: boolean;
  readonly answer: string | undefined;
  readonly isMissing: boolean;
  readonly onAnswer: (answer: string) => void;
}

function ConsentCard(props: ConsentCardProps) {
  const { text, isAlone, isAsked, answer, isMissing, onAnswer } = props;
  const say = useWords(consentWords);
  const name = useConsentName();
  return (
    <section className="card">
      {!isAlone && <h2>{name(text)}</h2>}
      {text.sensitive && (
        <p>
          <span className="mark">{say('sensitive')}</span>
        </p>
      )}
      <Prose text={text.text} />
      {isAsked && (
        <Choices
          legend={say('yourAnswer', { title: name(text) })}
          value={answer}
          error={isMissing ? say('pick') : undefined}
          onChoose={onAnswer}
          options={[
            { value: 'yes', label: say('yes') },
            { value: 'no', label: say('no') },
          ]}
        />
      )}
    </section>
  );
}
