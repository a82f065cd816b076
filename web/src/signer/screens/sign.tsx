import { useState } from 'react';
import type { CaseDocument } from '../../api/answers.ts';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Refused } from '../refused.tsx';
import { type Phase, useSigning } from '../signing.ts';
import { padWords } from '../words/pad.ts';
import { shellWords } from '../words/shell.ts';
import { signingWords } from '../words/signing.ts';
import { EnterCode } from './enter-code.tsx';
import { Listing } from './listing.tsx';
import { PadScreen } from './pad.tsx';
import type { StepProps } from './step-props.ts';

export type SignProps = StepProps & { readonly documents: readonly CaseDocument[] };

/** One code for the set, every document of it named; then the page signs each by itself. */
export function Sign({ progress, documents, refresh, onGo }: SignProps) {
  const say = useWords(signingWords);
  const sayShell = useWords(shellWords);
  const signing = useSigning(documents, progress.intent, refresh);
  const { phase, act, load, isOver, ask } = signing;
  const sayPad = useWords(padWords);
  const [drawing, setDrawing] = useState(false);
  const { handwriting } = progress;
  if (drawing) {
    const onKept = async (): Promise<void> => {
      await refresh();
      setDrawing(false);
    };
    return <PadScreen caseId={progress.case} onKept={onKept} onBack={() => setDrawing(false)} />;
  }
  if (phase.is === 'signing') return <Work {...phase} />;
  if (phase.is === 'code') {
    return (
      <EnterCode key={phase.asked.intent} phase={phase} signing={signing} documents={documents} />
    );
  }
  return (
    <Screen
      title={say('askTitle')}
      lead={say('askLead')}
      actions={
        <>
          <Button kind="primary" busy={act.busy} waits={phase.is === 'opening'} onPress={ask}>
            {phase.is === 'opening' ? sayShell('loading') : say('send')}
          </Button>
          {handwriting.asked && (
            <Button onPress={() => setDrawing(true)}>
              {sayPad(handwriting.kept ? 'redo' : 'offer')}
            </Button>
          )}
          <Button kind="quiet" onPress={() => onGo('set')}>
            {say('reread')}
          </Button>
        </>
      }
    >
      {isOver && <Notice tone="warn">{say('over')}</Notice>}
      <Refused act={load} />
      <Refused act={act} />
      {handwriting.kept && <Notice>{sayPad('kept')}</Notice>}
      <Listing documents={documents} />
    </Screen>
  );
}

function Work({ documents, signed }: Extract<Phase, { is: 'signing' }>) {
  const say = useWords(signingWords);
  const mark = (at: number): 'done' | 'goes' | 'waits' =>
    at < signed ? 'done' : at === signed ? 'goes' : 'waits';
  return (
    <Screen title={say('workTitle')} lead={say('workLead')}>
      <ol className="card rows" aria-live="polite">
        {documents.map(({ id, title }, at) => (
          <li key={id}>
            <span>{say('stepSign', { title })}</span>
            <span className={mark(at) === 'done' ? 'mark good' : 'mark'}>{say(mark(at))}</span>
          </li>
        ))}
      </ol>
    </Screen>
  );
}
