import { useEffect, useState } from 'react';
import type { Trace } from '../../api/answers.ts';
import { Button } from '../../ui/button.tsx';
import { entryName } from '../../ui/entry-name.ts';
import { useLanguage, useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { afterwardsWords } from '../words/afterwards.ts';
import { shellWords } from '../words/shell.ts';

export interface RecordProps {
  /** Of her own case. */
  readonly number: string;
  readonly onGo: (place: string) => void;
}

/** What happened to her contract, from the first contact on, and how the lender's right stands. */
export function RecordScreen({ number, onGo }: RecordProps) {
  const say = useWords(afterwardsWords);
  const sayShell = useWords(shellWords);
  const { language } = useLanguage();
  const { line } = useHouse();
  const [trace, setTrace] = useState<Trace>();
  const load = useAct();
  const { run } = load;
  useEffect(() => {
    run(async () => setTrace(await line.act<Trace>('/v1/traces', { number })));
  }, [run, line, number]);
  const right = trace?.steps.findLast(({ what }) => what.type.startsWith('right.'));
  return (
    <Screen
      title={say('record')}
      lead={say('recordLead')}
      actions={
        <Button kind="primary" onPress={() => onGo('')}>
          {sayShell('back')}
        </Button>
      }
    >
      <Refused act={load} />
      {trace === undefined && load.refusal === undefined && <p>{sayShell('loading')}</p>}
      {right !== undefined && (
        <section className="card">
          <h2>{say('rightTitle')}</h2>
          <p>
            {say('rightNow', { state: entryName(right.what, language), at: dayOf(right.when.at) })}
          </p>
        </section>
      )}
      {trace !== undefined && (
        <ol className="card rows">
          {trace.steps.map(({ hash, what, when, proof }) => (
            <li key={hash}>
              <span>
                {entryName(what, language)}
                <br />
                <small>{secondOf(when.at)}</small>
              </span>
              <span className={proof === null ? 'mark' : 'mark good'}>
                {say(proof === null ? 'notYetProved' : 'proved')}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Screen>
  );
}

/** The house writes Chinese time already. */
function secondOf(instant: string): string {
  return instant.slice(0, 19).replace('T', ' ');
}

function dayOf(instant: string): string {
  return instant.slice(0, 10);
}
