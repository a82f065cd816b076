import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty } from './asked.tsx';
import { useNames } from './rules.ts';
import { minuteOf, yuanOf } from './shown.ts';
import { Table } from './table.tsx';
import { Title } from './title.tsx';
import { recordWords } from './words/record.ts';

/** The rights that contracts gave, as the log says they stand: an asset view without a second book. */
export function RightsPage() {
  const say = useWords(recordWords);
  const names = useNames();
  const [cursor, setCursor] = useState<string>();
  const query = cursor === undefined ? {} : { cursor };
  const asked = useQuery({
    queryKey: ['rights', cursor ?? ''],
    queryFn: () => answerOf(api.GET('/v1/rights', { params: { query } })),
  });
  return (
    <>
      <Title text={say('rightsTitle')}>
        <p className="note">{say('rightsNote')}</p>
      </Title>
      <Asked question={asked}>
        {({ rights, next }) => (
          <>
            {rights.length === 0 ? (
              <Empty title={say('rightsNone')} note={say('rightsNoneNote')} />
            ) : (
              <Table label={say('rightsTitle')}>
                <thead>
                  <tr>
                    <th scope="col">{say('number')}</th>
                    <th scope="col">{say('right')}</th>
                    <th scope="col" className="number">
                      {say('amount')}
                    </th>
                    <th scope="col">{say('product')}</th>
                    <th scope="col">{say('since')}</th>
                    <th scope="col">{say('basis')}</th>
                  </tr>
                </thead>
                <tbody>
                  {rights.map((right) => (
                    <tr key={right.case}>
                      <th scope="row">
                        <Link to={`/cases/${right.case}`}>{right.preservationNumber}</Link>
                      </th>
                      <td>
                        <span className={`mark ${right.state === 'settled' ? 'quiet' : 'plain'}`}>
                          {say(`right.${right.state}`)}
                        </span>
                      </td>
                      <td className="number">
                        {right.amountFen === null ? '—' : yuanOf(right.amountFen)}
                      </td>
                      <td className="free">{names.product(right.product)}</td>
                      <td>{minuteOf(right.since)}</td>
                      <td>
                        <Link to={`/traces/${right.preservationNumber}`}>
                          {say('entryOf', { n: right.seq })}
                        </Link>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </Table>
            )}
            {next !== null && <Button onPress={() => setCursor(next)}>{say('more')}</Button>}
          </>
        )}
      </Asked>
    </>
  );
}
