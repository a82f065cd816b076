import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { useWords } from '../ui/language.tsx';
import { actKey, answerOf, api } from './api.ts';
import { NotPermitted } from './asked.tsx';
import { ActError, Area, Select, useAct } from './controls.tsx';
import { useMay } from './rules.ts';
import { type FigureKind, figureKinds, figureOf } from './seal-figure.ts';
import { Title } from './title.tsx';
import { sealWords } from './words/seals.ts';

const whyLettersMin = 4;
const whyLettersMax = 400;
const nameLettersMax = 40;
const personLettersMax = 6;
const codeLettersMax = 24;
const idPattern = /^[a-z][a-z0-9-]{1,39}$/;

/** A seal is asked for; nothing is made before another person agrees. */
export function SealApplicationPage() {
  const say = useWords(sealWords);
  const may = useMay()('seal.manage');
  return (
    <>
      <nav aria-label={say('back')}>
        <Link to="/seals">{say('back')}</Link>
      </nav>
      <Title text={say('apply')} />
      {may === false ? <NotPermitted /> : <Application />}
    </>
  );
}

function Application() {
  const say = useWords(sealWords);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [key] = useState(actKey);
  const [id, setId] = useState('');
  const [kind, setKind] = useState<FigureKind>('contract');
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  const [why, setWhy] = useState('');
  const isPerson = kind === 'representative';
  const act = useAct(async () => {
    const params = { header: { 'idempotency-key': key } };
    const body = { id, figure: figureOf(kind, { name, code }), why };
    await answerOf(api.POST('/v1/seals', { params, body }));
    await queries.invalidateQueries({ queryKey: ['seals'] });
    await navigate(`/seals/${id}`);
  });
  const isWrong = id !== '' && !idPattern.test(id);
  const waits =
    !idPattern.test(id) ||
    name.trim() === '' ||
    [...why.trim()].length < whyLettersMin ||
    (kind === 'invoice' && code.trim() === '');
  return (
    <form onSubmit={act.submit} aria-label={say('apply')} className="inset narrow">
      <p className="note">{say('applyNote')}</p>
      <Field
        label={say('id')}
        hint={say('idHint')}
        error={isWrong ? say('idWrong') : undefined}
        name="id"
        autoComplete="off"
        spellCheck={false}
        maxLength={40}
        value={id}
        onChange={setId}
      />
      <Select
        label={say('kind')}
        value={kind}
        onChange={(value) => setKind(figureKinds.find((one) => one === value) ?? 'contract')}
        options={figureKinds.map((value) => ({ value, label: say(`kind.${value}`) }))}
      />
      <Field
        label={say(isPerson ? 'personName' : 'name')}
        name="name"
        autoComplete="off"
        maxLength={isPerson ? personLettersMax : nameLettersMax}
        value={name}
        onChange={setName}
      />
      {isPerson ? null : (
        <Field
          label={say(kind === 'invoice' ? 'taxNumber' : 'number')}
          name="code"
          autoComplete="off"
          spellCheck={false}
          maxLength={codeLettersMax}
          value={code}
          onChange={setCode}
        />
      )}
      <Area label={say('why')} value={why} onChange={setWhy} lettersMax={whyLettersMax} />
      <p className="note">{say('whyHint')}</p>
      <ActError text={act.error} />
      <div className="acts">
        <Button kind="primary" submit busy={act.busy} waits={waits}>
          {say('applyDo')}
        </Button>
      </div>
    </form>
  );
}
