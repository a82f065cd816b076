import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { Facts } from '../ui/facts.tsx';
import { useWords } from '../ui/language.tsx';
import { answerOf, api } from './api.ts';
import { Asked } from './asked.tsx';
import type { Shown } from './case-of.ts';
import { StateMark } from './case-table.tsx';
import { Decision } from './decision.tsx';
import { Digest } from './digest.tsx';
import { Documents } from './documents.tsx';
import { Package } from './package.tsx';
import { Person } from './person.tsx';
import { useMay, useNames } from './rules.ts';
import { minuteOf, yuanOf } from './shown.ts';
import { Timeline } from './timeline.tsx';
import { Title } from './title.tsx';
import { caseWords } from './words/cases.ts';
import { houseWords } from './words/house.ts';
import { recordWords } from './words/record.ts';

/** One case: what waits for a person first, then who, what was signed, its evidence, its story. */
export function CasePage() {
  const say = useWords(caseWords);
  const may = useMay();
  const { id = '' } = useParams();
  const shown = useQuery({
    queryKey: ['case', id],
    queryFn: () => answerOf(api.GET('/v1/cases/{id}', { params: { path: { id } } })),
  });
  return (
    <>
      <nav aria-label={say('back')}>
        <Link to="/">{say('back')}</Link>
      </nav>
      <Asked question={shown}>
        {(one) => (
          <>
            <Head one={one} />
            <Ways number={one.preservationNumber} />
            {one.state === 'in_review' && may('case.decide') === true ? <Decision id={id} /> : null}
            <div className="side-by-side">
              <Person one={one} />
              <Package id={id} name={one.preservationNumber} />
            </div>
            <Documents id={id} />
            <Timeline id={id} />
          </>
        )}
      </Asked>
    </>
  );
}

/** What anybody can check of this contract, what happened to it, what right it gave (S0-66). */
function Ways({ number }: { readonly number: string }) {
  const say = useWords(recordWords);
  const may = useMay();
  return (
    <nav className="acts" aria-label={say('ways')}>
      <a href="/verify" target="_blank" rel="noreferrer">
        {say('toVerify')}
      </a>
      {may('package.build') === true && <Link to={`/traces/${number}`}>{say('toTrace')}</Link>}
      <Link to="/rights">{say('toRights')}</Link>
    </nav>
  );
}

function Head({ one }: { readonly one: Shown }) {
  const say = useWords(caseWords);
  const sayHouse = useWords(houseWords);
  const names = useNames();
  return (
    <>
      <Title text={one.preservationNumber}>
        <StateMark state={one.state} />
      </Title>
      <div className="summary">
        <Facts
          rows={[
            [say('product'), names.product(one.product)],
            [say('amount'), one.amountFen === null ? '—' : yuanOf(one.amountFen)],
            [say('unit'), names.unit(one.unit)],
            [say('opened'), minuteOf(one.openedAt)],
            [say('entrance'), sayHouse(`entrance.${one.entrance ?? 'none'}`)],
            [say('caseTag'), <Digest key="tag" text={one.case} />],
          ]}
        />
      </div>
    </>
  );
}
