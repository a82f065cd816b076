import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { actKey, answerOf, api } from './api.ts';
import { ActError, Area, Section, useAct } from './controls.tsx';
import { caseWords } from './words/cases.ts';

type Choice = 'approved' | 'refused';

const whyLettersMax = 500;

/** A person decides what waits for a person; why is kept with the case. */
export function Decision({ id }: { readonly id: string }) {
  const say = useWords(caseWords);
  const queries = useQueryClient();
  const [why, setWhy] = useState('');
  const [choice, setChoice] = useState<Choice>();
  const [keys] = useState({ approved: actKey(), refused: actKey() });
  const act = useAct(async () => {
    if (choice === undefined) return;
    const params = { path: { id }, header: { 'idempotency-key': keys[choice] } };
    await answerOf(
      api.POST('/v1/cases/{id}/decision', { params, body: { decision: choice, why } }),
    );
    await queries.invalidateQueries();
  });
  const waits = why.trim() === '';
  return (
    <Section title={say('decide')} note={say('decideNote')}>
      <form onSubmit={act.submit}>
        <Area label={say('why')} value={why} onChange={setWhy} lettersMax={whyLettersMax} />
        <ActError text={act.error} />
        {/* Two elements, told apart by key: a button that became the other one's under the same press
            would send the form at once. */}
        {choice === undefined ? (
          <div key="choose" className="acts">
            <Button waits={waits} onPress={() => setChoice('approved')}>
              {say('approve')}
            </Button>
            <Button waits={waits} onPress={() => setChoice('refused')}>
              {say('refuse')}
            </Button>
          </div>
        ) : (
          <div key="sure" className="acts">
            <Button kind="primary" submit busy={act.busy} waits={waits}>
              {say(choice === 'approved' ? 'approveSure' : 'refuseSure')}
            </Button>
            <Button onPress={() => setChoice(undefined)}>{say('cancel')}</Button>
          </div>
        )}
      </form>
    </Section>
  );
}
