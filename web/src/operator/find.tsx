import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { useWords } from '../ui/language.tsx';
import { answerOf, api } from './api.ts';
import { Empty, NotPermitted } from './asked.tsx';
import { CaseTable, type Row } from './case-table.tsx';
import { ActError, Select, useAct } from './controls.tsx';
import { useMay } from './rules.ts';
import { Title } from './title.tsx';
import { caseWords } from './words/cases.ts';

const fields = ['name', 'idNumber', 'phone', 'card'] as const;

/** A person's cases, found by a number or a part of a name; nothing of it stands in an address. */
export function FindPage() {
  const say = useWords(caseWords);
  const may = useMay();
  const [field, setField] = useState<(typeof fields)[number]>('name');
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Row[]>();
  const act = useAct(async () => {
    setFound(undefined);
    const { cases } = await answerOf(api.POST('/v1/cases/searches', { body: { field, text } }));
    setFound(cases);
  });
  return (
    <>
      <Title text={say('findTitle')}>
        <p className="note">{say('findNote')}</p>
      </Title>
      {may('case.find') === false ? (
        <NotPermitted />
      ) : (
        <form className="filters" role="search" aria-label={say('findTitle')} onSubmit={act.submit}>
          <Select
            label={say('field')}
            value={field}
            onChange={(value) => setField(fields.find((one) => one === value) ?? 'name')}
            options={fields.map((value) => ({ value, label: say(value) }))}
          />
          <Field
            label={say('text')}
            name="text"
            autoComplete="off"
            spellCheck={false}
            maxLength={50}
            value={text}
            onChange={setText}
          />
          <Button kind="primary" submit busy={act.busy} waits={text.trim() === ''}>
            {say('search')}
          </Button>
        </form>
      )}
      <ActError text={act.error} />
      {found === undefined ? null : found.length === 0 ? (
        <Empty title={say('noneFound')} note={say('noneFoundNote')} />
      ) : (
        <CaseTable rows={found} />
      )}
    </>
  );
}
