import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { actKey, answerOf, api } from './api.ts';
import type { personFields } from './case-of.ts';
import { ActError, Area, Select, useAct } from './controls.tsx';
import { useRules } from './rules.ts';
import { caseWords } from './words/cases.ts';

type PersonField = (typeof personFields)[number] | 'documents';

const whyLettersMax = 500;
const minutesFirst = '10';

/** Sight of some values for a purpose and minutes; who asks, for what and why is kept. */
export function Unmask({
  id,
  fields,
  onDone,
}: {
  readonly id: string;
  readonly fields: readonly PersonField[];
  /** Told whether something was granted. */
  readonly onDone: (isGranted: boolean) => void;
}) {
  const say = useWords(caseWords);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const { minutesMax = 0, purposes = [] } = useRules()?.unmask ?? {};
  const [key] = useState(actKey);
  // One thing to see is not asked about twice.
  const [wanted, setWanted] = useState<readonly PersonField[]>(fields.length === 1 ? fields : []);
  const [purpose, setPurpose] = useState('');
  const [minutes, setMinutes] = useState(minutesFirst);
  const [why, setWhy] = useState('');
  const act = useAct(async () => {
    const params = { path: { id }, header: { 'idempotency-key': key } };
    const body = { fields: [...wanted], purpose, why, minutes: Number(minutes) };
    await answerOf(api.POST('/v1/cases/{id}/unmaskings', { params, body }));
    await queries.invalidateQueries({ queryKey: ['case', id] });
    onDone(true);
  });
  const toggle = (field: PersonField) =>
    setWanted(wanted.includes(field) ? wanted.filter((one) => one !== field) : [...wanted, field]);
  return (
    <form
      onSubmit={act.submit}
      aria-label={say(fields[0] === 'documents' ? 'askDocuments' : 'unmask')}
      className="inset"
    >
      <p className="note">{say('unmaskNote')}</p>
      <fieldset className="checks">
        <legend>{say('unmaskFields')}</legend>
        {fields.map((field) => (
          <label key={field}>
            <input
              type="checkbox"
              checked={wanted.includes(field)}
              onChange={() => toggle(field)}
            />
            {say(field === 'documents' ? 'sightDocuments' : field)}
          </label>
        ))}
      </fieldset>
      <Select
        label={say('purpose')}
        value={purpose}
        onChange={setPurpose}
        options={[
          { value: '', label: say('choose') },
          ...purposes.map((one) => ({ value: one.code, label: one[language] })),
        ]}
      />
      <Area label={say('why')} value={why} onChange={setWhy} lettersMax={whyLettersMax} />
      <Field
        label={say('minutes', { max: minutesMax })}
        name="minutes"
        inputMode="numeric"
        maxLength={3}
        value={minutes}
        onChange={(text) => setMinutes(text.replace(/\D/g, ''))}
      />
      <ActError text={act.error} />
      <div className="acts">
        <Button
          kind="primary"
          submit
          busy={act.busy}
          waits={wanted.length === 0 || purpose === '' || why.trim() === '' || minutes === ''}
        >
          {say('unmaskDo')}
        </Button>
        <Button onPress={() => onDone(false)}>{say('cancel')}</Button>
      </div>
    </form>
  );
}
