import { Link } from 'react-router';
import type { components } from '../api/schema.d.ts';
import { stateWords } from '../phrases/house.ts';
import { inFours } from '../ui/facts.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { useNames } from './rules.ts';
import { minuteOf, yuanOf } from './shown.ts';
import { caseWords } from './words/cases.ts';

export type Row = components['schemas']['GetCasesAnswer']['cases'][number];
export type State = Row['state'];

/** Cases as a list, each to be opened by its number. */
export function CaseTable({ rows }: { readonly rows: readonly Row[] }) {
  const say = useWords(caseWords);
  const names = useNames();
  return (
    <Table label={say('title')}>
      <thead>
        <tr>
          <th scope="col">{say('number')}</th>
          <th scope="col">{say('state')}</th>
          <th scope="col">{say('product')}</th>
          <th scope="col" className="number">
            {say('amount')}
          </th>
          <th scope="col">{say('unit')}</th>
          <th scope="col">{say('opened')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.case}>
            <th scope="row">
              <Link to={`/cases/${row.case}`}>{inFours(row.preservationNumber)}</Link>
            </th>
            <td>
              <StateMark state={row.state} />
            </td>
            <td className="free">{names.product(row.product)}</td>
            <td className="number">{row.amountFen === null ? '—' : yuanOf(row.amountFen)}</td>
            <td className="free">{names.unit(row.unit)}</td>
            <td>{minuteOf(row.openedAt)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const tones: Readonly<Partial<Record<State, string>>> = {
  in_review: 'warn',
  overdue: 'bad',
  disbursed: 'good',
  repaying: 'good',
  settled: 'good',
  refused: 'quiet',
};

/** The words say it; the colour only helps to find it. */
export function StateMark({ state }: { readonly state: State }) {
  const { language } = useLanguage();
  return (
    <span className={`mark ${tones[state] ?? 'plain'}`}>
      {stateWords[state]?.[language] ?? state}
    </span>
  );
}
