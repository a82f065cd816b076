import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { actKey, answerOf, api } from './api.ts';
import { ActError, Area, Section, useAct } from './controls.tsx';
import { useMay, useMe } from './rules.ts';
import { type Act, kindsOf, nextOf, type Seal } from './seals-of.ts';
import { dayOf } from './shown.ts';
import { valueWords } from './words/facts.ts';
import { sealWords } from './words/seals.ts';

const whyLettersMin = 4;
const whyLettersMax = 400;

/** What this reader can do with the seal now, or who must do it instead. */
export function SealActs({ seal }: { readonly seal: Seal }) {
  const say = useWords(sealWords);
  const may = useMay();
  const me = useMe();
  const [chosen, setChosen] = useState<Act>();
  const { offered, kept } = nextOf(seal, {
    staff: me.data?.staff ?? '',
    may: (permission) => may(permission) === true,
  });
  const { standing } = seal;
  const isOver = standing === 'refused' || standing === 'destroyed';
  return (
    <Section title={say('acts')}>
      {standing === 'approved' ? <Keeper id={seal.id} does="make" /> : null}
      {standing === 'destroyed' ? <Keeper id={seal.id} does="destroy" /> : null}
      {standing === 'refused' ? <p className="note">{say('nothing')}</p> : null}
      {kept === undefined || isOver ? null : <p className="note">{say(kept)}</p>}
      {chosen !== undefined && offered.includes(chosen) ? (
        <StepForm key={chosen} seal={seal} act={chosen} onDone={() => setChosen(undefined)} />
      ) : (
        <div className="acts">
          {offered.map((act) => (
            <Button key={act} onPress={() => setChosen(act)}>
              {say(`do.${act}`)}
            </Button>
          ))}
        </div>
      )}
    </Section>
  );
}

/** Keys are made and ended where they lie; the page only says what is to be typed there. */
function Keeper({ id, does }: { readonly id: string; readonly does: 'make' | 'destroy' }) {
  const say = useWords(sealWords);
  const { data } = useQuery({
    queryKey: ['tenant'],
    queryFn: () => answerOf(api.GET('/v1/tenant')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const of = `--tenant ${data?.tenant ?? 'TENANT'} --seal ${id}`;
  const command =
    does === 'make'
      ? `fubie seal make ${of} --documents KIND,KIND --days N --granted-by OFFICE --by NAME`
      : `fubie seal destroy ${of}`;
  return (
    <>
      <p>{say(does === 'make' ? 'makeNote' : 'destroyNote')}</p>
      <code className="command">{command}</code>
    </>
  );
}

function StepForm({
  seal,
  act: wanted,
  onDone,
}: {
  readonly seal: Seal;
  readonly act: Act;
  readonly onDone: () => void;
}) {
  const say = useWords(sealWords);
  const { language } = useLanguage();
  const queries = useQueryClient();
  const [key] = useState(actKey);
  const [why, setWhy] = useState('');
  const offered = kindsOf(seal);
  const [documents, setDocuments] = useState<readonly string[]>(offered.kinds);
  const [day, setDay] = useState('');
  const isGrant = wanted === 'authorise';
  const act = useAct(async () => {
    const params = { path: { id: seal.id }, header: { 'idempotency-key': key } };
    if (wanted === 'suspend') {
      const body = { act: wanted, why };
      await answerOf(api.POST('/v1/seals/{id}/requests', { params, body }));
    } else {
      const grant = isGrant ? { documents: [...documents], until: endOf(day, offered.until) } : {};
      const body = { act: wanted, why, ...grant };
      await answerOf(api.POST('/v1/seals/{id}/decisions', { params, body }));
    }
    await queries.invalidateQueries({ queryKey: ['seals'] });
    onDone();
  });
  const toggle = (kind: string) =>
    setDocuments(
      documents.includes(kind) ? documents.filter((one) => one !== kind) : [...documents, kind],
    );
  const waits =
    [...why.trim()].length < whyLettersMin || (isGrant && (day === '' || documents.length === 0));
  return (
    <form className="inset" aria-label={say(`do.${wanted}`)} onSubmit={act.submit}>
      {isGrant ? (
        <>
          <fieldset className="checks">
            <legend>{say('kinds')}</legend>
            {offered.kinds.map((kind) => (
              <label key={kind}>
                <input
                  type="checkbox"
                  checked={documents.includes(kind)}
                  onChange={() => toggle(kind)}
                />
                {valueWords[kind]?.[language] ?? kind}
              </label>
            ))}
          </fieldset>
          <Field
            label={say('untilDay')}
            name="until"
            type="date"
            value={day}
            onChange={setDay}
            {...(offered.until === undefined ? {} : { max: dayOf(offered.until) })}
          />
        </>
      ) : null}
      <Area label={say('why')} value={why} onChange={setWhy} lettersMax={whyLettersMax} />
      <p className="note">{say('whyHint')}</p>
      <ActError text={act.error} />
      <div className="acts">
        <Button kind="primary" submit busy={act.busy} waits={waits}>
          {say(`sure.${wanted}`)}
        </Button>
        <Button onPress={onDone}>{say('cancel')}</Button>
      </div>
    </form>
  );
}

/** The end of a day in China, or of the paper where that comes first. */
function endOf(day: string, paper: string | undefined): string {
  const end = `${day}T23:59:59.999+08:00`;
  return paper !== undefined && paper < end ? paper : end;
}
