import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { plainDigits } from '../../device/code-message.ts';
import type { Pages } from '../../pdf/pages.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useHouse } from '../house.tsx';
import { rehearsalWords } from '../words/rehearsal.ts';
import { PageView } from './page-view.tsx';

type Stage = 'start' | 'read' | 'code' | 'done';

const sampleCode = '123456';

/** The ceremony with a sample contract and nothing behind it: no case, no key, nothing is sent. */
export function Rehearsal({ onDone }: { readonly onDone: () => void }) {
  const say = useWords(rehearsalWords);
  const [stage, setStage] = useState<Stage>('start');
  const mark = <Notice tone="warn">{say('mark')}</Notice>;
  if (stage === 'read') return <Sample mark={mark} onDone={() => setStage('code')} />;
  if (stage === 'code') return <SampleCode mark={mark} onDone={() => setStage('done')} />;
  const isDone = stage === 'done';
  return (
    <Screen
      title={say(isDone ? 'doneTitle' : 'startTitle')}
      lead={say(isDone ? 'doneLead' : 'startLead')}
      above={mark}
      actions={
        <Button kind="primary" onPress={isDone ? onDone : () => setStage('read')}>
          {say(isDone ? 'close' : 'begin')}
        </Button>
      }
    />
  );
}

interface PartProps {
  readonly mark: ReactNode;
  readonly onDone: () => void;
}

function Sample({ mark, onDone }: PartProps) {
  const say = useWords(rehearsalWords);
  const { line } = useHouse();
  const [pages, setPages] = useState<Pages>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    async function open(): Promise<void> {
      try {
        const bytes = await line.bytes('/v1/rehearsal/document');
        const { openPages } = await import('../../pdf/pages.ts');
        setPages(await openPages(bytes));
      } catch {
        setFailed(true);
      }
    }
    void open();
  }, [line]);
  return (
    <Screen
      wide
      title={say('readTitle')}
      lead={say('readLead')}
      above={mark}
      actions={
        <Button kind="primary" onPress={onDone}>
          {say('readDone')}
        </Button>
      }
    >
      {failed && <Notice tone="warn">{say('noSample')}</Notice>}
      {pages !== undefined && <PageView pages={pages} page={1} title={say('readTitle')} />}
    </Screen>
  );
}

function SampleCode({ mark, onDone }: PartProps) {
  const say = useWords(rehearsalWords);
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const isRight = plainDigits(typed) === sampleCode;
    setWrong(!isRight);
    if (isRight) onDone();
  };
  return (
    <form className="code" onSubmit={submit} noValidate>
      <Screen
        title={say('codeTitle')}
        lead={say('codeLead')}
        above={mark}
        actions={
          <Button kind="primary" submit>
            {say('sign')}
          </Button>
        }
      >
        <Field
          label={say('code')}
          error={isWrong ? say('wrong') : undefined}
          name="code"
          value={typed}
          onChange={setTyped}
          inputMode="numeric"
          autoComplete="off"
        />
      </Screen>
    </form>
  );
}
