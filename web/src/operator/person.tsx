import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Facts } from '../ui/facts.tsx';
import { useWords } from '../ui/language.tsx';
import { personFields, type Shown } from './case-of.ts';
import { Section } from './controls.tsx';
import { useMay } from './rules.ts';
import { Unmask } from './unmask.tsx';
import { caseWords } from './words/cases.ts';

/** Who it is, masked as far as the reader's work allows; more of it only with a reason. */
export function Person({ one }: { readonly one: Shown }) {
  const say = useWords(caseWords);
  const may = useMay();
  const [asks, setAsks] = useState(false);
  if (one.personStands !== 'shown') {
    return (
      <Section title={say('person')}>
        <p className="note">{say(`stands.${one.personStands}`)}</p>
      </Section>
    );
  }
  const shown = personFields.filter((field) => one.person[field] !== undefined);
  const hidden = shown.filter((field) => one.person[field]?.masked === true);
  return (
    <Section title={say('person')}>
      <Facts
        rows={shown.map((field) => [
          say(field),
          <span key={field}>
            {one.person[field]?.text}
            {one.person[field]?.masked === true ? <small> {say('masked')}</small> : null}
          </span>,
        ])}
      />
      {hidden.length === 0 || may('case.unmask') !== true ? null : asks ? (
        <Unmask id={one.case} fields={hidden} onDone={() => setAsks(false)} />
      ) : (
        <Button onPress={() => setAsks(true)}>{say('unmask')}</Button>
      )}
    </Section>
  );
}
