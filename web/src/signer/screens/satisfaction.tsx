import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { Field } from '../../ui/field.tsx';
import { useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { afterwardsWords } from '../words/afterwards.ts';

const scores = [5, 4, 3, 2, 1] as const;
const wordsMax = 200;

/** One question at the end; nobody has to answer it. */
export function Satisfaction({ caseId }: { readonly caseId: string }) {
  const say = useWords(afterwardsWords);
  const { line } = useHouse();
  const [score, setScore] = useState<string>();
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState(false);
  const [thanked, setThanked] = useState(false);
  const act = useAct();
  const send = (): void => {
    setAsked(true);
    if (score === undefined) return;
    act.run(async () => {
      const said = words.trim() === '' ? {} : { words: words.trim() };
      await line.act(`/v1/cases/${caseId}/satisfaction`, { score: Number(score), ...said });
      setThanked(true);
    });
  };
  if (thanked) return <Notice tone="good">{say('thanks')}</Notice>;
  return (
    <section className="card">
      <Choices
        legend={say('happy')}
        value={score}
        error={asked && score === undefined ? say('pickScore') : undefined}
        onChoose={setScore}
        options={scores.map((n) => ({ value: String(n), label: say(`score${n}`) }))}
      />
      <Field
        label={say('wish')}
        name="wish"
        value={words}
        onChange={setWords}
        maxLength={wordsMax}
      />
      <Refused act={act} />
      <Button busy={act.busy} onPress={send}>
        {say('sendScore')}
      </Button>
    </section>
  );
}
